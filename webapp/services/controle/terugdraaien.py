"""Undoing an import, an answer of it, or what a night did: in one transaction, and no night does it again by itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from webapp.matching.vetoes import Veto
from webapp.models import (
    BatchStatus,
    Daad,
    Importbatch,
    Importregel,
    Keuze,
    Koppeling,
    Leerling,
    MailSoort,
    Soort,
    Teruggenomen,
    Wat,
    Zekerheid,
)
from webapp.models.ids import AccountId, BatchId, HandelingId, LeerlingId, SchoolId
from webapp.models.importbatch import Voorgesteld
from webapp.services import audit, geschiedenis, mails, nachtrust, sloten
from webapp.services.clock import database_now
from webapp.services.controle import kloptniet, uitwerken, vastleggen, weggelaten
from webapp.services.controle.batch import get
from webapp.services.controle.errors import UndoChanged
from webapp.services.controle.terugkeer import LINK, Sleutel, Stap, Terugkeer
from webapp.services.controle.uitwerken import ALLES, Deel
from webapp.services.inname import dubbel, teruggenomen, uitstel
from webapp.services.inname.batch import fingerprint, open_of
from webapp.services.inname.soorten import KINDS, Doel, identity
from webapp.services.inname.soorten.groep import GROEP
from webapp.services.inname.soorten.soort import proven
from webapp.services.versturen import bezorging, leveringen

_OWN = frozenset({
    "id", "batch_id", "keuze", "doel_id", "toegepast_id", "via_groep", "eerdere_keuze", "gekozen_door", "gekozen_op",
    "later_door", "later_op", "wissen_op", "gewist_op", "kandidaten",
})  # fmt: skip
"""Columns of a line that say what became of it; the others say what came from the LAS."""


def preview(session: Session, school_id: SchoolId, batch_id: BatchId, deel: Deel = ALLES) -> Terugkeer:
    """What undoing this import, or one question of it, does; raise AlreadyUndone or NotUndoable."""
    return uitwerken.work_out(session, get(session, school_id, batch_id), deel)


def preview_night(session: Session, school_id: SchoolId, handeling_id: HandelingId, deel: Deel = ALLES) -> Terugkeer:
    """What undoing what went by itself in a night does, or what it did to one record."""
    return uitwerken.work_out_night(session, school_id, handeling_id, deel)


def undo(
    session: Session, school_id: SchoolId, batch_id: BatchId, deel: Deel = ALLES, *, digest: str, door: AccountId
) -> Terugkeer:
    """Undo as the page showed it. Raise UndoChanged when it would do something else by now."""
    return _undo(session, school_id, lambda: preview(session, school_id, batch_id, deel), digest, door)


def undo_night(
    session: Session,
    school_id: SchoolId,
    handeling_id: HandelingId,
    deel: Deel = ALLES,
    *,
    digest: str,
    door: AccountId,
) -> Terugkeer:
    """The same of a night."""
    return _undo(session, school_id, lambda: preview_night(session, school_id, handeling_id, deel), digest, door)


def _undo(
    session: Session, school_id: SchoolId, look: Callable[[], Terugkeer], digest: str, door: AccountId
) -> Terugkeer:
    sloten.lock(session, school_id)
    koppeling = sloten.koppeling_of(session, school_id)
    terug = look()
    if terug.digest != digest or koppeling is None:
        raise UndoChanged
    batch, is_import = terug.batch, terug.handeling.wat is Wat.IMPORT
    is_whole = is_import and not terug.is_deel
    wat = Wat.TERUGDRAAIEN if is_whole else Wat.TERUGNEMEN
    geschiedenis.act(session, school_id, wat, batch_id=batch.id, door=door)
    this = geschiedenis.handeling(session, school_id)
    if not terug.is_deel:
        terug.handeling.teruggedraaid_id = this
    if is_whole:
        batch.status = BatchStatus.TERUGGEDRAAID
    _remember(session, school_id, terug, door)
    weggelaten.undo(session, terug.weggelaten)
    doelen = _put_back(session, school_id, terug.stappen.values())
    teruggenomen.remember_again(session, school_id, terug.regels, door=door, handeling_id=this)
    back = [(stap.soort, doelen[stap.sleutel]) for stap in terug.stappen.values() if stap.comes_back and not stap.lost]
    if terug.is_overgang:
        for each in uitwerken.along(session, terug.handeling):
            each.teruggedraaid_id = this
        uitstel.undone(session, koppeling, batch, door=door)
        _let_newcomers_wait(session, koppeling, batch.schooljaar, door)
    else:
        teruggenomen.let_stay(session, school_id, back, door=door, handeling_id=this)
    if terug.regels:
        _ask_again(session, koppeling, terug, door)
    changed = [stap for stap in terug.stappen.values() if stap.lost and not stap.verdwijnt]
    with_results = [proven(doelen[stap.sleutel], Leerling) for stap in changed if KINDS[stap.soort].has_results]
    nachtrust.rest(session, [leerling for leerling in with_results if leerling.las_key is not None])
    daad = (
        Daad.IMPORT_TERUGGEDRAAID if is_whole else Daad.ANTWOORD_TERUGGENOMEN if is_import else Daad.NACHT_TERUGGENOMEN
    )
    audit.about(session, daad, batch, door=door, **_counts(terug))
    if is_whole:
        mails.add_for_beheerders(
            session, MailSoort.TERUGGEDRAAID, school_id, koppeling_id=batch.koppeling_id, batch_id=batch.id,
            aantallen=_counts(terug),
        )  # fmt: skip
    if is_import:
        ids = {id_ for soort, id_ in terug.stappen if KINDS[soort].has_results}
        kloptniet.undone(session, batch, None if is_whole else ids)
    bezorging.follow_links(session, school_id)
    leveringen.prepare(session, school_id)
    return terug


def _let_newcomers_wait(session: Session, koppeling: Koppeling, schooljaar: str, door: AccountId) -> None:
    """Who is new in a year that waits is not of the one before it: nobody is asked about them until it begins.

    Unless a person said something of them already, or they have a number of one of ours.
    """
    assert koppeling.school_id is not None
    batch = open_of(session, koppeling.school_id)
    if batch is None or batch.schooljaar != schooljaar:
        return
    new = [r for r in batch.regels if r.voorstel is Zekerheid.NIEUW and r.keuze is Keuze.NIEUW and not r.kandidaten]
    untouched = [r for r in new if (r.gekozen_door, r.later_op, r.email_ingevuld) == (None, None, None)]
    for soort, kind in KINDS.items():
        mine = [regel for regel in untouched if regel.soort is soort]
        held = {name for each in kind.holders(session, batch.school_id, mine) for name in kind.identifiers(each)}
        for regel in mine:
            if held.isdisjoint(kind.identifiers(regel)):
                batch.regels.remove(regel)
    batch.rev += 1
    batch.vingerafdruk = fingerprint([r for r in batch.regels if r.toegepast_id is None], batch.vastgehouden)
    vastleggen.go_on(session, batch, koppeling, door)


def _counts(terug: Terugkeer) -> dict[str, int]:
    stappen = list(terug.stappen.values())
    found = {
        "verdwenen": sum(stap.verdwijnt for stap in stappen),
        "ontkoppeld": sum(stap.lost and not stap.verdwijnt for stap in stappen),
        "teruggezet": len(terug.terug_hier),
        "gebleven": len(terug.blijft),
        "vragen": terug.vragen,
        "te_verwijderen": terug.te_verwijderen,
    }
    return {name: number for name, number in found.items() if number}


def _put_back(session: Session, school_id: SchoolId, stappen: Collection[Stap]) -> dict[Sleutel, Doel]:
    """Free every number first, so that two can change back; then the fields; then what was added goes, groepen last."""
    doelen = dict[Sleutel, Doel]()
    for soort, kind in KINDS.items():
        mine = kind.find(session, school_id, [stap.id for stap in stappen if stap.soort is soort])
        doelen |= {(soort, id_): doel for id_, doel in mine.items()}
    wanted = {stap.terug.get(name) for stap in stappen for name in LINK} - {None}
    for stap in stappen:
        for name in LINK:
            if name in stap.terug or (stap.verdwijnt and stap.nu.get(name) in wanted):
                setattr(doelen[stap.sleutel], name, None)
    session.flush()
    for stap in stappen:
        for name, value in stap.terug.items():
            if name == "groepen":
                setattr(doelen[stap.sleutel], name, list(GROEP.find(session, school_id, value).values()))
            else:
                setattr(doelen[stap.sleutel], name, geschiedenis.restored(name, value))
    session.flush()
    for is_groep in (False, True):
        for stap in stappen:
            if stap.verdwijnt and KINDS[stap.soort].takes_along is is_groep:
                session.delete(doelen[stap.sleutel])
        session.flush()
    return doelen


def _remember(session: Session, school_id: SchoolId, terug: Terugkeer, door: AccountId) -> None:
    """What the night leaves alone: of each line the pair that is not linked, or that it is not added."""
    teruggenomen.end(session, school_id, terug.regels)
    now = database_now(session)
    session.add_all(
        Teruggenomen(
            school_id=school_id,
            soort=regel.soort,
            las_key=regel.las_key,
            eckid=regel.eckid,
            record_id=_record_of(regel, terug),
            door=door,
            op=now,
            handeling_id=geschiedenis.handeling(session, school_id),
        )
        for regel in terug.regels
    )
    session.flush()


def _record_of(regel: Importregel, terug: Terugkeer) -> int | None:
    """Our record that loses the link of a line, and is still there."""
    stap = terug.stappen.get((regel.soort, regel.doel_id or 0))
    is_link = regel.keuze is not Keuze.NIET and stap is not None and stap.lost and not stap.verdwijnt
    return regel.doel_id if is_link else None


def _ask_again(session: Session, koppeling: Koppeling, terug: Terugkeer, door: AccountId) -> None:
    """Ask what was answered once more, set aside: in the open review, or in a follow-up of its own."""
    open_ = open_of(session, terug.batch.school_id) or _follow_up(session, koppeling, terug.batch)
    there = {(regel.soort, identity(regel.las_key, regel.eckid)): regel for regel in open_.regels}
    now, here = database_now(session), _here(session, terug)
    for regel in terug.regels:
        again = there.get((regel.soort, identity(regel.las_key, regel.eckid)))
        if again is not None and again.is_work:
            continue  # it is asked already, of what the LAS says now
        if again is not None:
            open_.regels.remove(again)
        open_.regels.append(_copy(regel, terug, door, now, here))
    gone = {(soort, id_) for (soort, id_), stap in terug.stappen.items() if stap.verdwijnt}
    for regel in open_.regels:
        ruil = regel.ruil
        if ruil is not None and not gone.isdisjoint({(regel.soort, ruil["naam"]), (regel.soort, ruil["nummer"])}):
            regel.ruil = None
        if any((regel.soort, each["id"]) in gone for each in regel.kandidaten):
            regel.kandidaten = [each for each in regel.kandidaten if (regel.soort, each["id"]) not in gone]
    open_.rev += 1
    open_.vingerafdruk = fingerprint([r for r in open_.regels if r.toegepast_id is None], open_.vastgehouden)
    session.flush()


def _follow_up(session: Session, koppeling: Koppeling, batch: Importbatch) -> Importbatch:
    """It was mailed about already. Its school year is that of now: the import may be of before the summer."""
    made = Importbatch(
        school_id=batch.school_id,
        koppeling_id=batch.koppeling_id,
        status=BatchStatus.WACHT_OP_CONTROLE,
        schooljaar=koppeling.schooljaar,
        vingerafdruk="",
        tellingen={},
        opgehaald_op=batch.opgehaald_op,
        gemaild_op=batch.gemaild_op or database_now(session),
        vervolg_van_id=batch.id,
    )
    session.add(made)
    session.flush()
    return made


def _copy(
    regel: Importregel, terug: Terugkeer, door: AccountId, now: datetime, here: Mapping[tuple[Soort, int], int]
) -> Importregel:
    columns = [attribute.key for attribute in inspect(Importregel).column_attrs if attribute.key not in _OWN]
    meant = [(here.get((regel.soort, each["id"])), each["redenen"]) for each in reversed(_meant(regel, terug))]
    found = {id_: redenen for id_, redenen in meant if id_ is not None}
    kandidaten = [Voorgesteld(id=id_, redenen=redenen) for id_, redenen in reversed(found.items())]
    said = {name: getattr(regel, name) for name in columns}
    if regel.toegepast_id is not None and regel.voorstel is Zekerheid.ZEKER:  # it went by itself
        said |= {"matchregel": Veto.TERUGGENOMEN, "voorstel": Zekerheid.TWIJFEL}
    return Importregel(**said, kandidaten=kandidaten, later_door=door, later_op=now)


def _meant(regel: Importregel, terug: Terugkeer) -> list[Voorgesteld]:
    """Whom a line meant when it was asked, and who had its record since."""
    record, kandidaten = _record_of(regel, terug), list(regel.kandidaten)
    if record is None or record in {each["id"] for each in kandidaten}:
        return kandidaten
    return [Voorgesteld(id=record, redenen=list(regel.redenen if regel.toegepast_id else [])), *kandidaten]


def _here(session: Session, terug: Terugkeer) -> dict[tuple[Soort, int], int]:
    """Who of them is here: whoever is gone is left out, and for who was merged there is the one that stayed."""
    school_id, found = terug.batch.school_id, dict[tuple[Soort, int], int]()
    for soort, kind in KINDS.items():
        ids = {each["id"] for r in terug.regels if r.soort is soort for each in _meant(r, terug)}
        here = {id_: id_ for id_ in kind.find(session, school_id, ids)}
        if kind.has_results:
            became = {id_: dubbel.became(session, school_id, LeerlingId(id_)) for id_ in ids - set(here)}
            stayed = kind.find(session, school_id, became.values())
            here |= {id_: met for id_, met in became.items() if met in stayed}
        found |= {(soort, id_): met for id_, met in here.items()}
    return found
