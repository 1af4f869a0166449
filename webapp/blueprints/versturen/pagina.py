"""Waar blijft mijn resultaat? A beheerder sees the school by reason and groep, a leerkracht one own groep by test."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from webapp.accounts import is_beheerder, is_oefenend, own_groepen, own_school, saw, school_required, shows_names
from webapp.blueprints.own import own_koppeling
from webapp.blueprints.versturen import beeld, bp
from webapp.blueprints.versturen.vraag import asked, bakken, filtered
from webapp.context import settings
from webapp.db import db
from webapp.models import Groep, Toets
from webapp.presentation import namen, today
from webapp.services import zendkeuze
from webapp.services.clock import database_clock
from webapp.services.toetsen import ontbreekt
from webapp.services.toetsen.ontbreekt import Groepsstand
from webapp.services.versturen import elders, waar
from webapp.services.versturen.stand import Verzendstand, laatste, verzendstand
from webapp.services.versturen.waar import AANDACHT, Bak, Telling, Vraag
from webapp.uwlr.codes import Owner
from webapp.woorden import versturen as woorden
from webapp.woorden import waar as plaats

MOST = 200
"""More than so many are shown a groep at a time."""
NAMED = 20
"""So many of one reason are named on its card."""


@dataclass(frozen=True)
class Tab:
    """One of the filters above the page."""

    tekst: str
    aantal: int
    url: str
    actief: bool


@bp.get("/")
@school_required
@shows_names
def leveringen() -> ResponseReturnValue:
    """Show where each result is: a beheerder by reason and groep, a leerkracht by test."""
    session, koppeling, vraag = db.session(), own_koppeling(), asked()
    zending, last = verzendstand(session, koppeling, database_clock(session)), laatste(session, koppeling)
    common = {
        "zending": zending,
        "gaat": woorden.gaat_kort(zending),
        "fout": woorden.in_the_way(koppeling, zending.fout, namen(), for_beheerder=is_beheerder()),
        "aan_zet": woorden.aan_zet(zending.fout, namen(), for_beheerder=is_beheerder()),
        "laatste": woorden.last_sent(last),
        "verstuurd_op": last.op if last is not None else None,
        "in_het_las": plaats.in_het_las(koppeling, namen()),
        "vraag": vraag,
    }
    if vraag.groep is None and is_beheerder():
        return _of_school(vraag, zending, common)
    return _of_groep(vraag, zending, common)


def _of_school(vraag: Vraag, zending: Verzendstand, common: dict[str, object]) -> str:
    """All of the school: what hampers by reason, then every groep."""
    session, gaat = db.session(), woorden.gaat(zending)
    keuzes = zendkeuze.of_school(session, own_school())
    every_year = waar.tel(session, replace(vraag.all(), schooljaar=None))
    tellingen = [each for each in every_year if each.schooljaar == vraag.schooljaar]
    counts = waar.per_bak(tellingen)
    chosen = _filter(counts)
    is_stopped = _is_stopped(zending)
    shown = replace(vraag, bakken=bakken(chosen))
    kaarten, rijen = list[beeld.Kaart](), list[waar.Rij]()
    if vraag.reden is not None:
        rijen = waar.rows(session, vraag)
    elif chosen == plaats.AANDACHT and not is_stopped:
        kaarten = beeld.kaarten(tellingen, waar.rows(session, shown, most=NAMED), gaat, keuzes)
    elif (
        chosen != plaats.AANDACHT
        and sum(each.aantal for each in tellingen if each.bak in (shown.bakken or Bak)) <= MOST
    ):
        rijen = waar.rows(session, shown)
    te_verwijderen = elders.te_verwijderen(session, own_school())
    saw("leveringen", len(rijen) + sum(len(kaart.regels) for kaart in kaarten) + len(te_verwijderen), wie="resultaten")
    return render_template(
        "versturen/school.html",
        **common,
        lead=plaats.lead(counts, zending, namen(), woorden.sending(zending, namen(), settings().nacht_begin_uur)),
        counts=counts,
        filters=_tabs(counts, chosen, vraag, woorden.gaat_kort(zending)),
        gekozen=chosen,
        kaarten=kaarten,
        regels=[beeld.regel(rij, gaat, keuzes) for rij in rijen],
        groepen=beeld.per_groep(tellingen, _groepen(), lambda id_: _of(vraag, groep=id_, waar=_carried(chosen))),
        schooljaren=sorted({each.schooljaar for each in every_year} | {vraag.huidig}, reverse=True),
        ook_eerder=_earlier(every_year, vraag),
        te_verwijderen=[(rij.bezorging, woorden.te_verwijderen(rij, namen())) for rij in te_verwijderen],
        is_gestopt=is_stopped,
        mag_nu=settings().is_sandbox or is_oefenend(),
    )


def _of_groep(vraag: Vraag, zending: Verzendstand, common: dict[str, object]) -> str:
    """One groep by test, and by name only what is not in the LAS yet."""
    session, mine, gaat = db.session(), own_groepen(), woorden.gaat(zending)
    groepen = [groep for groep in _groepen() if mine is None or groep.id in mine]
    groep = next((each for each in groepen if each.id == vraag.groep), None)
    if groep is None and not is_beheerder():
        groep = next(iter(groepen), None)
    of_groep = replace(vraag, groep=groep.id if groep is not None else 0, bakken=())
    every_year = waar.tel(session, replace(of_groep, reden=None, schooljaar=None)) if not is_beheerder() else []
    tellingen = waar.tel(session, replace(of_groep, reden=None))
    counts, chosen = waar.per_bak(tellingen), filtered()
    missing = Groepsstand(0, [])
    if groep is not None and vraag.schooljaar == vraag.huidig:
        missing = ontbreekt.of_groep(session, groep, today())
    open_ = tuple(bak for bak in Bak if bak is not Bak.IN_LAS)
    rijen = waar.rows(session, replace(of_groep, bakken=bakken(chosen) if chosen else open_))
    rijen, keuzes = sorted(rijen, key=_urgent), zendkeuze.of_school(session, own_school())
    regels = [beeld.regel(rij, gaat, keuzes) for rij in rijen]
    if not chosen:
        regels = [*map(beeld.te_doen, missing.ontbrekend), *regels]
    toetsen = session.scalars(select(Toets).where(Toets.id.in_({each.toets_id for each in tellingen}))).all()
    saw("leveringen", len(regels), wie="resultaten", over=f"groep {groep.id}" if groep is not None else "")
    return render_template(
        "versturen/groep.html",
        **common,
        groep=groep,
        groepen=[] if is_beheerder() else groepen,
        schooljaren=sorted({each.schooljaar for each in every_year} | {vraag.huidig}, reverse=True),
        leerlingen=missing.leerlingen,
        counts=counts,
        te_doen=len(missing.ontbrekend),
        te_doen_url=_to_fill_in(missing, groep),
        toetsen=beeld.per_toets(tellingen, missing.ontbrekend, toetsen),
        regels=regels,
        gekozen=chosen,
    )


_ORDER = {Bak.GEWEIGERD: 0, Bak.WACHT: 1, Bak.GAAT: 2, Bak.IN_LAS: 3, Bak.BLIJFT: 4}
"""What asks most of people first."""


def _urgent(rij: waar.Rij) -> int:
    return _ORDER[waar.BAKKEN[rij.waar]]


def _groepen() -> list[Groep]:
    query = select(Groep).where(Groep.school_id == own_school()).order_by(Groep.jaargroep, Groep.naam, Groep.id)
    return list(db.session().scalars(query))


def _is_stopped(zending: Verzendstand) -> bool:
    """Nothing goes until the school acts: one card says so, and a list of reasons would only hide it."""
    return zending.fout is not None and zending.fout.eigenaar is Owner.SCHOOL


def _filter(counts: Counter[Bak]) -> str:
    """What was chosen; otherwise what asks attention, else what goes, else all."""
    if filtered():
        return filtered()
    if any(counts[bak] for bak in AANDACHT):
        return plaats.AANDACHT
    return str(Bak.GAAT) if counts[Bak.GAAT] else plaats.ALLE


def _carried(chosen: str) -> str | None:
    """The filter that goes along to a groep, which shows by itself what is not in the LAS."""
    return None if chosen == plaats.AANDACHT else chosen


def _of(vraag: Vraag, **where: object) -> str:
    """An address of this page in the same school year."""
    year = None if vraag.schooljaar == vraag.huidig else vraag.schooljaar
    return url_for(".leveringen", schooljaar=year, **where)  # type: ignore[arg-type]  # none is an option of url_for


def _tabs(counts: Counter[Bak], chosen: str, vraag: Vraag, gaat: str) -> list[Tab]:
    """The four numbers of the overview, what asks attention as one of them, and all."""
    names = {plaats.AANDACHT: "Vraagt aandacht"} | {str(bak): plaats.bak(bak, namen(), gaat) for bak in Bak}
    numbers = {plaats.AANDACHT: sum(counts[bak] for bak in AANDACHT)}
    numbers |= {str(bak): counts[bak] for bak in (Bak.GAAT, Bak.IN_LAS)}
    numbers |= {str(Bak.BLIJFT): counts[Bak.BLIJFT]} if counts[Bak.BLIJFT] or chosen == Bak.BLIJFT else {}
    numbers |= {plaats.ALLE: counts.total()}
    names[plaats.ALLE] = "Alle"
    return [Tab(names[name], number, _of(vraag, waar=name), actief=chosen == name) for name, number in numbers.items()]


def _earlier(every_year: list[Telling], vraag: Vraag) -> list[tuple[str, int, str]]:
    """Other school years in which something asks attention."""
    open_ = Counter[str]()
    for each in every_year:
        if each.bak in AANDACHT and each.schooljaar != vraag.schooljaar:
            open_[each.schooljaar] += each.aantal
    return [
        (year, number, url_for(".leveringen", schooljaar=year, waar=plaats.AANDACHT))
        for year, number in sorted(open_.items(), reverse=True)
    ]


def _to_fill_in(missing: Groepsstand, groep: Groep | None) -> str:
    """The grid, when one test is missing something; otherwise the list of tests."""
    toetsen = {each.toets.id: each.ronde.laatste for each in missing.ontbrekend}
    if len(toetsen) != 1 or groep is None:
        return url_for("toetsen.index")
    [(toets_id, day)] = toetsen.items()
    return url_for("toetsen.rooster", toets_id=toets_id, groep_id=groep.id, datum=day.isoformat())
