"""From the answers to the import: the summary, the one button that writes, and the page after it."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError, IntegrityError

from webapp.accounts import beheerder_required, me, own_school, saw, shows_names
from webapp.blueprints.controle.einde import LAST, Einde
from webapp.blueprints.controle.views import bp
from webapp.blueprints.told import told
from webapp.db import CommitUnknown, breaks, db, unit_of_work
from webapp.models import CROSSING, BatchStatus, Importbatch, Importregel, Keuze
from webapp.models.ids import BatchId
from webapp.models.importbatch import IS_WORK
from webapp.presentation import namen
from webapp.services import afspraken
from webapp.services.clock import database_clock, database_now
from webapp.services.controle import batch as batches
from webapp.services.controle import intussen, ontvangst, uitwerken, vastleggen, verschil, vervolg
from webapp.services.controle.errors import AlreadyDone, QuestionsOpen, Replaced, SummaryChanged
from webapp.services.controle.samenvatting import summarise
from webapp.services.inname import dubbel
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.services.koppeling import levensloop
from webapp.services.toegang import leerkrachten
from webapp.services.versturen.stand import verzendstand
from webapp.verzoek import moment_of, row_id
from webapp.woorden import controle as woorden
from webapp.woorden import ontvangst as bewijzen
from webapp.woorden import samenvatting as zinnen
from webapp.woorden import terugdraaien as terug
from webapp.woorden import toegang, versturen, zeg
from webapp.woorden import vastgehouden as hold
from webapp.woorden.kaart import twice


@bp.get("/controle/<int:batch_id>/samenvatting")
@beheerder_required
@shows_names
def summary(batch_id: BatchId) -> ResponseReturnValue:
    batch = batches.get(db.session(), own_school(), batch_id)
    if not batch.is_open:
        return redirect(url_for("controle.show", batch_id=batch_id), 303)
    samenvatting = summarise(db.session(), batch)
    if not samenvatting.is_importable:
        return told(woorden.still_open(samenvatting.vragen), url_for("controle.show", batch_id=batch_id), "info")
    einde = Einde(db.session(), batch, samenvatting, me())
    collegas = intussen.since_own(db.session(), batch, me()) if "sinds" not in request.args else ()
    doubles = _doubles(batch)
    saw(
        "samenvatting",
        len(doubles)
        + len(einde.genoemd | {each.regel for each in collegas if each.regel and each.regel.soort is LEERLING.soort}),
    )
    return render_template(
        "controle/samenvatting.html",
        batch=batch,
        samenvatting=samenvatting,
        einde=einde,
        zin=zinnen.zin(samenvatting),
        knop=zinnen.knop(samenvatting),
        gewaagd=einde.gewaagd,
        gewaagd_kop=zinnen.gewaagd_kop(samenvatting.gewaagd),
        intussen=_meanwhile(batch),
        collegas=zinnen.wijzigingen(collegas),
        hold=hold.kop(batch.onderwerpen, namen().las) if batch.status is BatchStatus.VASTGEHOUDEN else "",
        dan=_first_results(),
        tot=database_now(db.session()) + uitwerken.TERMIJN,
        nu=database_clock(db.session()).isoformat(),
        laatste=LAST,
        dubbel=[zin for zin, _ in doubles],
    )


def _doubles(batch: Importbatch) -> list[tuple[str, str]]:
    """Who of those that a person links stands here twice, and where they are merged once it is imported."""
    work = batches.lines(db.session(), batch, IS_WORK, Importregel.keuze == Keuze.KOPPEL)
    pairs = dubbel.named_in(db.session(), batch.school_id, work)
    return [(twice(one.naam), url_for("overzicht.merge", doel_id=one.id, met=other.id)) for one, other in pairs]


def _meanwhile(batch: Importbatch) -> list[str]:
    """What is not as it was on the page whose button was pressed; nothing on a page that is simply opened."""
    since = moment_of(request.args.get("sinds"))
    if since is None:
        return []
    old_id = row_id(request.args.get("van"))
    old = batches.get(db.session(), batch.school_id, BatchId(old_id)) if old_id is not None else batch
    news = zinnen.verschil(verschil.between(db.session(), old, batch), namen().las) if old is not batch else []
    changes = intussen.changes(db.session(), batch, since, seen_by=me())
    return [*news, *zinnen.wijzigingen(changes)] or [zinnen.INTUSSEN_NIETS]


def _first_results() -> str:
    """When the first results go."""
    koppeling = levensloop.of_school(db.session(), own_school())
    zending = verzendstand(db.session(), koppeling, database_now(db.session())).stand
    nacht = current_app.extensions["settings"].nacht_begin_uur
    return versturen.wanneer(zending, f"vannacht vanaf {nacht}:00 uur")


@bp.post("/controle/<int:batch_id>/importeren")
@beheerder_required
def commit(batch_id: BatchId) -> ResponseReturnValue:
    try:
        with unit_of_work() as session:
            vastleggen.commit(session, own_school(), batch_id, digest=request.form.get("digest", ""), door=me())
    except AlreadyDone as error:
        flash(zeg(error, namen()), "info")
    except CommitUnknown as unknown:
        if not _was_kept(batch_id, unknown):
            return told(woorden.NOT_KEPT, url_for("controle.summary", batch_id=batch_id), "error")
    except (Replaced, SummaryChanged) as error:
        return _ask_the_difference(batch_id, zeg(error, namen()))
    except QuestionsOpen as error:
        return told(zeg(error, namen()), url_for("controle.show", batch_id=batch_id), "info")
    except IntegrityError as error:
        if not breaks(error, *CROSSING):
            raise
        return told(woorden.CROSSED, url_for("controle.summary", batch_id=batch_id), "error")
    return redirect(url_for("controle.done", batch_id=batch_id), 303)


def _ask_the_difference(batch_id: BatchId, why: str) -> ResponseReturnValue:
    """To the summary as it is now, with what the page that was open did not show."""
    newest = batches.newest(db.session(), batches.get(db.session(), own_school(), batch_id))
    seen = moment_of(request.form.get("gezien"))
    since = seen.isoformat() if seen is not None else None
    if since is None or not newest.is_open:
        flash(why, "info")
    old = batch_id if batch_id != newest.id else None
    return redirect(url_for("controle.summary", batch_id=newest.id, sinds=since, van=old), 303)


def _was_kept(batch_id: BatchId, unknown: CommitUnknown) -> bool:
    """Ask on a new connection, which knows; while that cannot tell either, it stays unknown."""
    try:
        with unit_of_work() as session:
            return vastleggen.was_kept(session, own_school(), batch_id)
    except DBAPIError:
        raise unknown from None


@bp.get("/controle/<int:batch_id>/klaar")
@beheerder_required
@shows_names
def done(batch_id: BatchId) -> ResponseReturnValue:
    session = db.session()
    batch = batches.get(session, own_school(), batch_id)
    if batch.is_open:
        return redirect(url_for("controle.show", batch_id=batch_id), 303)
    niet = batches.lines(session, batch, Importregel.keuze == Keuze.NIET)
    doubles = _doubles(batch)
    saw("klaar", LEERLING.number_of(niet) + len(doubles))
    bewijs = ontvangst.of_batch(session, batch.school_id, batch.id)
    rest = batches.newest(session, batch) if vervolg.of(session, batch) is not None else None
    asked = batches.lines(session, rest, Importregel.keuze.is_(None)) if rest is not None else []
    return render_template(
        "controle/klaar.html",
        batch=batch,
        door=batches.name_of_account(session, batch.school_id, batch.verwerkt_door),
        bewijs=bewijs,
        kop=bewijzen.kop(bewijs) if bewijs is not None else "",
        regels=bewijzen.regels(bewijs) if bewijs is not None else [],
        rest=rest if rest is not None and rest.is_open else None,
        eerste=next((line.id for line in sorted(asked, key=lambda line: line.later_op is not None)), None),
        niet=niet,
        dubbel=doubles,
        leerkrachten=leerkrachten.overview(session, own_school(), batches.new_leerkrachten(session, batch)),
        toegevoegd=toegang.added,
        dan=_first_results(),
        tot=uitwerken.until(session, batch),
        terug=_undone(batch),
        vraag_afspraken=afspraken.is_to_ask(session, own_school()),
    )


def _undone(batch: Importbatch) -> dict[str, object] | None:
    """What undoing this import came to, and who did it."""
    handeling = uitwerken.undone(db.session(), batch)
    if handeling is None or batch.verwerkt_op is None:
        return None
    tellingen = uitwerken.outcome(db.session(), batch)
    return {
        "kop": terug.kop(tellingen, batch.verwerkt_op),
        "door": batches.name_of_account(db.session(), batch.school_id, handeling.door),
        "op": handeling.op,
        "regels": terug.regels(tellingen, namen().las),
        "zelf_doen": terug.zelf_doen(tellingen.get("te_verwijderen", 0), namen().las),
    }
