"""`glane token create`: a key for a machine, made on the server's own terminal."""

from typing import Annotated

import typer

from service.accounts.actions.sessions import make_token
from service.accounts.models import AccountState
from service.accounts.queries import person_by_email
from service.kit.clock import real_now
from workers.cli.console import errors, fail, the_database, the_settings

app = typer.Typer(no_args_is_help=True, help="Donne des clés d'API.")


def register(parent: typer.Typer) -> None:
    """Put these commands under `token` of the `glane` command."""
    parent.add_typer(app, name="token")


@app.callback()
def group() -> None:
    """Donne des clés d'API."""


@app.command("create")
def create(
    email: Annotated[str, typer.Option(help="La personne au nom de qui la machine agit.")],
    name: Annotated[str, typer.Option(help="À quoi sert cette clé.")] = "glane token create",
) -> None:
    """Crée une clé et l'écrit seule sur la sortie ; elle n'est montrée qu'une fois."""
    with the_database(the_settings()) as database, database.transaction() as session:
        person = person_by_email(session, email)
        if person is None or person.state != AccountState.ACTIVE:
            fail(f"Aucun compte actif n'a l'adresse {email}.")
        token, secret = make_token(session, person, name=name[:60], real_now=real_now())
        until = token.expires_at
    if until is not None:
        errors.print(f"Clé valable jusqu'au {until:%d/%m/%Y}, au nom de {person.name}.", markup=False)
    print(secret)
