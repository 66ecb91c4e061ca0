"""The pages of this room."""

from fastapi import APIRouter

from service.accounts.pages import (
    account,
    calls,
    home,
    importing,
    invitations,
    organisations,
    phone,
    registering,
    signing_in,
    sites,
    standing,
    tablets,
)

router = APIRouter()
for pages in (
    home,
    phone,
    signing_in,
    tablets,
    registering,
    invitations,
    account,
    importing,
    calls,
    organisations,
    standing,
    sites,
):
    router.include_router(pages.router)
