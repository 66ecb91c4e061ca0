"""Communes from a CSV file: the shipped ones, which need no network, or those of an administrator."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from service.clients.gazetteer import checks
from service.clients.gazetteer.port import BadCommunes, CommuneRecord, Where
from service.kit.i18n import N_

COLUMNS = (
    "code_insee", "nom", "codes_postaux", "departement", "epci_code", "epci_nom", "epci_type",
    "population", "latitude", "longitude",
)  # fmt: skip
# Only a shipped file says where its points come from; those of any other file come from that file.
SHIPPED_COORDINATES = frozenset({"geonames", "geonames-town", "epci-centre"})


class CsvCommunes:
    """Reads `communes.csv` (see config/regions/README.md); comma or semicolon, UTF-8, other columns are ignored."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def communes(self, region_code: str) -> Sequence[CommuneRecord]:
        """Every line of the file; see CommuneSource. The file holds one region: the code is not looked at."""
        reader = csv.DictReader(io.StringIO(self._text(), newline=""), delimiter=self._delimiter(), strict=True)
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            where = Where(self.path.name, 1)
            raise BadCommunes(where, N_("il manque les colonnes : %(columns)s."), columns=", ".join(missing))
        records: list[tuple[Where, CommuneRecord]] = []
        try:
            for row in reader:
                records.append((Where(self.path.name, reader.line_num), self._record(row, reader.line_num)))
        except csv.Error as problem:
            where = Where(self.path.name, reader.line_num)
            raise BadCommunes(where, N_("la ligne n'est pas du CSV.")) from problem
        if not records:
            raise BadCommunes(Where(self.path.name), N_("le fichier ne contient aucune commune."))
        return checks.in_order(records)

    def _text(self) -> str:
        try:
            # Spreadsheets put a byte order mark first.
            return self.path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as problem:
            line = self.path.read_bytes()[: problem.start].count(b"\n") + 1
            why = N_("le fichier n'est pas en UTF-8 : enregistrez-le en « CSV UTF-8 ».")
            raise BadCommunes(Where(self.path.name, line), why) from problem
        except OSError as problem:
            raise BadCommunes(Where(str(self.path)), N_("le fichier ne peut pas être lu.")) from problem

    def _delimiter(self) -> str:
        header = self._text().partition("\n")[0]
        return ";" if header.count(";") > header.count(",") else ","

    def _record(self, row: Mapping[str, str | None], line: int) -> CommuneRecord:
        def value(column: str) -> str:
            return row.get(column) or ""

        try:
            if None in row or None in row.values():
                raise checks.Wrong(COLUMNS[0], N_("la ligne n'a pas autant de valeurs que la première."))
            coordinates = value("coordinates")
            return CommuneRecord(
                insee=checks.insee("code_insee", value("code_insee")),
                name=checks.text("nom", value("nom")),
                postcodes=checks.postcodes("codes_postaux", value("codes_postaux").split("|")),
                departement=checks.text("departement", value("departement")),
                epci_code=checks.siren("epci_code", value("epci_code")),
                epci_name=value("epci_nom").strip(),
                epci_kind=value("epci_type").strip(),
                population=checks.population("population", value("population")),
                latitude=checks.degrees("latitude", value("latitude"), 90),
                longitude=checks.degrees("longitude", value("longitude"), 180),
                coordinates=coordinates if coordinates in SHIPPED_COORDINATES else "csv",
            )
        except checks.Wrong as wrong:
            where = Where(self.path.name, line, wrong.column)
            raise BadCommunes(where, wrong.why, value=wrong.value) from wrong
