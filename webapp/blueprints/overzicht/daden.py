"""What may be done about a record on its page, and doing it: each button with what it does said beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeGuard

from flask import url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import beheerder_required, is_beheerder, me, own_school
from webapp.blueprints.overzicht import bp
from webapp.blueprints.told import told
from webapp.db import db, unit_of_work
from webapp.models import Leerling, Wat
from webapp.models.geschiedenis import VANZELF
from webapp.models.ids import AccountId
from webapp.presentation import namen
from webapp.services import aanwezig
from webapp.services.controle import besluiten, heropenen, ontkoppelen, toch, uitwerken
from webapp.services.controle.besluiten import Besluit, Wel
from webapp.services.controle.gebeurd import is_new_link
from webapp.services.controle.gegeven import Stand, Toestand, Verhaal
from webapp.services.inname.soorten import AnyKind, Doel
from webapp.woorden import besluiten as zinnen
from webapp.woorden import opzoeken as woorden


@dataclass(frozen=True, slots=True)
class Knop:
    """An act, and what it does."""

    tekst: str
    icoon: str
    url: str
    velden: dict[str, str] | None
    """What its form sends along; None where it leads to a page that asks first."""
    gevolg: str


def acts(kind: AnyKind, doel: Doel, stand: Stand, verhaal: Verhaal) -> list[Knop]:
    """What may be done about this record, what is likeliest first."""
    found = [*_further(stand), *_acts_on_link(kind, doel, stand, verhaal)] if is_beheerder() else []
    if is_beheerder() and kind.has_results:
        found.append(Knop("Samenvoegen", "koppel", url_for("overzicht.merge", doel_id=doel.id), None, ""))
    if is_reported(doel):
        seen = {"sinds": doel.klopt_niet_sinds.isoformat() if doel.klopt_niet_sinds is not None else ""}
        right = Knop("Het klopt wel", "vinkje", url_for("overzicht.say_right", doel_id=doel.id), seen, "")
        return [right, *found] if is_beheerder() else found
    if kind.has_results and (doel.las_key or doel.eckid):
        found.append(Knop("Dit klopt niet", "let-op", url_for("overzicht.ask_wrong", doel_id=doel.id), None, ""))
    return found


def _further(stand: Stand) -> list[Knop]:
    """Where a beheerder acts on what is open."""
    if stand.toestand is Toestand.VASTGEHOUDEN:
        held = url_for("controle.held", batch_id=stand.batch_id)
        return [Knop("Bekijken en antwoorden", "pauze", held, None, "")]
    if stand.regel is not None:
        text = "Naar de vraag" if stand.toestand is Toestand.VRAAG else "Naar het antwoord"
        url = url_for("controle.show", batch_id=stand.batch_id, vraag=stand.regel.id)
        return [Knop(text, "verder", url, None, "")]
    return []


def is_reported(doel: Doel) -> TypeGuard[Leerling]:
    is_said = isinstance(doel, Leerling) and doel.klopt_niet_sinds is not None
    return is_said and bool(doel.las_key or doel.eckid)


def _acts_on_link(kind: AnyKind, doel: Doel, stand: Stand, verhaal: Verhaal) -> list[Knop]:
    """Taking the link back asks the question anew too, and its page offers to ask only: so there is one button."""
    here = {"id": str(doel.id), "pagina": str(doel.id)}
    if stand.toestand is Toestand.GEKOPPELD and (back := _undo(kind, doel, verhaal)) is not None:
        return [back]
    if stand.toestand is Toestand.GEKOPPELD and aanwezig.was_imported(db.session(), own_school()):
        url = url_for("overzicht.reopen", soort=kind.soort, doel_id=doel.id)
        ask = Knop("Koppeling aanpassen", "koppel", url, {}, woorden.reopening(doel, has_results=kind.has_results))
        url = url_for("overzicht.ask_unlink", soort=kind.soort, doel_id=doel.id)
        return [ask, Knop("Ontkoppelen", "kruis", url, None, "")]
    if stand.toestand is Toestand.VERTROKKEN and getattr(doel, "samengevoegd_met_id", None) is None:
        url = url_for("overzicht.bring_back", soort=kind.soort, doel_id=doel.id)
        return [Knop("Terugzetten", "terug", url, {}, woorden.bringing_back(namen().las))]
    if stand.toestand is Toestand.GEPARKEERD:
        return [Knop("Terugzetten", "terug", url_for("koppeling.bring_back"), here, "")]
    if toch.may_park(db.session(), kind, doel, stand):
        url = url_for("overzicht.park", soort=kind.soort, doel_id=doel.id)
        return [Knop("Parkeren", "pauze", url, {}, woorden.PARKING_OTHER)]
    if stand.toestand is Toestand.LOS and kind.has_results and aanwezig.was_imported(db.session(), own_school()):
        return [Knop("Parkeren", "pauze", url_for("koppeling.park"), here | {"getoond": "0"}, woorden.PARKING)]
    return []


def _undo(kind: AnyKind, doel: Doel, verhaal: Verhaal) -> Knop | None:
    """Taking back the act that made the link, while that can be done."""
    session, link = db.session(), verhaal.link
    if link is None or not is_new_link(link.voor, link.na):
        return None
    act = link.mutatie.handeling
    if act.wat in VANZELF and uitwerken.until_of_act(session, act) is not None:
        url = url_for("controle.undo_night", handeling_id=act.id, soort=kind.soort, id=doel.id)
        return Knop("Koppeling terugnemen", "terug", url, None, woorden.TAKING_BACK)
    regel = verhaal.regel
    if act.wat is not Wat.IMPORT or regel is None or regel.batch_id != act.batch_id or regel.gewist_op is not None:
        return None
    if uitwerken.until(session, regel.batch) is None:
        return None
    url = url_for("controle.undo", batch_id=act.batch_id, vraag=regel.id, soort=kind.soort, id=doel.id)
    return Knop("Antwoord terugnemen", "terug", url, None, woorden.TAKING_BACK)


@dataclass(frozen=True, slots=True)
class Staand:
    """What was decided and stands: what holds, who said so and when, and the act that ends it."""

    tekst: str
    door: str
    knop: Knop | None


def standing(
    kind: AnyKind, doel: Doel, verhaal: Verhaal, namen_van: Mapping[AccountId, str], *, may_end: bool
) -> list[Staand]:
    """All that was decided about a record, and how a beheerder ends it."""
    las, found = namen().las, besluiten.of_record(db.session(), kind, doel, verhaal)
    said = ((each, zinnen.tekst(each, las), zinnen.door(each, namen_van)) for each in found)
    return [Staand(tekst, door, _end(kind, doel, each) if may_end else None) for each, tekst, door in said]


def _end(kind: AnyKind, doel: Doel, besluit: Besluit) -> Knop | None:
    """The act that ends a decision; what was taken back of a link otherwise ends by answering its question."""
    if besluit.ander is not None:
        url = url_for("overzicht.merge", doel_id=doel.id, met=besluit.ander.id)
        return Knop("Toch samenvoegen", "koppel", url, None, "")
    if besluit.uitzondering_id is not None:
        text = "Toch importeren" if besluit.wat is Wel.BUITEN else "Groep toch importeren"
        return Knop(text, "ophalen", url_for("koppeling.import_anyway"), {"id": str(besluit.uitzondering_id)}, "")
    if besluit.rij is None:
        return None
    if besluit.rij is ontkoppelen.may_link_again(db.session(), kind, doel):
        url = url_for("overzicht.link_again", soort=kind.soort, doel_id=doel.id)
        return Knop("Ontkoppelen terugdraaien", "terug", url, {}, zinnen.LINKING_AGAIN)
    row, regel = toch.about(db.session(), kind.soort, doel)
    if row is not besluit.rij or (regel is None and not row.is_vertrek):
        return None
    text, icon = ("Toch parkeren", "pauze") if row.is_vertrek else ("Toch koppelen", "koppel")
    url = url_for("overzicht.do_anyway", soort=kind.soort, doel_id=doel.id)
    return Knop(text, icon, url, {}, "" if row.is_vertrek else woorden.ANYWAY)


@bp.post("/school/<soort>/<int:doel_id>/terugzetten")
@beheerder_required
def bring_back(soort: str, doel_id: int) -> ResponseReturnValue:
    """Put somebody who was parked back where they stood."""
    with unit_of_work() as session:
        message = woorden.brought_back(toch.bring_back(session, own_school(), soort, doel_id, door=me()))
    return told(message, url_for("overzicht.record", soort=soort, doel_id=doel_id))


@bp.post("/school/<soort>/<int:doel_id>/parkeren")
@beheerder_required
def park(soort: str, doel_id: int) -> ResponseReturnValue:
    """Take a groep or a leerkracht whom the LAS never sent out of the lists."""
    with unit_of_work() as session:
        toch.park(session, own_school(), soort, doel_id, door=me())
    return told(woorden.PARKED_OTHER, url_for("overzicht.record", soort=soort, doel_id=doel_id))


@bp.post("/school/<soort>/<int:doel_id>/toch")
@beheerder_required
def do_anyway(soort: str, doel_id: int) -> ResponseReturnValue:
    """Do after all what a person took back: a link is written by the import, which is next."""
    with unit_of_work() as session:
        regel = toch.do_anyway(session, own_school(), soort, doel_id, door=me())
        url = url_for("controle.show", batch_id=regel.batch_id, vraag=regel.id) if regel is not None else None
    return told(
        woorden.LINKED_ANYWAY if url else woorden.PARKED_ANYWAY,
        url or url_for("overzicht.record", soort=soort, doel_id=doel_id),
    )


@bp.post("/school/<soort>/<int:doel_id>/heropenen")
@beheerder_required
def reopen(soort: str, doel_id: int) -> ResponseReturnValue:
    """Ask anew who of ours it is; the card of that question says what each answer does."""
    with unit_of_work() as session:
        regel = heropenen.reopen(session, own_school(), soort, doel_id, door=me())
        message, url = woorden.reopened(regel), url_for("controle.show", batch_id=regel.batch_id, vraag=regel.id)
    return told(message, url, "info")
