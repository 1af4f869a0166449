"""What is on its way to the LAS, what arrived, and what was refused and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import groupby
from uuid import UUID

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.accounts import (
    beheerder_required,
    is_beheerder,
    me,
    own_groepen,
    own_school,
    saw,
    school_required,
    shows_names,
)
from webapp.accounts.setup import limiter
from webapp.blueprints.bestand import as_csv
from webapp.blueprints.own import existing_koppeling, own_koppeling
from webapp.blueprints.toetsen.overzicht import FOLD_ABOVE
from webapp.blueprints.told import told
from webapp.context import settings
from webapp.db import db, unit_of_work
from webapp.forms.cleaning import clean_text
from webapp.models import Groep, Levering, LeveringStatus
from webapp.models.fout import EigenCode
from webapp.models.ids import ResultaatId
from webapp.presentation import namen, today
from webapp.schooljaar import is_schooljaar, schooljaar_of
from webapp.services import zendkeuze
from webapp.services.clock import database_clock
from webapp.services.versturen import elders, nakijken
from webapp.services.versturen import leveringen as service
from webapp.services.versturen import stand as leveringstand
from webapp.verzoek import number
from webapp.woorden import versturen as woorden
from webapp.woorden.toetsen import groepsnaam
from webapp.woorden.versturen import LABELS, Badge, stand_of

bp = Blueprint("versturen", __name__, url_prefix="/resultaten/leveringen")
bp.add_app_template_filter(woorden.counted, "standen")


ZONDER_GROEP = "Zonder groep"
MOST = 500
"""More than so many are shown a groep at a time."""


@dataclass(frozen=True)
class Leveringrij:
    """One levering with the words beside it."""

    levering: Levering
    stand: Badge

    @property
    def groep(self) -> str:
        return _groep(self.levering)

    @property
    def mag_opnieuw(self) -> bool:
        """Whether trying again can help: not while the LAS has given no key."""
        levering = self.levering
        return levering.status is LeveringStatus.GEWEIGERD and levering.fout_code is not EigenCode.ALLEEN_ECKID

    @property
    def is_na_te_kijken(self) -> bool:
        return self.levering.status is LeveringStatus.NAKIJKEN


def _groep(levering: Levering) -> str:
    groep = levering.resultaat.leerling.groep
    return groepsnaam(groep) if groep else ZONDER_GROEP


@dataclass(frozen=True)
class Deel:
    """The leveringen of one groep, with their counts for the folded line."""

    naam: str
    rijen: list[Leveringrij]

    @property
    def standen(self) -> Counter[LeveringStatus]:
        return Counter(rij.levering.status for rij in self.rijen)


@dataclass(frozen=True)
class Tab:
    """One of the tabs above the table."""

    tekst: str
    aantal: int
    url: str
    actief: bool


@bp.get("/")
@school_required
@shows_names
def leveringen() -> ResponseReturnValue:
    """Show per leerling and test how far it is, and how sending stands."""
    session, school_id = db.session(), own_school()
    koppeling, acts, groepen = own_koppeling(), is_beheerder(), own_groepen()
    keuzes = zendkeuze.of_school(session, school_id)
    year = request.args.get("schooljaar", "")
    year = year if is_schooljaar(year) else schooljaar_of(today())
    status = _status(request.args.get("stand", ""))
    gezocht = clean_text(request.args.get("q"))[:100]
    vraag = leveringstand.Vraag(year, status, gezocht, number(request.args.get("groep")))
    tellingen = leveringstand.per_groep(session, school_id, vraag, groepen=groepen)
    is_much = sum(each.total() for _, each in tellingen) > MOST and len(tellingen) > 1
    rijen = [
        Leveringrij(levering, stand_of(levering.resultaat, levering, koppeling, namen(), keuzes, for_beheerder=acts))
        for levering in ([] if is_much else leveringstand.rows(session, school_id, vraag, groepen=groepen))
    ]
    uitleg, rijen = _said_once(rijen)
    counts = leveringstand.count(session, school_id, year, groepen=groepen)
    zending = leveringstand.verzendstand(session, koppeling, database_clock(session))
    te_verwijderen = elders.te_verwijderen(session, school_id) if groepen is None else []
    saw("leveringen", counts.total() + len(te_verwijderen), wie="resultaten")
    return render_template(
        "versturen/leveringen.html",
        groepen=[Deel(groep, list(per)) for groep, per in groupby(rijen, key=lambda rij: rij.groep)],
        delen=[_part(groep, per_status) for groep, per_status in tellingen] if is_much else [],
        in_groep=vraag.groep is not None,
        getoond=len(tellingen),
        uitleg=uitleg,
        vouwen=len(rijen) > FOLD_ABOVE,
        naam=gezocht,
        schooljaar=year,
        schooljaren=leveringstand.schooljaren(session, school_id, today()),
        filters=_tabs(counts, status, year),
        counts=counts,
        zending=zending,
        fout=woorden.in_the_way(koppeling, zending.fout, namen(), for_beheerder=acts),
        aan_zet=woorden.aan_zet(zending.fout, namen(), for_beheerder=acts),
        lead=woorden.sending(zending, namen(), settings().nacht_begin_uur),
        laatste=woorden.last_sent(zending.laatste) if zending.laatste else "",
        te_verwijderen=[(rij.bezorging, woorden.te_verwijderen(rij, namen())) for rij in te_verwijderen],
        na_te_kijken=nakijken.te_controleren(session, school_id) if groepen is None else 0,
        mag_nu=acts and settings().is_sandbox,
    )


@bp.get("/leveringen.csv")
@school_required
@shows_names
def leveringen_csv() -> Response:
    """Every levering of a school year, or those that are shown."""
    year = request.args.get("schooljaar", "")
    year = year if is_schooljaar(year) else schooljaar_of(today())
    status, gezocht = _status(request.args.get("stand", "")), clean_text(request.args.get("q"))[:100]
    vraag = leveringstand.Vraag(year, status, gezocht, number(request.args.get("groep")))
    found = leveringstand.rows(db.session(), own_school(), vraag, groepen=own_groepen())
    saw("leveringen", len(found), wie="resultaten")
    rows = (
        (
            each.resultaat.leerling.naam, _groep(each), each.resultaat.toets.naam,
            f"{each.resultaat.afnamedatum:%d-%m-%Y}", each.resultaat.niveau or "", each.resultaat.percentiel,
            LABELS[each.status],
        )
        for each in found
    )  # fmt: skip
    return as_csv(
        f"resultaten-{year}", ("Leerling", "Groep", "Toets", "Afgenomen", "Niveau", "Percentiel", "Stand"), rows
    )


@bp.get("/te-verwijderen.csv")
@beheerder_required
@shows_names
def to_remove_csv() -> Response:
    """What has to be removed in the LAS by hand, to work through there."""
    found = elders.te_verwijderen(db.session(), own_school())
    saw("leveringen", len(found), wie="resultaten")
    rows = (
        (each.nummer, each.naam, r.toets.naam, f"{r.afnamedatum:%d-%m-%Y}", r.leerling.naam)
        for each in found
        for r in [each.bezorging.resultaat]
    )
    headings = (f"Nummer in {namen().las}", "Staat bij", "Toets", "Afgenomen", "Is het resultaat van")
    return as_csv("te-verwijderen", headings, rows)


@bp.post("/nu-versturen")
@beheerder_required
def send_now() -> ResponseReturnValue:
    """Send at once instead of tonight. Schools may do this in the sandbox only; elsewhere klantenservice does it."""
    if not settings().is_sandbox:
        abort(404)
    with unit_of_work() as session:
        gepland = service.send_now(session, existing_koppeling(), door=me())
    return told(woorden.sent(gepland, namen()), url_for(".leveringen"))


@bp.post("/<int:resultaat_id>/opnieuw")
@beheerder_required
@limiter.limit("120 per hour", key_func=lambda: f"opnieuw:{current_user.get_id()}")
def send_again(resultaat_id: ResultaatId) -> ResponseReturnValue:
    """Put a refused result back in line."""
    with unit_of_work() as session:
        if service.find(session, own_school(), resultaat_id).status is LeveringStatus.GEWEIGERD:
            service.send_again(session, own_school(), resultaat_id, door=me())
    return told(woorden.sent_again(namen()), url_for(".leveringen", stand=LeveringStatus.GEWEIGERD))


@bp.post("/<int:resultaat_id>/klopt")
@beheerder_required
def score_is_right(resultaat_id: ResultaatId) -> ResponseReturnValue:
    """Send our own score after all: the school compared it with the LAS after a restore."""
    with unit_of_work() as session:
        nakijken.score_is_right(session, own_school(), resultaat_id, door=me())
    return told(woorden.checked(namen()), url_for(".leveringen"))


@bp.post("/elders/<uuid:sleutel>/verwijderd")
@beheerder_required
def removed(sleutel: UUID) -> ResponseReturnValue:
    """Tick off a result that was removed in the LAS at the leerling whose it is not."""
    with unit_of_work() as session:
        elders.removed(session, own_school(), sleutel, door=me())
    return told(woorden.removed(namen()), url_for(".leveringen"))


def _said_once(rijen: list[Leveringrij]) -> tuple[list[Badge], list[Leveringrij]]:
    """What all rows with one label say the same is said once above them, and not in each."""
    per_label = defaultdict(list)
    for rij in rijen:
        per_label[rij.stand.label].append(rij.stand)
    same = [standen[0] for standen in per_label.values() if len(standen) > 1 and len(set(standen)) == 1]
    once = [stand for stand in same if stand.tekst]
    short = {stand: replace(stand, tekst="", wie="", code="") for stand in once}
    return once, [replace(rij, stand=short.get(rij.stand, rij.stand)) for rij in rijen]


def _part(groep: Groep | None, counts: Counter[LeveringStatus]) -> tuple[str, str, Counter[LeveringStatus]]:
    """A groep of a school with too much for one page: its name, where its leveringen are, and how far they are."""
    asked = {name: request.args.get(name) for name in ("schooljaar", "stand", "q")}
    address = url_for(".leveringen", groep=groep.id if groep else 0, **asked)  # type: ignore[arg-type]  # no option of url_for
    return groepsnaam(groep) if groep else ZONDER_GROEP, address, counts


def _status(text: str) -> LeveringStatus | None:
    return LeveringStatus(text) if text in list(LeveringStatus) else None


def _tabs(counts: Counter[LeveringStatus], current: LeveringStatus | None, year: str) -> list[Tab]:
    """All of them, and one per status that occurs."""
    shown = [status for status in LABELS if counts[status] or status is current]
    return [
        Tab("Alle", counts.total(), url_for(".leveringen", schooljaar=year), actief=current is None),
        *(
            Tab(
                LABELS[status],
                counts[status],
                url_for(".leveringen", stand=status, schooljaar=year),
                actief=current is status,
            )
            for status in shown
        ),
    ]
