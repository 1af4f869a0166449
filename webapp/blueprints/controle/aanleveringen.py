"""The history: every aanlevering and every act, searched by name; and the page of one, with whom it changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import beheerder_required, own_school, saw, shows_names
from webapp.blueprints.bestand import as_csv
from webapp.blueprints.controle.views import bp
from webapp.blueprints.overzicht.zoeken import row
from webapp.db import db
from webapp.errors import NotAllowed
from webapp.filters import moment, tijdstip
from webapp.forms.cleaning import clean_text
from webapp.models import Handeling, Importbatch, Lidmaatschap, Soort
from webapp.models.ids import BatchId, HandelingId
from webapp.presentation import namen
from webapp.services.clock import database_now
from webapp.services.controle import batch as batches
from webapp.services.controle import ongewoon, uitwerken, vastgehouden
from webapp.services.inname import opzoeken
from webapp.services.inname.soorten import KINDS
from webapp.services.overzicht import aanleveringen
from webapp.services.overzicht.aanleveringen import PER_PAGINA, Stap, Stil, Wie
from webapp.verzoek import number
from webapp.woorden import aanleveringen as woorden
from webapp.woorden import ongewoon as woorden_ongewoon
from webapp.woorden import vastgehouden as hold
from webapp.woorden.aanleveringen import Gevolg
from webapp.woorden.controle import SOORTEN
from webapp.woorden.wijzigingen import GOES_BACK

_NAMES = 50
"""So many stand on a page."""


@dataclass(frozen=True, slots=True)
class Rij:
    """One line of the history."""

    wanneer: str
    wat: str
    getallen: tuple[int, ...]
    url: str = ""
    terug: str = ""
    """Where it can be undone."""
    is_stil: bool = False


@dataclass(frozen=True, slots=True)
class Gevonden:
    """Somebody who was looked up, and since when."""

    naam: str
    onder: str
    url: str
    sinds: str
    is_leerling: bool


@bp.get("/controle/")
@beheerder_required
@shows_names
def index() -> ResponseReturnValue:
    session, school_id = db.session(), own_school()
    q = clean_text(request.args.get("q"))[:100]
    gevonden = _found(q) if q else []
    everything = _history()
    page, pages, shown = _page(everything, PER_PAGINA)
    aanleveringen.count(session, school_id, shown)
    saw("geschiedenis", sum(each.is_leerling for each in gevonden))
    return render_template(
        "controle/index.html",
        q=q,
        gevonden=gevonden,
        koppen=woorden.KOPPEN,
        rijen=_rows(shown),
        pagina=page,
        paginas=pages,
        page_url=lambda n: url_for(".index", q=q or None, pagina=n),
        names=batches.names_of_accounts(session, school_id),
        geparkeerd=vastgehouden.parked(session, school_id),
        geparkeerd_tekst=hold.geparkeerd_op,
        bevestigd=ongewoon.may_come_back(session, school_id),
        bevestigd_tekst=woorden_ongewoon.eerder,
    )


@bp.get("/controle/geschiedenis.csv")
@beheerder_required
def history_csv() -> Response:
    session, school_id = db.session(), own_school()
    everything = _history()
    aanleveringen.count(session, school_id, everything)
    return as_csv(
        "aanleveringen",
        woorden.KOPPEN,
        ((rij.wanneer, rij.wat, *rij.getallen) for rij in _rows(everything, when=tijdstip)),
    )


def _history() -> list[Stap | Stil]:
    since = database_now(db.session()) - current_app.extensions["settings"].bewaar_logboek
    return aanleveringen.history(db.session(), own_school(), since=since)


def _page(everything: Sequence[Any], size: int) -> tuple[int, int, Sequence[Any]]:
    """The page that was asked for, how many there are, and what stands on it."""
    pages = max(1, -(-len(everything) // size))
    page = min(max(number(request.args.get("pagina")) or 1, 1), pages)
    return page, pages, everything[(page - 1) * size : page * size]


def _rows(shown: Iterable[Stap | Stil], when: Callable[[datetime], str] = moment) -> list[Rij]:
    namen_van, las = batches.names_of_accounts(db.session(), own_school()), namen().las
    return [
        Rij(woorden.wanneer(each), woorden.nachten(each), (), is_stil=True)
        if isinstance(each, Stil)
        else Rij(
            when(each.op),
            woorden.wat(each, namen_van, las),
            (
                each.telling.toegevoegd, each.telling.gewijzigd, each.telling.vertrokken, each.vastgehouden,
                each.ongewijzigd,
            ),
            _url(each),
            _undo_url(each),
        )
        for each in shown
    ]  # fmt: skip


def _url(stap: Stap) -> str:
    if stap.handeling is None and stap.batch is not None and stap.batch.is_open:
        return url_for("controle.show", batch_id=stap.batch.id)
    if stap.batch is not None:
        return url_for("controle.taken_in", batch_id=stap.batch.id)
    assert stap.handeling is not None
    return url_for("controle.act", handeling_id=stap.handeling.id)


def _undo_url(stap: Stap) -> str:
    batch = stap.batch
    is_import = batch is not None and stap.handeling is not None and stap.handeling.wat == "import"
    if batch is None or not is_import or uitwerken.until(db.session(), batch) is None:
        return ""
    return url_for("controle.undo", batch_id=batch.id)


def _undo_of(stappen: Sequence[Stap], everybody: Iterable[Wie]) -> list[tuple[str, str]]:
    """What of an aanlevering can be undone: how that is called, and where."""
    found, goes_back = list[tuple[str, str]](), {wie.handeling_id for wie in everybody if wie.aard in GOES_BACK}
    for stap, act in ((stap, stap.handeling) for stap in stappen if stap.handeling is not None):
        if url := _undo_url(stap):
            found.append(("Import terugdraaien", url))
        elif act.id in goes_back and uitwerken.until_of_act(db.session(), act) is not None:
            found.append(("Terugnemen wat vanzelf ging", url_for("controle.undo_night", handeling_id=act.id)))
    return found


def _found(q: str) -> list[Gevonden]:
    """Who fits what was typed, and since when they are linked, in their groep or gone."""
    session, school_id = db.session(), own_school()
    found = []
    for treffers in opzoeken.look_up(session, school_id, q, groepen=None):
        kind, doelen = treffers.kind, treffers.doelen[:10]
        known = aanleveringen.since(session, school_id, kind.soort, [doel.id for doel in doelen])
        for doel in doelen:
            rij = row(kind, doel)
            groep = ", ".join(row(KINDS[Soort.GROEP], each).naam for each in kind.groepen_of_doel(doel))
            said = woorden.sinds(
                known.get(doel.id),
                is_linked=bool(doel.las_key or doel.eckid),
                is_gone=doel.status is Lidmaatschap.VERTROKKEN,
                groep=groep[:1].lower() + groep[1:] if kind.has_results else "",
            )
            found.append(Gevonden(rij.naam, rij.onder, rij.url, said, kind.has_results))
    return found


@bp.get("/controle/<int:batch_id>/overgenomen")
@beheerder_required
@shows_names
def taken_in(batch_id: BatchId) -> ResponseReturnValue:
    """Show whom an aanlevering changed, with what came of it later."""
    return _show(*_of_batch(batch_id))


@bp.get("/controle/handeling/<int:handeling_id>")
@beheerder_required
@shows_names
def act(handeling_id: HandelingId) -> ResponseReturnValue:
    """Show whom an act changed that is of no aanlevering."""
    return _show(*_of_act(handeling_id))


@bp.get("/controle/<int:batch_id>/overgenomen.csv")
@beheerder_required
@shows_names
def taken_in_csv(batch_id: BatchId) -> Response:
    return _csv(*_of_batch(batch_id))


@bp.get("/controle/handeling/<int:handeling_id>.csv")
@beheerder_required
@shows_names
def act_csv(handeling_id: HandelingId) -> Response:
    return _csv(*_of_act(handeling_id))


def _of_batch(batch_id: BatchId) -> tuple[list[Stap], Importbatch | None]:
    batch = batches.get(db.session(), own_school(), batch_id)
    return aanleveringen.stappen(db.session(), own_school(), Handeling.batch_id == batch.id, batch=batch), batch


def _of_act(handeling_id: HandelingId) -> tuple[list[Stap], Importbatch | None]:
    found = aanleveringen.stappen(db.session(), own_school(), Handeling.id == handeling_id, batch=None)
    if not found:
        raise NotAllowed
    return found, None


def _show(stappen: list[Stap], batch: Importbatch | None) -> str:
    session, school_id = db.session(), own_school()
    everybody = aanleveringen.of_acts(session, school_id, [each.handeling.id for each in stappen if each.handeling])
    q, wat = clean_text(request.args.get("q"))[:100], request.args.get("wat", "")
    counts = {each: sum(woorden.gevolg(wie.aard) is each for wie in everybody) for each in Gevolg}
    chosen = Gevolg(wat) if wat in list(Gevolg) else next((each for each in Gevolg if counts[each]), Gevolg.NIEUW)
    mine = [wie for wie in everybody if woorden.gevolg(wie.aard) is chosen]
    here = [wie for wie in mine if wie.doel is not None]
    page, pages, shown = _page(aanleveringen.named(here, q), _NAMES)
    held = _held(batch)
    saw(
        "aanlevering", sum(KINDS[wie.soort].has_results for wie in shown) + sum(each.has_results for each, _, _ in held)
    )
    endpoint, args = str(request.endpoint), request.view_args or {}
    return render_template(
        "controle/overgenomen.html",
        titel=woorden.titel(stappen[0] if stappen else Stap(batch.opgehaald_op, None, batch)),  # type: ignore[union-attr]  # an act or a batch
        batch=batch,
        rijen=_rows(stappen),
        koppen=woorden.KOPPEN,
        tabs_=[
            {"tekst": each.capitalize(), "aantal": counts[each], "actief": each is chosen,
             "url": url_for(endpoint, **args, wat=each)}
            for each in Gevolg
        ],
        wie=_people(shown),
        weg=woorden.weg(wie.soort for wie in mine if wie.doel is None) if not q else "",
        is_gezocht=bool(q),
        q=q,
        gekozen=chosen,
        vastgehouden=[(titel, url) for _, titel, url in held],
        pagina=page,
        paginas=pages,
        page_url=lambda n: url_for(endpoint, **args, wat=chosen, q=q, pagina=n),
        csv=url_for(f"{endpoint}_csv", **args),
        terug=_undo_of(stappen, everybody),
    )  # fmt: skip


def _held(batch: Importbatch | None) -> list[tuple[Any, str, str]]:
    """Who is held of an aanlevering that still waits, by name."""
    if batch is None or not batch.is_open:
        return []
    held = [(kind, kind.find(db.session(), own_school(), batch.held(soort))) for soort, kind in KINDS.items()]
    rows = [(SOORTEN[kind.soort], row(kind, doel)) for kind, doelen in held for doel in doelen.values()]
    return sorted(((words, rij.naam, rij.url) for words, rij in rows), key=lambda each: each[1].casefold())


@dataclass(frozen=True, slots=True)
class Persoon:
    """Somebody whom an aanlevering changed."""

    naam: str
    soort: str
    url: str
    verschillen: list[tuple[str, str, str]]


def _people(shown: Sequence[Wie]) -> list[Persoon]:
    session, school_id = db.session(), own_school()
    aanleveringen.read(session, school_id, shown)
    groepen = aanleveringen.groepsnamen(session, school_id)
    return [
        Persoon(
            woorden.naam(wie),
            woorden.soort(wie),
            url_for("overzicht.record", soort=wie.soort, doel_id=wie.id) if wie.doel is not None else "",
            list(woorden.verschillen(wie, groepen)),
        )
        for wie in shown
    ]


def _csv(stappen: list[Stap], batch: Importbatch | None) -> Response:
    acts = [each.handeling.id for each in stappen if each.handeling]
    everybody = aanleveringen.of_acts(db.session(), own_school(), acts)
    saw("aanlevering", sum(KINDS[wie.soort].has_results for wie in everybody))
    name = f"aanlevering-{batch.id}" if batch is not None else f"wijziging-{acts[0]}"
    rows = (
        (woorden.gevolg(wie.aard), each.soort, each.naam, *verschil)
        for wie, each in zip(everybody, _people(everybody), strict=True)
        for verschil in each.verschillen or [("", "", "")]
    )
    return as_csv(name, ("Wat", "Soort", "Naam", "Gegeven", "Was", "Is"), rows)
