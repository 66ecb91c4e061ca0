"""The pages of this room."""

from fastapi import APIRouter

from service.accounts.pages import (
    account,
    home,
    importing,
    invitations,
    organisations,
    registering,
    signing_in,
    sites,
    tablets,
)

router = APIRouter()
for pages in (home, signing_in, tablets, registering, invitations, account, importing, organisations, sites):
    router.include_router(pages.router)
