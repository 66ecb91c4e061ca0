"""Plans, rounds, vehicles and shifts as JSON. Weights in grams, moments in UTC."""

from fastapi import APIRouter

from service.rounds.api import fleet, moves, people, plans, reports, rounds, transfers

router = APIRouter()
for part in (plans, rounds, reports, transfers, moves, fleet, people):
    router.include_router(part.router)
