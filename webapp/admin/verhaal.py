"""A school as a story: what the page of a koppeling, and of a school that has none, shows of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from flask import request, url_for
from sqlalchemy import func, select

from webapp.admin import verhaalverder
from webapp.admin.base import back_to_queue, came_from
from webapp.admin.zaakrijen import around
from webapp.context import settings
from webapp.db import db
from webapp.filters import getal, moment
from webapp.models import Koppeling, Leerling, Rol, School
from webapp.models.koppeling import ENDED
from webapp.presentation import namen_voor, today
from webapp.schooljaar import schooljaar_of
from webapp.services import aanwezig, afspraken
from webapp.services.clock import database_now
from webapp.services.koppeling import levensloop, register
from webapp.services.overzicht import feiten, verhaal
from webapp.services.overzicht.feiten import Feiten
from webapp.services.overzicht.tijdlijn import Gebeurtenis, Genoteerd, Post
from webapp.services.overzicht.verhaal import Onderwerp, Persoon
from webapp.services.versturen import waar
from webapp.services.versturen.waar import Bak, Vraag
from webapp.woorden import verhaal as woorden
from webapp.woorden.hulp import Artikel, Lezer, artikel, open_bij
from webapp.woorden.namen import Namen
from webapp.woorden.notities import BELREDENEN
from webapp.woorden.overzicht import Statusregel, for_klantenservice, statusregel
from webapp.woorden.tijdlijn import Regel, timeline
from webapp.woorden.verhaal import Stap
from webapp.woorden.waarom import Waarom, why_not

_MAILS = 5
_TELLINGEN = {Bak.IN_LAS: "in {las}", Bak.GAAT: "gaat vanzelf", Bak.GEWEIGERD: "geweigerd", Bak.WACHT: "wacht"}


@dataclass(frozen=True)
class Verhaal:
    """Everything on the page, but for the acts and the whole list of facts: those are of the screen that shows it."""

    over: Onderwerp
    namen: Namen
    plaats: str
    aanvraag: Koppeling | None
    """Of a school without a koppeling: who asks for one under its BRIN."""
    stap: Stap
    stand: Statusregel
    """What the school reads."""
    hulp: Artikel | None
    """About the worst that is open."""
    mensen: list[Persoon]
    feiten: list[tuple[str, str]]
    aantallen: list[tuple[str, str, int]]
    """Of the results of this school year: the bak, its words, how many."""
    waarom: list[Waarom]
    mails: list[Regel]
    """The last ones."""
    regels: list[Regel]
    bladzijde: int
    bladzijden: int
    totaal: int
    alles: bool
    vorige: str | None
    """The page of the case before the one that somebody came from."""
    volgende: str | None

    @property
    def redenen(self) -> list[tuple[str, str, str]]:
        """Why a school may call: the value, the letter, the words."""
        return [(reden.value, letter, tekst) for reden, (letter, tekst) in BELREDENEN.items()]

    @property
    def formulier(self) -> str:
        """A name for the form, so that what is pressed twice is written once."""
        return str(uuid4())

    @property
    def notitie_url(self) -> str:
        """Where a note is sent."""
        if self.over.koppeling is not None:
            return url_for("ks_gesprek.note_koppeling", koppeling_id=self.over.koppeling.id)
        return url_for("ks_gesprek.note_school", school_id=self.over.school_id)

    @property
    def beheerders(self) -> list[Persoon]:
        return [each for each in self.mensen if each.rol is Rol.BEHEERDER]

    @property
    def leerkrachten(self) -> list[Persoon]:
        return [each for each in self.mensen if each.rol is not Rol.BEHEERDER]

    @property
    def kop(self) -> str:
        """How the school is called: its own name where it is known, as somebody typed it where not."""
        return str(self.over.school or self.over.koppeling)

    @property
    def onder(self) -> str:
        """Where it is, with which LAS, and how it stands."""
        return woorden.under(self.over.koppeling, self.plaats, self.namen)

    def seen(self, persoon: Persoon) -> str:
        """When somebody was last here."""
        return woorden.seen(persoon)

    def help_with(self, reden: Waarom) -> tuple[str, str]:
        """Where klantenservice does something about a reason, in words too."""
        return verhaalverder.help_with(reden, self.over)

    @property
    def uit_rij(self) -> dict[str, Any]:
        """What keeps the case of the queue that somebody came from; empty for who did not."""
        return came_from()

    @property
    def terug(self) -> str:
        """Where an act leads: to the queue for who came from there, else to this page."""
        return back_to_queue() if self.uit_rij else request.full_path

    def url(self, **values: object) -> str:
        """This page, another part of what happened."""
        kept = {**self.uit_rij, **({"alles": 1} if self.alles else {})}
        return url_for(".details_view", id=request.args["id"], **{**kept, **values})


def of(over: Onderwerp) -> Verhaal:
    """Gather the story; the address says which page of what happened, and whether with every night."""
    session, koppeling, namen = db.session(), over.koppeling, namen_voor(over.koppeling)
    found = _facts(over)
    alles, bladzijde = "alles" in request.args, max(request.args.get("blz", 1, type=int), 1)
    vorige, volgende = around()
    happened = verhaal.page_of(session, over, alles=alles, bladzijde=min(bladzijde, 10_000))
    inschrijving = register.of_koppeling(session, koppeling) if koppeling is not None else None
    tellingen = waar.tel(session, _this_year(over.school, koppeling)) if over.school is not None else []
    counts = Counter(waar.per_bak(tellingen))
    return Verhaal(
        over=over,
        namen=namen,
        plaats=inschrijving.plaats if inschrijving is not None else "",
        aanvraag=_asked(over),
        stap=woorden.stap(found, namen, database_now(session)),
        stand=for_klantenservice(statusregel(found, namen)),
        hulp=artikel(open_bij(found.einden, Lezer.KLANTENSERVICE)[0], Lezer.KLANTENSERVICE, namen),
        mensen=verhaal.people(session, over.school.id) if over.school is not None else [],
        feiten=_told(over),
        aantallen=[(bak, text.format(las=namen.las), counts[bak]) for bak, text in _TELLINGEN.items()],
        waarom=why_not(tellingen, namen),
        mails=[_line(each, over, namen) for each in verhaal.newest_mails(session, over, _MAILS)],
        regels=[_line(event, over, namen) for event in happened.gebeurtenissen],
        bladzijde=bladzijde,
        bladzijden=happened.bladzijden,
        totaal=happened.totaal,
        alles=alles,
        vorige=vorige,
        volgende=volgende,
    )


def persons_of(over: Onderwerp) -> int:
    """How many people the page names: who logs in there, or who asked."""
    return len(verhaal.people(db.session(), over.school.id)) or 1 if over.school is not None else 1


def _asked(over: Onderwerp) -> Koppeling | None:
    if over.school is None or (over.koppeling is not None and over.koppeling.status not in ENDED):
        return None
    return levensloop.of_schools(db.session(), [over.school.id]).get(over.school.id)


def _facts(over: Onderwerp) -> Feiten:
    if over.koppeling is not None:
        return feiten.of_koppeling(db.session(), over.koppeling, settings())
    return Feiten(None)


def _this_year(school: School, koppeling: Koppeling | None) -> Vraag:
    huidig = schooljaar_of(today())
    return Vraag(school.id, koppeling, huidig, huidig)


def _told(over: Onderwerp) -> list[tuple[str, str]]:
    """The few facts that are asked for most."""
    koppeling, session = over.koppeling, db.session()
    told = [] if koppeling is None else [("Sleutel", woorden.sleutel(koppeling))]
    if koppeling is not None and koppeling.opgehaald_op is not None:
        told.append(("Opgehaald", moment(koppeling.opgehaald_op)))
    if over.school is not None:
        present = aanwezig.is_present(session, over.school.id)
        number = session.scalar(select(func.count(Leerling.id)).where(Leerling.school_id == over.school.id, present))
        agreed = afspraken.values(afspraken.of_school(session, over.school.id))
        told += [
            ("Leerlingen", getal(number or 0)),
            ("Afspraken", woorden.agreed(agreed, afspraken.UIT)),
            ("Vakanties", f"regio {over.school.vakantieregio}" if over.school.vakantieregio else "alle regio's"),
        ]
    return told


def _line(event: Gebeurtenis, over: Onderwerp, namen: Namen) -> Regel:
    """One thing that happened, leading to what it is about where klantenservice has a page of that."""
    [regel] = timeline([event], namen, huis="klantenservice", zonder=())
    if isinstance(event, Genoteerd):
        return regel
    if isinstance(event, Post):
        return replace(regel, url=url_for("ks_mail.details_view", id=event.mail_id))
    url = verhaalverder.page_of(event, over)
    return replace(regel, url=url) if url else regel
