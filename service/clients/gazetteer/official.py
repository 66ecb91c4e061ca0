"""Communes from the State's geo service (API Découpage administratif), whose data are under the Licence Ouverte."""

from collections.abc import Sequence
from typing import Any

import httpx2 as httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from service.clients.gazetteer import checks
from service.clients.gazetteer.port import BadCommunes, CommuneRecord, SourceUnreachable, Where
from service.kit.i18n import N_

ADDRESS = "https://geo.api.gouv.fr"
SECONDS = 30.0  # one answer holds a whole region, a megabyte or so
COMMUNE_FIELDS = "code,nom,codesPostaux,codeDepartement,codeEpci,population,centre,mairie"


class _Point(BaseModel):
    coordinates: tuple[float, float]  # GeoJSON: longitude first


class _Commune(BaseModel):
    code: str
    nom: str
    codesPostaux: list[str]
    codeDepartement: str
    codeEpci: str = ""
    population: int = 0
    centre: _Point
    mairie: _Point | None = None


class _Epci(BaseModel):
    code: str
    nom: str
    type: str = ""


class OfficialCommunes:
    """Asks `/communes` and `/epcis` of the service at `address`; waits at most `seconds` for each."""

    def __init__(self, address: str = ADDRESS, *, seconds: float = SECONDS) -> None:
        self.address = address.rstrip("/")
        self.seconds = seconds

    def communes(self, region_code: str) -> Sequence[CommuneRecord]:
        """See CommuneSource. The point is the town hall's, where people are, else the middle of the commune."""
        with httpx.Client(timeout=self.seconds, headers={"Accept": "application/json"}) as client:
            asked = {"codeRegion": region_code, "type": "commune-actuelle", "fields": COMMUNE_FIELDS, "format": "json"}
            communes = self._parsed(TypeAdapter(list[_Commune]), self._answer(client, "/communes", asked))
            asked = {"codeRegion": region_code, "fields": "code,nom,type", "format": "json"}
            groupings = self._parsed(TypeAdapter(list[_Epci]), self._answer(client, "/epcis", asked))
        if not communes:
            raise BadCommunes(Where(self.address), N_("le service ne connaît aucune commune de cette région."))
        epcis = {grouping.code: grouping for grouping in groupings}
        return checks.in_order([(Where(f"{self.address} {row.code}"), self._record(row, epcis)) for row in communes])

    def _answer(self, client: httpx.Client, path: str, asked: dict[str, str]) -> bytes:
        try:
            answer = client.get(self.address + path, params=asked)
            answer.raise_for_status()
        except httpx.HTTPError as problem:
            raise SourceUnreachable(source=self.address) from problem
        return bytes(answer.content)

    def _parsed(self, shape: TypeAdapter[Any], content: bytes) -> Any:
        try:
            return shape.validate_json(content)
        except ValidationError as problem:
            raise BadCommunes(Where(self.address), N_("la réponse n'a pas la forme attendue.")) from problem

    def _record(self, row: _Commune, epcis: dict[str, _Epci]) -> CommuneRecord:
        longitude, latitude = (row.mairie or row.centre).coordinates
        epci = epcis.get(row.codeEpci)
        try:
            return CommuneRecord(
                insee=checks.insee("code", row.code),
                name=checks.text("nom", row.nom),
                postcodes=checks.postcodes("codesPostaux", row.codesPostaux),
                departement=checks.text("codeDepartement", row.codeDepartement),
                epci_code=checks.siren("codeEpci", row.codeEpci),
                epci_name=epci.nom if epci else "",
                epci_kind=epci.type if epci else "",
                population=checks.population("population", str(row.population)),
                latitude=checks.degrees("latitude", f"{latitude:.6f}", 90),
                longitude=checks.degrees("longitude", f"{longitude:.6f}", 180),
                coordinates="geo-api",
            )
        except checks.Wrong as wrong:
            where = Where(f"{self.address} {row.code} {wrong.column}")
            raise BadCommunes(where, wrong.why, value=wrong.value) from wrong
