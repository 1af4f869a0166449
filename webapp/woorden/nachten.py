"""Nights in words: how far each came, and what came of a school in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from webapp.filters import aantal, datum, klok, opsomming
from webapp.models import LasType, Nacht, Schoolstand
from webapp.models.ids import KoppelingId
from webapp.services.nachtverloop import Verloop
from webapp.uwlr.profiles import PROFILES


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
    hinder: str
    """A fault of a LAS in it, in a few words."""


@dataclass(frozen=True)
class Schoolrij:
    """One school in a night."""

    koppeling_id: KoppelingId
    schoolnaam: str
    brin: str
    stand: str
    soort: str
    """The kind of the badge that says it."""
    opgehaald: str
    verzonden: int
    bevestigd: int
    geweigerd: int
    onzeker: int


def rij(nacht: Nacht) -> Rij:
    """Say how a night went, or how far it is."""
    label, soort = _stand(nacht)
    return Rij(
        nacht.datum, f"Nacht van {datum(nacht.datum)}", label, soort, _tijden(nacht), _telling(nacht), _hinder(nacht)
    )


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
        stand(verloop),
        _SOORT.get(verloop.stand, "fout"),
        opgehaald,
        verloop.verzonden,
        verloop.bevestigd,
        verloop.geweigerd,
        verloop.onzeker,
    )


def stand(verloop: Verloop) -> str:
    """Where a school is in the night; as it is written of a word that this version does not know."""
    return _STAND.get(verloop.stand, verloop.stand)


def seconden(ms: int | None) -> str:
    """How long a fetch took: `4,1`; nothing when it is not known."""
    return "" if ms is None else f"{ms / 1000:.1f}".replace(".", ",")


_STAND: dict[str, str] = {
    Schoolstand.GOED: "goed",
    Schoolstand.MET_VRAAG: "vraag of weigering",
    Schoolstand.VASTGEHOUDEN: "vastgehouden",
    Schoolstand.NIET_GELUKT: "niet gelukt",
    Schoolstand.OPNIEUW: "wacht op een nieuwe poging",
    Schoolstand.TE_GAAN: "nog te gaan",
    Schoolstand.WACHT_OP_IEMAND: "wacht op iemand",
    Schoolstand.NIET_AAN_DE_BEURT: "nog niet aan de beurt",
}
_SOORT: dict[str, str] = {
    Schoolstand.GOED: "in-orde",
    Schoolstand.MET_VRAAG: "u",
    Schoolstand.VASTGEHOUDEN: "fout",
    Schoolstand.NIET_GELUKT: "fout",
    Schoolstand.OPNIEUW: "las",
    Schoolstand.TE_GAAN: "testcentrum",
    Schoolstand.WACHT_OP_IEMAND: "u",
    Schoolstand.NIET_AAN_DE_BEURT: "pauze",
}


def _hinder(nacht: Nacht) -> str:
    """The faults of a night that is over: `storing` with its name; nothing when there was none."""
    types = {str(row[0]) for row in nacht.tellingen.get("storingen", ())}
    return f"storing {opsomming(sorted(las(each) for each in types))}" if types else ""


def las(las_type: str) -> str:
    """Its name; as it is written of one that this version does not know."""
    return PROFILES[LasType(las_type)].naam if las_type in list(LasType) else las_type


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
