"""The one card about leerlingen whom the LAS exchanged, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from sqlalchemy.orm import Session

from webapp.models import Importregel, Leerling
from webapp.services.controle import ruil
from webapp.services.controle.keuzes import stand
from webapp.services.controle.ruil import Ruilantwoord
from webapp.woorden import ruil as woorden
from webapp.woorden.namen import Namen


@dataclass(frozen=True, slots=True)
class Vak:
    """One of the boxes: a name, and what tells who it is."""

    naam: str
    regels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ruilrij:
    """What came, beside our record with its number; `naar` is the row of our record with its name."""

    links: Vak
    rechts: Vak
    naar: int


@dataclass(frozen=True, slots=True)
class Ruilknop:
    """An answer, and what it does."""

    waarde: str
    tekst: str
    gevolg: str


@dataclass(frozen=True, slots=True)
class Ruilkaart:
    """The question about all of them."""

    vraag: str
    intro: str
    wie: str
    rijen: list[Ruilrij]
    tekening: str
    """The same as the lines between the boxes, in words."""
    knoppen: list[Ruilknop]
    uitleg: str
    gegeven: str
    gezien: str
    actie: str


def exchange_card(session: Session, regel: Importregel, groep: str, namen: Namen) -> Ruilkaart | None:
    """The question about those whom the LAS exchanged; None for an ordinary one."""
    ring = ruil.of(session, regel)
    if not ring:
        return None
    leden = ruil.members(session, ring)
    place: dict[int, int] = {lid.bij.id: nr for nr, lid in enumerate(leden)}
    return Ruilkaart(
        vraag=woorden.vraag(ring, namen),
        intro=woorden.intro(ring, leden, namen),
        wie=", ".join(filter(None, ("Verwisseld", groep))),
        rijen=[
            Ruilrij(
                Vak(lid.regel.weergavenaam, _who(lid.regel)),
                Vak(lid.bij.naam, (*_who(lid.bij), woorden.resultaten(lid, namen))),
                place[lid.regel.ruil["naam"]] if lid.regel.ruil is not None else 0,
            )
            for lid in leden
        ],
        tekening=" ".join(
            f"{lid.regel.weergavenaam} uit {namen.las} heeft het nummer van {lid.bij.naam} bij ons." for lid in leden
        ),
        knoppen=_buttons(ring, leden, namen),
        uitleg=woorden.meer_dan_twee(namen) if len(ring) > 2 else "",
        gegeven=woorden.gegeven(ruil.given(ring)),
        gezien=stand(regel),
        actie=url_for("controle.answer_exchange", batch_id=regel.batch_id, regel_id=regel.id),
    )


def _who(thing: Importregel | Leerling) -> tuple[str, ...]:
    return tuple(filter(None, (f"nummer {thing.las_key}" if thing.las_key else "", woorden.eckid(thing))))


def _buttons(ring: Sequence[Importregel], leden: Sequence[ruil.Lid], namen: Namen) -> list[Ruilknop]:
    later = Ruilknop(
        woorden.WEET_NIET, "Ik weet het niet" if len(ring) == 2 else "Later", woorden.gevolg_weet_niet(ring, namen)
    )
    if len(ring) > 2:
        return [later]
    return [
        *(Ruilknop(each, woorden.knop(each, namen), woorden.gevolg(each, leden, namen)) for each in Ruilantwoord),
        later,
    ]
