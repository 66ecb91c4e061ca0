"""Forms as they were typed."""

from typing import Annotated

from fastapi import Depends, Request


async def typed_form(request: Request) -> dict[str, str]:
    """The text fields of a form whose fields depend on what the page shows; files are left to their own routes."""
    return {key: value for key, value in (await request.form()).items() if isinstance(value, str)}


TypedForm = Annotated[dict[str, str], Depends(typed_form)]
