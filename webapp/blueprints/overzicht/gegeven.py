"""The page of a leerling, a leerkracht or a groep: how it stands, why, what happened, and what hangs on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import (
    is_beheerder,
    own_groepen,
    own_school,
    saw,
    school_required,
    shows_names,
)
from webapp.blueprints.bestand import as_csv
from webapp.blueprints.controle.cards import Veldrij, compared
from webapp.blueprints.overzicht import bp
from webapp.blueprints.overzicht.daden import acts, is_reported, standing
from webapp.blueprints.overzicht.onthouden import remembered
from webapp.blueprints.overzicht.samenvoegen import may_be_another
from webapp.blueprints.overzicht.zoeken import row
from webapp.blueprints.own import own_koppeling
from webapp.db import db
from webapp.filters import aantal, datum_kort
from webapp.models import Keuze, Levering, Resultaat, Soort
from webapp.models.ids import AccountId, BatchId, LeerlingId
from webapp.presentation import namen
from webapp.services import aanwezig, zendkeuze
from webapp.services.controle import gegeven, kloptniet, splitsen
from webapp.services.controle.batch import groepsnamen, names_of_accounts
from webapp.services.controle.gegeven import Verhaal
from webapp.services.controle.kandidaten import Kandidaat
from webapp.services.inname import dubbel, opzoeken
from webapp.services.inname.soorten import KINDS, AnyKind, Doel
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.services.toetsen import verloop
from webapp.services.toetsen.rooster import of_leerling
from webapp.services.versturen import elders
from webapp.services.versturen.waar import places
from webapp.woorden import kloptniet as wrong
from webapp.woorden import opzoeken as woorden
from webapp.woorden import samenvoegen as samen_woorden
from webapp.woorden.controle import SOORTEN
from webapp.woorden.waar import Badge, stand_of

SHOWN = 10
"""So many results and events; the older ones are folded."""


@dataclass(frozen=True, slots=True)
class Gebeurtenis:
    """Something that happened to a record."""

    op: datetime
    titel: str
    tekst: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Samengevoegd:
    """Another record of ours of the same child, which is empty now."""

    naam: str
    op: datetime | None
    opzij: list[str]
    url: str
    """Where merging is undone, while that is possible."""
    tot: datetime | None


@bp.get("/school/<soort>/<int:doel_id>/")
@school_required
@shows_names
def record(soort: str, doel_id: int) -> ResponseReturnValue:
    session = db.session()
    if soort == LEERLING.soort and (is_now := dubbel.became(session, own_school(), LeerlingId(doel_id))) != doel_id:
        return redirect(url_for("overzicht.record", soort=soort, doel_id=is_now), 302)
    kind, doel = opzoeken.get(session, own_school(), soort, doel_id, groepen=own_groepen())
    naast = opzoeken.beside(session, own_school(), kind, doel)
    others = sum(len(doelen) for other, doelen in naast.items() if KINDS[other].has_results)
    saw(kind.soort, kind.has_results + others, over=f"{soort} {doel_id}")
    stand, verhaal = gegeven.stand_of(session, kind, doel), gegeven.story(session, kind, doel)
    namen_van = names_of_accounts(session, own_school())
    resultaten = _results(LeerlingId(doel.id)) if kind.has_results else []
    gemeld = None
    if is_reported(doel):
        gemeld = wrong.stand(doel, namen_van, namen(), for_beheerder=is_beheerder())
    groepen = [row(KINDS[Soort.GROEP], groep) for groep in kind.groepen_of_doel(doel)]
    return render_template(
        "overzicht/gegeven.html",
        soort=SOORTEN[kind.soort],
        soort_code=kind.soort,
        titel=woorden.title(kind, doel),
        onder=woorden.about(kind, doel, namen()),
        stand=woorden.stand(
            stand, kind, namen(), for_beheerder=is_beheerder(), is_imported=aanwezig.was_imported(session, own_school())
        ),
        gemeld=gemeld,
        in_las=_in_las(doel) if gemeld and is_beheerder() else [],
        knoppen=acts(kind, doel, stand, verhaal),
        besloten=standing(kind, doel, verhaal, namen_van, may_end=is_beheerder()),
        reden=woorden.reason(verhaal, namen_van) if doel.las_key or doel.eckid else "",
        vergelijking=_compared(kind, doel, verhaal),
        gebeurd=_happened(kind, doel, verhaal, resultaten, namen_van),
        van_las=woorden.of_las(verhaal, namen().las),
        eerder=woorden.earlier_names(verhaal, doel),
        onthouden=remembered(doel) if kind.has_results else [],
        heeft_resultaten=kind.has_results,
        resultaten=resultaten,
        getoond=SHOWN,
        misschien=may_be_another(LeerlingId(doel.id), namen_van) if kind.has_results else [],
        samengevoegd=_merged(LeerlingId(doel.id)) if kind.has_results else [],
        verlopen=verloop.of_leerling(session, own_school(), LeerlingId(doel.id)) if kind.has_results else [],
        doel_id=doel.id,
        naast=[
            (SOORTEN[s].meer, [row(KINDS[s], each, is_beside=True) for each in doelen]) for s, doelen in naast.items()
        ],
        kruimels=[(each.naam, each.url) for each in groepen[:1]],
        groepen=groepen,
        feiten=woorden.facts(doel, for_beheerder=is_beheerder()),
    )


def _in_las(leerling: Doel) -> list[tuple[Resultaat, str, str]]:
    """What the LAS has of a leerling, under whose number, and what to do there."""
    found = elders.of_leerling(db.session(), own_school(), LeerlingId(leerling.id))
    return [(each.bezorging.resultaat, wrong.at(each), wrong.to_remove(each, namen())) for each in found]


def _merged(leerling_id: LeerlingId) -> list[Samengevoegd]:
    """Our other records of this child, with the doubles that do not count."""
    session, school_id = db.session(), own_school()
    merged = dubbel.merged_into(session, school_id, leerling_id)
    acts = splitsen.of_records(session, school_id, merged) if merged else {}
    found = list[Samengevoegd]()
    for each in merged:
        tot = splitsen.until(session, each, acts.get(each.id)) if is_beheerder() else None
        url = url_for("overzicht.part", doel_id=each.id) if tot is not None else ""
        opzij = [samen_woorden.opzij(resultaat) for resultaat, _ in of_leerling(session, school_id, each.id)]
        found.append(Samengevoegd(each.naam, acts[each.id].op if each.id in acts else None, opzij, url, tot))
    return found


def _results(leerling_id: LeerlingId) -> list[tuple[Resultaat, Levering | None, Badge]]:
    """Everything that was scored, the newest first, with where it is."""
    session = db.session()
    keuzes = zendkeuze.of_school(session, own_school())
    made = of_leerling(session, own_school(), leerling_id)
    waar = places(session, own_school(), own_koppeling(), [resultaat.id for resultaat, _ in made])
    is_absent = bool(made) and aanwezig.is_absent(session, made[0][0].leerling)
    return [
        (
            resultaat,
            levering,
            stand_of(
                resultaat,
                levering,
                waar[resultaat.id],
                namen(),
                keuzes,
                for_beheerder=is_beheerder(),
                is_afwezig=is_absent,
            ),
        )
        for resultaat, levering in made
    ]


@bp.get("/school/<soort>/<int:doel_id>/gebeurd.csv")
@school_required
@shows_names
def happened_csv(soort: str, doel_id: int) -> Response:
    """What happened to a record, as a file."""
    session = db.session()
    kind, doel = opzoeken.get(session, own_school(), soort, doel_id, groepen=own_groepen())
    saw(kind.soort, int(kind.has_results), over=f"{soort} {doel_id}")
    resultaten = _results(LeerlingId(doel.id)) if kind.has_results else []
    names = names_of_accounts(session, own_school())
    told = _happened(kind, doel, gegeven.story(session, kind, doel), resultaten, names)
    rows = ((woorden.title(kind, doel), datum_kort(each.op), each.titel, each.tekst) for each in told)
    return as_csv(f"{soort}-{doel_id}", ("Naam", "Wanneer", "Wat er gebeurde", "Bijzonderheden"), rows)


def _happened(
    kind: AnyKind,
    doel: Doel,
    verhaal: Verhaal,
    resultaten: Iterable[tuple[Resultaat, Levering | None, Badge]],
    namen_van: Mapping[AccountId, str],
) -> list[Gebeurtenis]:
    """The newest first: what each act did, what aanleveringen said beside that, and results that arrived in the LAS."""
    las, found = namen().las, list[Gebeurtenis]()
    groepen = {groep.id: woorden.title(KINDS[Soort.GROEP], groep) for groep in verhaal.groepen}
    for stap in verhaal.stappen:
        act = stap.mutatie.handeling
        said = woorden.step(stap, las, groepen, namen_van)
        found.append(Gebeurtenis(act.op, *said, _aanlevering(act.batch_id)))
    for regel in verhaal.los:
        said = woorden.line(regel, doel, las, namen_van)
        found.append(Gebeurtenis(regel.batch.opgehaald_op, *said, _aanlevering(regel.batch_id)))
    for told in kloptniet.events(db.session(), own_school(), f"{kind.soort} {doel.id}"):
        found.append(Gebeurtenis(told.op, *wrong.event(told, namen_van)))
    for told, ander in splitsen.events(db.session(), own_school(), LeerlingId(doel.id)) if kind.has_results else ():
        found.append(Gebeurtenis(told.op, *samen_woorden.event(told, ander, doel.naam, namen_van)))
    arrived = (levering.bevestigd_op for _, levering, _ in resultaten if levering is not None)
    for _, moments in groupby(sorted(op for op in arrived if op is not None), key=lambda op: op.date()):
        each = list(moments)
        found.append(Gebeurtenis(each[-1], f"{aantal(len(each), 'resultaat', 'resultaten')} in {las}", ""))
    return sorted(found, key=lambda event: event.op, reverse=True)


def _aanlevering(batch_id: BatchId | None) -> str:
    return url_for("controle.taken_in", batch_id=batch_id) if batch_id is not None and is_beheerder() else ""


def _compared(kind: AnyKind, doel: Doel, verhaal: Verhaal) -> list[Veldrij]:
    """How the record of the LAS and ours compared when they were linked; nothing where that is not known any more."""
    regel, was = verhaal.regel, gegeven.before(kind, verhaal, doel)
    if regel is None or was is None or regel.keuze is not Keuze.KOPPEL or regel.gewist_op is not None:
        return []
    names = groepsnamen(db.session(), own_school(), regel.batch_id)
    groep = ", ".join(names[key] for key in regel.groep_keys if key in names)
    return compared(regel, Kandidaat(was, 0, gegeven.reasons(regel, doel)), groep)
