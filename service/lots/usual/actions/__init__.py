"""What can be done with usual gifts: every verb, each a part of somebody's one transaction."""

from service.lots.usual.actions.answering import answer, grams_of, undo
from service.lots.usual.actions.asking import ask_due, lapse_due
from service.lots.usual.actions.declaring import cancel_day, change, declare, end, pause, restore_day, resume

__all__ = [
    "answer",
    "ask_due",
    "cancel_day",
    "change",
    "declare",
    "end",
    "grams_of",
    "lapse_due",
    "pause",
    "restore_day",
    "resume",
    "undo",
]
