"""Nights in words: how far each came, and what came of a school in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from webapp.filters import aantal, datum, klok
from webapp.models import Nacht
from webapp.models.ids import KoppelingId
from webapp.services.nachten import Verloop


@dataclass(frozen=True)
class Rij:
    """One night on a page."""

    datum: date
    titel: str
    label: str
    soort: str
    """The kind of its badge."""
    tijden: str
    telling: str


@dataclass(frozen=True)
class Schoolrij:
    """One school in a night."""

    koppeling_id: KoppelingId
    schoolnaam: str
    brin: str
    opgehaald: str
    is_opgehaald: bool
    verzonden: int
    bevestigd: int
    geweigerd: int
    onzeker: int


def rij(nacht: Nacht) -> Rij:
    """Say how a night went, or how far it is."""
    label, soort = _stand(nacht)
    return Rij(nacht.datum, f"Nacht van {datum(nacht.datum)}", label, soort, _tijden(nacht), _telling(nacht))


def school(verloop: Verloop) -> Schoolrij:
    """Say what came of one school."""
    if verloop.opgehaald_op is not None:
        opgehaald = klok(verloop.opgehaald_op)
    else:
        opgehaald = f"niet (code {verloop.fout_code})" if verloop.fout_code else "niet"
    return Schoolrij(
        verloop.koppeling_id,
        verloop.schoolnaam,
        verloop.brin,
        opgehaald,
        verloop.opgehaald_op is not None,
        verloop.verzonden,
        verloop.bevestigd,
        verloop.geweigerd,
        verloop.onzeker,
    )


def _stand(nacht: Nacht) -> tuple[str, str]:
    if nacht.begonnen_op is None:
        return "niet begonnen", "fout"
    if nacht.klaar_op is None:
        return ("loopt uit", "fout") if nacht.uitgelopen_op else ("bezig", "testcentrum")
    if nacht.opgehaald_op is None or nacht.verzonden_op is None:
        return ("niet alles gelukt", "fout") if "opgehaald" in nacht.tellingen else ("begonnen", "info")
    return ("klaar, te laat", "info") if nacht.uitgelopen_op else ("klaar", "in-orde")


def _tijden(nacht: Nacht) -> str:
    if nacht.begonnen_op is None:
        return "–"
    parts = [
        f"{woord} {_klok(moment, nacht.datum)}"
        for woord, moment in (
            ("begonnen", nacht.begonnen_op),
            ("opgehaald", nacht.opgehaald_op),
            ("verzonden", nacht.verzonden_op),
            ("klaar", nacht.klaar_op),
        )
        if moment is not None
    ]
    return ", ".join(parts)


def _klok(moment: datetime, dag: date) -> str:
    """The hour; with the day, where that is another than that of the night."""
    return klok(moment) if datum(moment) == datum(dag) else f"{datum(moment)} {klok(moment)}"


def _telling(nacht: Nacht) -> str:
    telling = nacht.tellingen
    if nacht.begonnen_op is None:
        return "De sweep draaide niet. De scholen zijn in een latere nacht opgehaald."
    if "opgehaald" not in telling:
        return aantal(telling.get("koppelingen", 0), "school", "scholen")
    parts = [f"{aantal(telling['opgehaald'], 'school', 'scholen')} opgehaald"]
    if telling["niet_opgehaald"]:
        parts.append(f"{telling['niet_opgehaald']} niet")
    parts.append(f"{aantal(telling['bevestigd'], 'resultaat', 'resultaten')} bevestigd")
    parts += [f"{telling[naam]} {naam}" for naam in ("geweigerd", "onzeker") if telling[naam]]
    return ", ".join(parts)
