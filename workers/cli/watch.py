"""`glane watch`: the live journal in a terminal, a client of the websocket like any other."""

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import httpx2
import typer
from rich.text import Text
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI

from workers.cli.console import errors, fail, out, the_region, the_settings

LONGEST_WAIT = 30.0
SIGNED_OUT, NOT_OURS = 1008, (401, 403)
COLOURS = {"lot": "green", "claim": "yellow", "share": "cyan", "round": "blue", "stop": "blue", "plan": "magenta"}
# What is worth a word on one line, in this order.
FACTS = ("grams", "free_grams", "reason", "way", "version", "served", "unserved", "late")


@dataclass
class Following:
    """Where to listen, as whom, and the last number seen."""

    address: str
    token: str
    zone: ZoneInfo
    cursor: int | None = None
    kinds: tuple[str, ...] = ()
    as_json: bool = False


def register(parent: typer.Typer) -> None:
    """Put this command under `glane`."""
    parent.command("watch")(watch)


def watch(
    url: Annotated[str, typer.Option(help="Adresse de Glane ; celle des réglages par défaut.")] = "",
    token: Annotated[str, typer.Option(envvar="GLANE_TOKEN", help="Clé d'API ; sinon une adresse e-mail.")] = "",
    email: Annotated[str, typer.Option(help="Se connecter avec cette adresse et un mot de passe.")] = "",
    password: Annotated[str, typer.Option(envvar="GLANE_PASSWORD", help="Demandé s'il manque.")] = "",
    cursor: Annotated[int | None, typer.Option(min=0, help="Reprend après ce numéro ; sinon à partir d'ici.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Seulement ce qui commence ainsi, par exemple lot.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Une ligne de JSON par entrée.")] = False,
) -> None:
    """Suit le journal en direct ; reprend où il en était quand la connexion revient. Ctrl-C arrête."""
    settings = the_settings()
    address = (url or settings.address).rstrip("/")
    if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname:
        fail(f"--url {address} : écrivez une adresse http:// ou https://.")
    if not token:
        if not email:
            fail("Donnez une clé (--token ou GLANE_TOKEN) ou une adresse (--email).")
        token = _token(address, email, password or typer.prompt("Mot de passe", hide_input=True, err=True))
    zone = the_region(settings).zone
    following = Following(address, token, zone, cursor, tuple(kind or ()), as_json)
    try:
        asyncio.run(_follow(following))
    except KeyboardInterrupt:
        where = f" Reprendre : --cursor {following.cursor}" if following.cursor is not None else ""
        errors.print(f"Arrêté.{where}", highlight=False)


def _token(address: str, email: str, password: str) -> str:
    asked = {"email": email, "password": password, "name": "glane watch"}
    try:
        answer = httpx2.post(f"{address}/api/v1/tokens", json=asked, timeout=20)
    except httpx2.HTTPError as problem:
        fail(f"{address} ne répond pas : {problem}")
    if answer.status_code != 201:
        try:
            said = str(answer.json().get("detail") or answer.status_code)
        except ValueError:
            said = f"réponse {answer.status_code}"
        fail(said)
    return str(answer.json()["token"])


async def _follow(following: Following) -> None:
    """Listen, and come back with the cursor whenever the connection is lost."""
    wait = 0.5
    base = following.address.replace("http", "ws", 1)
    while True:
        query = "" if following.cursor is None else f"?cursor={following.cursor}"
        headers = {"Authorization": f"Bearer {following.token}"}
        try:
            async with connect(f"{base}/api/v1/live{query}", additional_headers=headers) as socket:
                errors.print(f"Connecté à {following.address}.", style="dim", highlight=False)
                wait = 0.5
                async for message in socket:
                    _read(following, json.loads(message))
        except InvalidStatus as problem:
            status = problem.response.status_code
            if status in NOT_OURS:
                fail(f"Cette clé ne permet pas de suivre le direct (réponse {status}).")
            if 400 <= status < 500:
                fail(f"Le direct refuse cette demande (réponse {status}) : le numéro de reprise est-il le bon ?")
        except ConnectionClosed as problem:
            if problem.rcvd is not None and problem.rcvd.code == SIGNED_OUT:
                fail("La clé a été révoquée.")
        except InvalidURI as problem:
            fail(str(problem))
        except (InvalidHandshake, OSError, TimeoutError):
            pass  # the server is away: it is told below, and tried again
        errors.print(f"Connexion perdue : nouvel essai dans {wait:g} s.", style="yellow", highlight=False)
        await asyncio.sleep(wait)
        wait = min(LONGEST_WAIT, wait * 2)


def _read(following: Following, message: dict[str, Any]) -> None:
    number = message.get("number", message.get("heartbeat"))
    if isinstance(number, int):
        following.cursor = max(number, following.cursor or 0)
    said = message.get("kind")
    if said is None or (following.kinds and not str(said).startswith(following.kinds)):
        return
    if following.as_json:
        print(json.dumps(message, ensure_ascii=False), flush=True)
    else:
        out.print(line_of(message, following.zone), soft_wrap=True)


def line_of(message: dict[str, Any], zone: ZoneInfo) -> Text:
    """One entry on one line: number, local time, what, which, from where to where, and a few facts."""
    subject, kind = str(message["subject"]), str(message["kind"])
    at = datetime.fromisoformat(message["at"]).astimezone(zone)
    line = Text(f"{message['number']:>7} ", style="dim")
    line.append(f"{at:%d/%m %H:%M:%S} ", style="default")
    line.append(f"{kind:<20} ", style=COLOURS.get(subject, "default"))
    line.append(f"{subject} {message['subject_id']}", style="bold")
    if message.get("to") and message.get("from") != message.get("to"):
        line.append(f"  {message.get('from') or '–'} → {message['to']}")
    data = message.get("data") or {}
    facts = [_fact(name, data[name]) for name in FACTS if data.get(name) not in (None, "", [], {}, False)]
    if "lines" in data and isinstance(data["lines"], list) and "grams" not in data:
        facts.insert(0, _fact("grams", sum(int(part.get("grams") or 0) for part in data["lines"])))
    if facts:
        line.append("  " + " ".join(facts), style="dim")
    return line


def _fact(name: str, value: object) -> str:
    if name in ("grams", "free_grams") and isinstance(value, int):
        kilograms = f"{value / 1000:.1f}".replace(".", ",") + " kg"
        return kilograms if name == "grams" else f"libre {kilograms}"
    return f"{name}={value}"
