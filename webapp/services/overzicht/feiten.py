"""The status line: what is so, what happens next, who is to act. Pure sentences over facts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.config import AMSTERDAM
from webapp.models import Importbatch, Importregel, Koppeling, KoppelingStatus
from webapp.models.importbatch import OPEN
from webapp.schooljaar import schooljaar_of
from webapp.services.clock import database_now
from webapp.services.koppeling import levensloop

STAPPEN = ("aangevraagd", "opengezet", "ingediend", "goedgekeurd", "eerste import", "elke nacht")


class Aan(StrEnum):
    """Who is to act."""

    IN_ORDE = "in-orde"
    U = "u"
    BOOM = "boom"
    PARNASSYS = "parnassys"
    PAUZE = "pauze"


_LABELS = {
    Aan.IN_ORDE: "in orde",
    Aan.U: "wacht op u",
    Aan.BOOM: "wacht op Boom",
    Aan.PARNASSYS: "wacht op ParnasSys",
    Aan.PAUZE: "gepauzeerd",
}


@dataclass(frozen=True)
class SchoolStatus:
    """Everything the status line shows; addresses are for beheerders only."""

    soort: Aan
    stap: int
    wat: str
    daarna: str
    wie: str
    actie_url: str | None = None
    actie_tekst: str | None = None
    stappen: tuple[str, ...] = STAPPEN
    ander_label: str | None = None

    @property
    def label(self) -> str:
        return self.ander_label or _LABELS[self.soort]


@dataclass(frozen=True)
class Feiten:
    """What the sentences are made of."""

    koppeling: Koppeling | None
    open_vragen: int = 0
    open_batch_id: int | None = None
    ooit_verwerkt: bool = False
    nieuw_schooljaar: str | None = None
    """The school year of today, when the koppeling still fetches an earlier one."""


_BEHEER = "/beheer/koppelen/"
_NIETS = "U hoeft niets te doen."
_VANNACHT = "Wij proberen het vannacht opnieuw."


def of_school(session: Session, school_id: int) -> SchoolStatus:
    """Gather the facts of one school and put them into words."""
    koppeling = levensloop.of_school(session, school_id)
    batch = session.scalar(select(Importbatch).where(Importbatch.school_id == school_id, Importbatch.status.in_(OPEN)))
    regels = (
        session.scalar(
            select(func.count())
            .select_from(Importregel)
            .where(Importregel.batch_id == batch.id, Importregel.toegepast_id.is_(None))
        )
        if batch
        else 0
    )
    done = session.scalar(select(func.count()).select_from(Importbatch).where(Importbatch.school_id == school_id)) or 0
    return describe(
        Feiten(
            koppeling,
            open_vragen=regels or 0,
            open_batch_id=batch.id if batch else None,
            ooit_verwerkt=done > bool(batch),
            nieuw_schooljaar=_nieuw_schooljaar(koppeling, database_now(session)),
        )
    )


def _nieuw_schooljaar(koppeling: Koppeling | None, now: datetime) -> str | None:
    current = schooljaar_of(now.astimezone(AMSTERDAM).date())
    if koppeling is None or koppeling.schooljaar is None or koppeling.schooljaar >= current:
        return None
    return current


def describe(feiten: Feiten) -> SchoolStatus:
    """Return the status for these facts."""
    koppeling = feiten.koppeling
    if koppeling is None:
        return SchoolStatus(
            Aan.U,
            0,
            "Er is nog geen koppeling aangevraagd.",
            "Na uw aanvraag zetten wij de koppeling open.",
            "U bent aan zet.",
            "/aanvraag/",
            "Koppeling aanvragen",
        )
    if koppeling.is_running:
        return _running(koppeling, feiten)
    return _WAITING[koppeling.status]


def _running(koppeling: Koppeling, feiten: Feiten) -> SchoolStatus:
    stap = 5 if feiten.ooit_verwerkt and not feiten.open_batch_id else 4
    if koppeling.is_sleutel_geweigerd:
        return SchoolStatus(
            Aan.U,
            stap,
            koppeling.fout_tekst or koppeling.zend_fout_tekst or "ParnasSys weigert de sleutel.",
            "Zodra de nieuwe sleutel er is, gaat de uitwisseling verder. Er is niets kwijt.",
            "U bent aan zet.",
            _BEHEER,
            "Nieuwe sleutel invullen",
        )
    if feiten.open_batch_id:
        return SchoolStatus(
            Aan.U,
            stap,
            f"{_aantal(feiten.open_vragen, 'gegeven wacht', 'gegevens wachten')} op uw controle.",
            "Tot die tijd blijft alles zoals het is.",
            "U bent aan zet.",
            f"/controle/{feiten.open_batch_id}/",
            "Controleren",
        )
    if koppeling.fout_code:
        volgende = f" Wij proberen het opnieuw om {_klok(koppeling.ophalen_op)}." if koppeling.ophalen_op else ""
        soort = {"klantenservice": Aan.BOOM, "school": Aan.U}.get(koppeling.fout_eigenaar or "", Aan.PARNASSYS)
        return SchoolStatus(
            soort,
            stap,
            koppeling.fout_tekst or "De laatste keer ophalen is niet gelukt.",
            volgende.strip()
            or ("De uitwisseling ligt stil tot dit is opgelost." if koppeling.is_gestopt else _VANNACHT),
            "U bent aan zet." if soort is Aan.U else _NIETS,
            _BEHEER if soort is Aan.U else None,
            "Koppelen met LAS" if soort is Aan.U else None,
        )
    if koppeling.zend_fout_eigenaar == "klantenservice":
        return SchoolStatus(
            Aan.BOOM,
            stap,
            koppeling.zend_fout_tekst or "Resultaten kunnen nu niet naar ParnasSys.",
            "Er is niets kwijt: de resultaten gaan mee zodra wij dit hebben opgelost.",
            _NIETS,
        )
    if koppeling.opgehaald_op is None:
        return SchoolStatus(
            Aan.PARNASSYS,
            4,
            "Wij halen nu de gegevens op uit ParnasSys.",
            "Dat duurt meestal minder dan een minuut. Is er iets te controleren, dan krijgt u een mail.",
            _NIETS,
        )
    if feiten.nieuw_schooljaar:
        return SchoolStatus(
            Aan.U,
            stap,
            f"Het schooljaar {feiten.nieuw_schooljaar} is begonnen; wij halen nog {koppeling.schooljaar} op.",
            "Staat het nieuwe schooljaar klaar in ParnasSys, ga dan over. Tot die tijd blijft alles zoals het is.",
            "U bent aan zet.",
            _BEHEER,
            "Naar het nieuwe schooljaar",
        )
    return SchoolStatus(
        Aan.IN_ORDE,
        5,
        f"Laatste controle {_moment(koppeling.opgehaald_op)}, "
        f"{_aantal(koppeling.opgehaald_leerlingen or 0, 'leerling', 'leerlingen')}.",
        "Elke nacht halen wij wijzigingen op en sturen wij resultaten.",
        "Niets te doen. U hoeft deze pagina niet in de gaten te houden.",
    )


_WAITING = {
    KoppelingStatus.AANGEVRAAGD: SchoolStatus(
        Aan.BOOM,
        0,
        "Uw aanvraag is binnen.",
        "Wij zetten de koppeling open in ParnasSys en mailen u de volgende stappen.",
        _NIETS,
    ),
    KoppelingStatus.OPENGEZET: SchoolStatus(
        Aan.U,
        1,
        "De koppeling staat open in ParnasSys.",
        "Haal daar de autorisatiesleutel op en vul hem hier in.",
        "U bent aan zet.",
        _BEHEER,
        "Sleutel invullen",
    ),
    KoppelingStatus.INGEDIEND: SchoolStatus(
        Aan.BOOM, 2, "Wij hebben uw sleutel ontvangen.", "We keuren uw aanvraag goed, meestal dezelfde werkdag.", _NIETS
    ),
    KoppelingStatus.AFGEWEZEN: SchoolStatus(
        Aan.U,
        2,
        "Uw aanvraag is afgewezen.",
        "De reden staat op de pagina Koppelen met LAS; daar kunt u opnieuw indienen.",
        "U bent aan zet.",
        _BEHEER,
        "Reden bekijken",
    ),
    KoppelingStatus.GEPAUZEERD: SchoolStatus(
        Aan.PAUZE,
        5,
        "De koppeling staat op pauze.",
        "Er wordt niets opgehaald en niets verstuurd; er is niets kwijt.",
        "Neem contact op met de klantenservice om verder te gaan.",
    ),
    KoppelingStatus.BEEINDIGD: SchoolStatus(
        Aan.PAUZE, 5, "De koppeling is beëindigd.", "Uw resultaten blijven bewaard.", _NIETS
    ),
}


def without_action(status: SchoolStatus) -> SchoolStatus:
    """The same line for somebody who may not act: a leerkracht."""
    if status.actie_url is None:
        return status
    wie = "Een beheerder van uw school is aan zet."
    return replace(status, wie=wie, actie_url=None, actie_tekst=None, ander_label="wacht op beheerder")


def for_klantenservice(status: SchoolStatus) -> SchoolStatus:
    """The same line for klantenservice: what the school reads, but with who acts from the other side."""
    label, wie = _OTHER_SIDE.get(status.soort, (None, "Niemand hoeft iets te doen."))
    return replace(status, wie=wie, actie_url=None, actie_tekst=None, ander_label=label)


_OTHER_SIDE = {
    Aan.U: ("wacht op school", "De school is aan zet."),
    Aan.BOOM: ("wacht op ons", "Wij zijn aan zet."),
    Aan.PAUZE: (None, "Wij kunnen hervatten."),
}


def _aantal(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _klok(moment: datetime | None) -> str:
    return moment.astimezone(AMSTERDAM).strftime("%H:%M") if moment else ""


def _moment(moment: datetime) -> str:
    local = moment.astimezone(AMSTERDAM)
    return f"{local.day}-{local.month} om {local:%H:%M}"
