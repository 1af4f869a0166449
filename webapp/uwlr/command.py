"""`flask --app wsgi uwlr-read FILE`: what would be made of this answer of a LAS, as JSON. Names nobody.

Exit code 0 for an answer that can be used, 3 for a Fault of the LAS, 4 for anything that is refused or leaves doubt.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from webapp.uwlr.codes import Reden
from webapp.uwlr.faults import UwlrError, UwlrNotUnderstood, UwlrRefused, UwlrUnsure
from webapp.uwlr.multipart import root_part
from webapp.uwlr.outcome import charset_of, check_confirmation, refused_pull
from webapp.uwlr.profiles import AANLEVERING_BYTES
from webapp.uwlr.reader import Antwoord, Bron, read_leerlinggegevens
from webapp.uwlr.reading import Reading
from webapp.uwlr.sentences import LAS
from webapp.uwlr.transport import Answer
from webapp.uwlr.values import (
    GeenWijzigingen,
    Leerlinggegevens,
    Leerlinggegevensverzoek,
    Leerresultatenbericht,
)

EXIT_FAULT, EXIT_REFUSED = 3, 4


@click.command("uwlr-read")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--brin", help="Het gevraagde BRIN; zonder wordt de school niet vergeleken.")
@click.option("--location", default="00", show_default=True, help="De gevraagde locatie.")
@click.option("--schooljaar", help="Het gevraagde schooljaar; zonder wordt het jaar niet vergeleken.")
@click.option("--status", "--http-status", default=200, show_default=True, help="De HTTP-status van het antwoord.")
@click.option("--content-type", default="text/xml; charset=utf-8", show_default=True, help="Het Content-Type.")
@click.option("--max-bytes", default=AANLEVERING_BYTES, show_default=True, help="Grens aan het antwoord.")
@click.option("--resultaten", is_flag=True, help="Lees het als antwoord op BrengLeerresultaten.")
def uwlr_read(
    file: Path,
    brin: str | None,
    location: str,
    schooljaar: str | None,
    status: int,
    content_type: str,
    max_bytes: int,
    resultaten: bool,
) -> None:
    """Lees een antwoord van een LAS en toon wat ervan overgenomen zou worden."""
    with file.open("rb") as stream:
        content = stream.read(max_bytes + 1)
    verzoek = Leerlinggegevensverzoek(schooljaar=schooljaar or "", brincode=brin or "", dependancecode=location)
    try:
        answer = _answer(status, content_type, content, max_bytes)
        report = _confirmation(answer) if resultaten else _report(answer, _read(answer, verzoek, max_bytes))
        code = 0
    except UwlrError as error:
        report = _refusal(error)
        code = EXIT_REFUSED if error.fault is None else EXIT_FAULT
    click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    raise SystemExit(code)


def _answer(status: int, content_type: str, content: bytes, max_bytes: int) -> Answer:
    """Make of the file what the transport makes of an answer."""
    if len(content) > max_bytes:
        if status < 300:
            raise UwlrNotUnderstood(Reden.TE_GROOT)
        content = b""
    return root_part(Answer(status, {"Content-Type": content_type}, content))


def _read(answer: Answer, verzoek: Leerlinggegevensverzoek, max_bytes: int) -> Antwoord:
    bron = Bron(charset=charset_of(answer.headers), max_bytes=max_bytes, validate=True)
    if (error := refused_pull(answer, bron.las)) is not None:
        raise error
    return read_leerlinggegevens(answer.content, verzoek, bron)


def _confirmation(answer: Answer) -> dict[str, Any]:
    """Nothing was sent, so the LAS can name none of it."""
    nothing = Leerresultatenbericht("", "", "00", datetime.now(UTC), "", "", resultaten=(), toetsen=())
    check_confirmation(answer, nothing, LAS)
    return {"outcome": "bevestigd", "code": None, "owner": None, "counts": None, "warnings": []}


def _report(answer: Answer, uitkomst: Antwoord) -> dict[str, Any]:
    if not isinstance(uitkomst, Leerlinggegevens):
        name = "geenwijzigingen" if isinstance(uitkomst, GeenWijzigingen) else "geengegevens"
        return {"outcome": name, "code": None, "owner": None, "counts": None, "warnings": []}
    return {
        "outcome": "gegevens",
        "code": None,
        "owner": None,
        "counts": {
            "groepen": len(uitkomst.groepen),
            "samengestelde_groepen": len(uitkomst.samengestelde_groepen),
            "leerkrachten": len(uitkomst.leerkrachten),
            "leerlingen": len(uitkomst.leerlingen),
            "betwist": len(uitkomst.betwiste_leerlingen) + len(uitkomst.betwiste_leerkrachten),
        },
        "warnings": [
            {"soort": w.soort, "onderdeel": w.onderdeel, "key": w.key, "tekst": w.tekst}
            for w in uitkomst.waarschuwingen
        ],
        "groepen_van": _groepen_van(answer, uitkomst),
    }


def _groepen_van(answer: Answer, gegevens: Leerlinggegevens) -> dict[str, list[str]]:
    """Per key of a leerling or leerkracht what their references lead to, also to a groep that is not in the answer."""
    reading = Reading(answer.content, charset_of(answer.headers))
    taken = {leerling.key for leerling in gegevens.leerlingen} | {persoon.key for persoon in gegevens.leerkrachten}
    found = {
        leerling.key: ([leerling.groep] if leerling.groep else []) + [*leerling.samengestelde_groepen]
        for leerling in reading.leerlingen
    } | {persoon.key: [*persoon.groepen, *persoon.samengestelde_groepen] for persoon in reading.leerkrachten}
    return {key: groepen for key, groepen in found.items() if key is not None and key in taken}


def _refusal(error: UwlrError) -> dict[str, Any]:
    outcome = "refused" if error.fault is None else "fault"
    return {
        "outcome": "onzeker" if isinstance(error, UwlrUnsure) else outcome,
        "code": error.code,
        "owner": str(error.owner),
        "counts": None,
        "warnings": [],
        "tekst": str(error),
        "klantenservice": error.melding,
        "mogelijk_storing": isinstance(error, UwlrRefused) and error.may_be_disturbance,
    }
