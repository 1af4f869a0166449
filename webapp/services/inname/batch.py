"""Keeping an aanlevering: the same questions keep their batch, others replace it and take the answers along."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.matching.folding import words
from webapp.matching.vetoes import Veto
from webapp.models import BatchStatus, Daad, Handeling, Importbatch, Importregel, Keuze, MailSoort, Soort, Zekerheid
from webapp.models.ids import SchoolId
from webapp.models.importbatch import OPEN, Opgevallen, Voorgesteld
from webapp.models.regel import AnyRegel, kept
from webapp.models.vastgehouden import NOTHING_TAKEN_IN, Ongewoon, Vastgehouden, parts
from webapp.services import audit, geschiedenis, mails, vragen
from webapp.services.clock import database_now
from webapp.services.inname import dubbel, koppelingsmail, overdracht
from webapp.services.inname.aanlevering import Aanlevering
from webapp.services.inname.soorten import KINDS, identity
from webapp.services.overzicht import wijzigingen
from webapp.uwlr.values import Leerlinggegevens

_CARRIED = (
    "keuze", "doel_id", "via_groep", "eerdere_keuze", "email_ingevuld", "gekozen_door", "gekozen_op", "later_door",
    "later_op",
)  # fmt: skip


def open_of(session: Session, school_id: SchoolId) -> Importbatch | None:
    """Return the batch of this school that waits for a beheerder, if there is one."""
    return session.scalar(select(Importbatch).where(Importbatch.school_id == school_id, Importbatch.status.in_(OPEN)))


def file(session: Session, aanlevering: Aanlevering, gegevens: Leerlinggegevens) -> Importbatch | None:
    """Keep the open batch when the questions are the same; else make a new one that takes the answers along."""
    previous, vingerafdruk = aanlevering.vorige, fingerprint(aanlevering.open, aanlevering.held)
    applied = _applied(previous, aanlevering)
    if (
        previous is not None
        and previous.schooljaar == aanlevering.schooljaar
        and previous.vingerafdruk == vingerafdruk
        and _shows(previous, applied)
        and _waits(previous, aanlevering)
        and not any(_outdated(previous.regels, aanlevering))
    ):
        if _asks_aloud(aanlevering):
            koppelingsmail.send_once(session, previous)
        return previous
    if previous is None and not aanlevering.asks and not aanlevering.changed:
        return None
    batch = Importbatch(
        school_id=aanlevering.school_id,
        koppeling_id=aanlevering.koppeling.id,
        status=_status(aanlevering),
        schooljaar=aanlevering.schooljaar,
        vingerafdruk=vingerafdruk,
        tellingen=_tellingen(aanlevering, gegevens),
        opgehaald_op=database_now(session),
        vastgehouden=dict(aanlevering.held),
        vastgehouden_op=_held_since(session, previous) if aanlevering.held else None,
    )
    _replace(session, previous, batch, aanlevering, applied)
    done = wijzigingen.telling(
        wijzigingen.by_itself(session, batch.school_id, Handeling.id == geschiedenis.begun(session, batch.school_id))
    )
    audit.about(
        session,
        Daad.OPGEHAALD,
        batch,
        door=None,
        vragen=vragen.count(batch.regels),
        nieuwe_gegevens=sum(regel.is_work and not regel.is_vraag for regel in batch.regels),
        toegevoegd=done.toegevoegd,
        gewijzigd=done.gewijzigd,
        vertrokken=done.vertrokken,
        vastgehouden=sum(batch.onderwerpen.values()),
    )
    if previous is not None and previous.vastgehouden and not batch.vastgehouden:
        audit.about(session, Daad.VRIJ, batch, door=None)
    if _more_is_held(previous.vastgehouden if previous is not None else {}, batch):
        _tell_of_hold(session, batch)
    is_told = _asks_aloud(aanlevering) and batch.gemaild_op is None  # its koppelingsmail has the line of the turn
    if aanlevering.overgegaan is not None and not (is_told or aanlevering.held):
        mails.add_for_beheerders(
            session, MailSoort.OVERGANG, batch.school_id, koppeling_id=batch.koppeling_id, batch_id=batch.id
        )
    if _asks_aloud(aanlevering):  # after the hold, whose mail is the one of that day
        koppelingsmail.send_once(session, batch)
    return batch


def _asks_aloud(aanlevering: Aanlevering) -> bool:
    """Whether there is something that nobody set aside."""
    return any(regel.later_op is None for regel in aanlevering.asked)


def hold_whole(session: Session, aanlevering: Aanlevering) -> Importbatch:
    """Take nothing in: the open questions stay as they are, and this one comes beside them."""
    open_ = aanlevering.vorige
    had = dict(open_.vastgehouden) if open_ is not None else {}
    if open_ is not None:
        open_.vastgehouden = {key: each for key, each in had.items() if not _is_whole(key)}
        if not aanlevering.held.keys() <= had.keys():
            _take_over(session, open_)
    source = Importbatch(
        school_id=aanlevering.school_id,
        koppeling_id=aanlevering.koppeling.id,
        schooljaar=aanlevering.schooljaar,
        opgehaald_op=database_now(session),
    )
    batch = hold(session, source, aanlevering.held, since=source.opgehaald_op)
    if _more_is_held(had, batch):
        _tell_of_hold(session, batch)
    return batch


def _take_over(session: Session, old: Importbatch) -> Importbatch:
    """Go on with all that is open in a new aanlevering, because there is one mail about each."""
    batch = Importbatch(
        school_id=old.school_id,
        koppeling_id=old.koppeling_id,
        status=old.status,
        schooljaar=old.schooljaar,
        vingerafdruk=old.vingerafdruk,
        tellingen=old.tellingen,
        vastgehouden=old.vastgehouden,
        vastgehouden_op=old.vastgehouden_op,
        opgehaald_op=old.opgehaald_op,
        gemaild_op=old.gemaild_op,
    )
    old.status = BatchStatus.VERVANGEN
    session.flush()
    session.add(batch)
    for regel in list(old.regels):
        regel.batch = batch
    session.flush()
    old.vervangen_door_id = batch.id
    return batch


def _is_whole(key: str) -> bool:
    return key not in set(Soort) and parts(key)[0] in NOTHING_TAKEN_IN


def hold(
    session: Session, source: Importbatch, held: Mapping[str, Vastgehouden], *, since: datetime | None
) -> Importbatch:
    """Hold something of an aanlevering that is done: with the one that is open, else on its own."""
    batch = open_of(session, source.school_id)
    if batch is not None and _has_answers(batch, held):
        batch = _take_over(session, batch)
    if batch is None:
        batch = Importbatch(
            school_id=source.school_id,
            koppeling_id=source.koppeling_id,
            status=BatchStatus.VASTGEHOUDEN,
            schooljaar=source.schooljaar,
            tellingen={},
            vastgehouden={},
            opgehaald_op=source.opgehaald_op,
        )
        session.add(batch)
    batch.vastgehouden = {**batch.vastgehouden, **{key: _joined(batch, key, each) for key, each in held.items()}}
    batch.vastgehouden_op = batch.vastgehouden_op or since
    batch.status = BatchStatus.VASTGEHOUDEN
    open_lines = [regel for regel in batch.regels if regel.toegepast_id is None]
    batch.vingerafdruk = fingerprint(open_lines, batch.vastgehouden)
    session.flush()
    return batch


def _has_answers(batch: Importbatch, held: Mapping[str, Vastgehouden]) -> bool:
    """Whether something like this was answered there: that keeps its own way back."""
    is_parked = batch.geparkeerd is not None and not held.keys().isdisjoint(set(Soort))
    return is_parked or not held.keys().isdisjoint(batch.bevestigd)


def _joined(batch: Importbatch, key: str, more: Vastgehouden) -> Vastgehouden:
    """Of departures both; what else is unusual is as it was seen last."""
    if key not in set(Soort) or key not in batch.vastgehouden:
        return more
    had = batch.vastgehouden[key]
    redenen = list(dict.fromkeys([*had["redenen"], *more["redenen"]]))
    return Vastgehouden(ids=sorted({*had["ids"], *more["ids"]}), redenen=redenen)


def _held_since(session: Session, previous: Importbatch | None) -> datetime:
    return (previous.vastgehouden_op if previous is not None else None) or database_now(session)


def _more_is_held(told: Mapping[str, Vastgehouden], batch: Importbatch) -> bool:
    """Whether something is held that nobody was told of yet."""
    return any(key not in told or _is_more(key, each, told[key]) for key, each in batch.vastgehouden.items())


def _is_more(key: str, now: Vastgehouden, told: Vastgehouden) -> bool:
    """Whether it is about others than was told, or about more who are new; keys, names and fields are told once."""
    if key in set(Soort) or parts(key)[0] is Ongewoon.GROEPEN:
        return not set(now["ids"]) <= set(told["ids"])
    return parts(key)[0] is Ongewoon.NIEUW and now["aantal"] > told["aantal"]


def _tell_of_hold(session: Session, batch: Importbatch) -> None:
    """Write it in the trail and mail every beheerder, whatever other mail they had today.

    Also of a second hold on one day: the subject of the first leads with a number that is not right any more.
    """
    counts = {KINDS[soort].meer: len(batch.held(soort)) for soort in Soort if batch.held(soort)}
    if counts:
        audit.about(session, Daad.VASTGEHOUDEN, batch, door=None, **counts)
    for key, each in batch.ongewoon.items():
        audit.about(session, Daad.ONGEWOON, batch, door=None, **{key: each["aantal"]})
    mails.add_for_beheerders(
        session,
        MailSoort.VASTGEHOUDEN,
        batch.school_id,
        koppeling_id=batch.koppeling_id,
        batch_id=batch.id,
        aantallen=batch.onderwerpen,
    )


def _status(aanlevering: Aanlevering) -> BatchStatus:
    if aanlevering.held:
        return BatchStatus.VASTGEHOUDEN
    return BatchStatus.WACHT_OP_CONTROLE if aanlevering.asked else BatchStatus.AUTOMATISCH_VERWERKT


def _applied(previous: Importbatch | None, aanlevering: Aanlevering) -> list[AnyRegel]:
    """Links that were made by themselves stay open to correction as long as the review is, as they are now."""
    if previous is None:
        return aanlevering.applied
    shown = {_link(regel) for regel in previous.regels if regel.toegepast_id is not None}
    new = set(aanlevering.applied)
    again = [regel for regel in aanlevering.written if _link(regel) in shown and regel not in new]
    return aanlevering.applied + again


def _link(regel: AnyRegel) -> tuple[object, ...]:
    return str(regel.soort), identity(regel.las_key, regel.eckid), regel.toegepast_id


def _shows(previous: Importbatch, applied: Iterable[AnyRegel]) -> bool:
    now = {(_link(regel), signature(regel)) for regel in applied}
    return now == {(_link(regel), signature(regel)) for regel in previous.regels if regel.toegepast_id is not None}


def _replace(
    session: Session,
    previous: Importbatch | None,
    batch: Importbatch,
    aanlevering: Aanlevering,
    applied: list[AnyRegel],
) -> None:
    if previous is not None:
        previous.status = BatchStatus.VERVANGEN
        session.flush()
        _carry_choices(previous.regels, aanlevering)
        _carry_corrections(previous.regels, applied, aanlevering)
        if any(regel.is_work for regel in applied) and batch.status is BatchStatus.AUTOMATISCH_VERWERKT:
            batch.status = BatchStatus.WACHT_OP_CONTROLE
        batch.gemaild_op = previous.gemaild_op if not _has_news(previous.regels, aanlevering.asked) else None
    batch.regels = kept(aanlevering.open + applied)
    session.add(batch)
    session.flush()
    if previous is not None:
        previous.vervangen_door_id = batch.id
        session.flush()
        again = dict(_asked_again(previous.regels, batch.regels))
        overdracht.follow(session, batch.school_id, again)
        _keep_their_age(again)


def _keep_their_age(again: Mapping[Importregel, tuple[Importregel, bool]]) -> None:
    """The same question waits as long as it did, and had the reminders that it had."""
    for old, (new, is_same) in again.items():
        if is_same:
            new.gevraagd_op, new.gemaild_op, new.herinnerd = old.gevraagd_op, old.gemaild_op, old.herinnerd


def _asked_again(
    old: Sequence[Importregel], new: Sequence[Importregel]
) -> Iterator[tuple[Importregel, tuple[Importregel, bool]]]:
    """Each old question with the new line about the same record, and whether that record is the same in all it says."""
    now = {(regel.soort, identity(regel.las_key, regel.eckid)): regel for regel in new}
    for regel in old:
        again = now.get((regel.soort, identity(regel.las_key, regel.eckid)))
        if regel.is_work and again is not None:
            yield regel, (again, signature(regel) == signature(again))


def _carry_choices(old: Sequence[Importregel], aanlevering: Aanlevering) -> None:
    """A beheerder who answered yesterday is not asked again, unless the record itself changed; an address stays.

    Nor is who was left out taken in, because they went to another groep, or look like nobody of ours any more. And who
    was linked with one of ours that is another's by now is asked about, not added.
    """
    outdated = set(_outdated(old, aanlevering))
    answered = {signature(regel): regel for regel in old if regel.toegepast_id is None and regel not in outdated}
    about = {(regel.soort, identity(regel.las_key, regel.eckid)): regel for regel in old}
    for regel in aanlevering.open:
        before = about.get((regel.soort, identity(regel.las_key, regel.eckid)))
        regel.email_ingevuld = before.email_ingevuld if before is not None else None
        earlier = answered.get(signature(regel))
        if earlier is not None:
            _carry(earlier, regel)
        elif before is not None and _stays_out(before, regel):
            _carry(before, regel)
        elif before in outdated and regel.keuze is Keuze.NIEUW:
            regel.kandidaten = [Voorgesteld(id=id_, redenen=[]) for id_ in _links(before)]
            regel.voorstel, regel.matchregel, regel.keuze = Zekerheid.TWIJFEL, Veto.TEGENGESPROKEN, None
    _forget_half_answers(aanlevering.open)


def _stays_out(before: Importregel, regel: AnyRegel) -> bool:
    """Whether a person left out who is no question now, and called as they were; an import would remember it alike."""
    is_left_out = before.keuze is Keuze.NIET and before.gekozen_door is not None and not before.via_groep
    return is_left_out and regel.keuze is Keuze.NIEUW and words(before.weergavenaam) == words(regel.weergavenaam)


def _forget_half_answers(regels: list[AnyRegel]) -> None:
    """Whoever is one question with others has the answer of all of them, or none."""
    for regel in regels:
        ring = vragen.exchanged(regel, regels)
        answers = {
            (each.doel_id == each.ruil["naam"], each.doel_id == each.ruil["nummer"]) for each in ring if each.ruil
        }
        if len(answers) > 1:
            for each in ring:
                each.keuze = each.doel_id = each.gekozen_door = each.gekozen_op = None


def _outdated(old: Sequence[Importregel], aanlevering: Aanlevering) -> Iterator[Importregel]:
    """Answers that chose one of ours of whom it is sure by now that they are another leerling of the LAS."""
    let_go = {_link(regel) for regel in old if _is_let_go(regel)}
    taken = {(regel.soort, regel.toegepast_id) for regel in aanlevering.written if _link(regel) not in let_go}
    for regel in old:
        if regel.is_work and regel.keuze is Keuze.KOPPEL and (regel.soort, regel.doel_id) in taken:
            yield regel


def _waits(previous: Importbatch, aanlevering: Aanlevering) -> bool:
    """Whether a person is needed: for a question, or to import what they said of a link."""
    return aanlevering.asks or any(_is_let_go(regel) for regel in previous.regels)


def _is_let_go(regel: Importregel) -> bool:
    """Whether a person took a link away that was made by itself, so that another may have that record."""
    is_link = regel.keuze is Keuze.KOPPEL and regel.doel_id == regel.toegepast_id
    return regel.toegepast_id is not None and regel.gekozen_door is not None and not is_link


def _carry_corrections(old: Sequence[Importregel], new: list[AnyRegel], aanlevering: Aanlevering) -> None:
    """What a beheerder said of a link stays said, whatever else the LAS now says of that leerling.

    Who was linked with one of ours that is another's by now, becomes a question.
    """
    outdated = set(_outdated(old, aanlevering))
    links = {_link(regel): regel for regel in old if regel.toegepast_id is not None}
    said = {link: regel for link, regel in links.items() if regel.gekozen_door is not None}
    for regel in new:
        if dubbel.is_asked(regel) and (_link(regel) not in said or not said[_link(regel)].is_vraag):
            earlier = links.get(_link(regel), regel)
            regel.later_door, regel.later_op = earlier.later_door, earlier.later_op
        elif _link(regel) in said:
            earlier = said[_link(regel)]
            _carry(earlier, regel)
            if earlier in outdated:
                regel.keuze = regel.doel_id = None
            if regel.is_vraag:
                known = earlier.kandidaten or [Voorgesteld(id=id_, redenen=[]) for id_ in _links(earlier)]
                regel.kandidaten, regel.matchregel = known, Veto.AL_GEKOPPELD


def _links(regel: Importregel) -> list[int]:
    """Whom a line was linked with by a person, and by itself."""
    return [id_ for id_ in (regel.doel_id, regel.toegepast_id) if id_ is not None]


def _carry(earlier: Importregel, regel: AnyRegel) -> None:
    for name in _CARRIED:
        setattr(regel, name, getattr(earlier, name))


def _has_news(old: Sequence[Importregel], new: list[AnyRegel]) -> bool:
    return not {signature(regel) for regel in new if regel.later_op is None} <= {signature(regel) for regel in old}


def signature(regel: AnyRegel) -> tuple[object, ...]:
    """What the LAS says and what matching thinks of it: the same tomorrow is the same line."""
    return (
        *says(regel),
        str(regel.voorstel),
        *([repr(sorted(regel.ruil.items()))] if regel.ruil is not None else []),
    )


def says(regel: AnyRegel) -> tuple[object, ...]:
    """What the LAS says."""
    return (
        str(regel.soort),
        regel.las_key,
        regel.eckid,
        regel.naam,
        regel.achternaam,
        regel.voorvoegsel,
        regel.roepnaam,
        str(regel.geboortedatum),
        regel.jaargroep,
        regel.email,
        tuple(regel.groep_keys),
    )


def fingerprint(open_: Iterable[AnyRegel], held: Mapping[str, Vastgehouden]) -> str:
    """One text for what is asked: these lines, whether these people have left, and whether the rest of it is right."""
    lines = sorted(repr(signature(regel)) for regel in open_)
    gone = sorted(f"{key} {id_}" for key, each in held.items() for id_ in each["ids"])
    numbers = sorted(f"{key} {each.get('aantal')} {each.get('groepen')}" for key, each in held.items())
    return sha256("\n".join([*lines, *gone, *numbers]).encode()).hexdigest()


def _tellingen(aanlevering: Aanlevering, gegevens: Leerlinggegevens) -> dict[str, Any]:
    warnings = Counter((w.soort, w.onderdeel, w.detail) for w in gegevens.waarschuwingen)
    return {
        **aanlevering.tellingen,
        **({"overgang": aanlevering.overgegaan} if aanlevering.overgegaan is not None else {}),
        **({"hernummerd": aanlevering.hernummerd} if aanlevering.hernummerd else {}),
        "waarschuwingen": [
            Opgevallen(soort=soort, onderdeel=onderdeel, detail=detail, aantal=aantal)
            for (soort, onderdeel, detail), aantal in warnings.items()
        ],
    }
