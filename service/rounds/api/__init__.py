"""Plans, rounds, vehicles and shifts as JSON. Weights in grams, moments in UTC."""

from fastapi import APIRouter

from service.rounds.api import fleet, moves, people, plans, reports, rounds

router = APIRouter()
for part in (plans, rounds, reports, moves, fleet, people):
    router.include_router(part.router)
