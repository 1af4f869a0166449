"""Everybody who writes the records of a school, each with the state in which it can be done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from jobs import ophalen, opruimen, versturen
from tests.toneel import AUGUSTUS, SECOND, THIRD, ZONDER_GROEP, Toneel
from tests.wereld import AFNAME, NOW, START
from webapp.db import db, in_transaction
from webapp.errors import NotAllowed
from webapp.models import (
    Account,
    Advies,
    Handeling,
    Importbatch,
    Importregel,
    Keuze,
    KloptNiet,
    Koppeling,
    LasType,
    Nacht,
    Nazending,
    Overdracht,
    Overgang,
    Rol,
    School,
    Soort,
    Toets,
    Wat,
)
from webapp.models.ids import HandelingId, HerzendingId, LeerlingId, RegelId, ToetsId
from webapp.models.koppeling import Afwijsreden
from webapp.services import afspraken, bekende_namen, nachten, sloten, zendkeuze
from webapp.services.bewaring import wissen
from webapp.services.controle import (
    adressen,
    adviseren,
    allemaal,
    doorgeven,
    herinneren,
    heropenen,
    keuzes,
    kloptniet,
    maillink,
    ongewoon,
    ontkoppelen,
    samenvoegen,
    samenvoegplan,
    splitsen,
    terugdraaien,
    toch,
    vastgehouden,
    vastleggen,
    zelfde,
)
from webapp.services.controle.adressen import Getypt
from webapp.services.controle.lijsten import Zoekvraag
from webapp.services.controle.ruil import Ruilantwoord
from webapp.services.controle.uitwerken import Deel
from webapp.services.inlezen import school as ingelezen_school
from webapp.services.inlezen import toetsen as ingelezen_toetsen
from webapp.services.inlezen.school import Schoolrijen
from webapp.services.inlezen.velden import Bestand, read_row
from webapp.services.inname import dubbel, inname, parkeren, uitstel, uitzonderingen, vanzelf
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.services.koppeling import (
    aanvraag,
    einde,
    externe_nummers,
    goedkeuring,
    levensloop,
    overeenkomst,
    sleutel,
    stilstand,
    termijnen,
)
from webapp.services.koppeling.aanvraag import Aanvraag
from webapp.services.koppeling.bewijzen import Bewijs
from webapp.services.ophalen import beurt as ophaalbeurt
from webapp.services.ophalen import nieuwjaar, peiling
from webapp.services.ophalen.peiling import Peiling
from webapp.services.toegang import beheerders, toetreden
from webapp.services.toetsen import aanleveren, leveranciers, normering, opslaan, scorebestand
from webapp.services.toetsen.aanleveren import Aangeboden
from webapp.services.toetsen.afnames import Afgenomen
from webapp.services.toetsen.opslaan import Invoer
from webapp.services.toetsen.scorebestand import Lezer
from webapp.services.versturen import (
    aanbod,
    afloop,
    elders,
    herzending,
    keuze,
    lasproef,
    leveringen,
    minuut,
    nakijken,
    nazending,
)
from webapp.services.versturen import beurt as zendbeurt
from webapp.services.versturen.herzendstand import Vraag
from webapp.services.versturen.keuze import Keuze as Zendkeuze
from webapp.uwlr import values as uwlr
from webapp.uwlr.codes import FaultCode, Owner, Reden
from webapp.uwlr.diagnose import Bevinding, Diagnose
from webapp.vakanties import Regio

Schrijver = Callable[[Toneel], object]
GOED = Diagnose(True, Owner.NIEMAND, Bevinding.GEGEVENS, {"groepen": 2, "leerlingen": 5})


def _act(toneel: Toneel, service: Callable[..., object], *args: Any, **kwargs: Any) -> object:
    """What a button does."""
    return in_transaction(service, *args, door=toneel.door, **kwargs)


def _lopend(toneel: Toneel, service: Callable[..., object]) -> object:
    """A button about sending, whose service asks for the koppeling itself."""

    def press(session: Session) -> object:
        return service(session, session.get_one(Koppeling, toneel.koppeling_id), door=toneel.door)

    return in_transaction(press)


def _alsnog(toneel: Toneel) -> None:
    """A night began over the links, and a beheerder approves what there is of last year."""

    def night(session: Session) -> None:
        begun = func.clock_timestamp()
        values = {"datum": AFNAME, "begonnen_op": begun, "klaar_op": begun, "tellingen": {}}
        session.execute(insert(Nacht).values(values).on_conflict_do_nothing())

    def press(session: Session) -> object:
        koppeling = session.get_one(Koppeling, toneel.koppeling_id)
        toetsen, groepen = {toneel.toets_id}, {toneel.groep_id}
        part = aanbod.offer(session, toneel.school_id, nazending.last_year(koppeling)).of(toetsen, groepen)
        return nazending.approve(
            session, koppeling, toetsen=toetsen, groepen=groepen, afdruk=part.afdruk, door=toneel.door
        )

    in_transaction(night)
    in_transaction(press)


def _herzend(toneel: Toneel) -> None:
    """Klantenservice has what was confirmed sent once more, a worker takes it up, and it is stopped."""

    def choose(session: Session) -> HerzendingId:
        vraag = Vraag(LasType.PARNASSYS, START, NOW)
        return herzending.choose(session, vraag, None, getoond=1_000_000, door=toneel.door).id

    chosen = in_transaction(choose)
    _act(toneel, herzending.let_go, chosen, 1)
    _versturen(toneel)
    _act(toneel, herzending.stop, chosen)
    in_transaction(herzending.take_back, chosen, toneel.school_id, door=toneel.door)


def _agree_to_try(session: Session, toneel: Toneel) -> None:
    """The beheerder agreed that five results are tried by hand."""
    lasproef.agree(session, toneel.koppeling_id, session.get_one(Account, toneel.door).email)


def _stop_alsnog(toneel: Toneel) -> None:
    """And stops it again."""
    _alsnog(toneel)
    with toneel.app.app_context():
        of_school = select(Nazending.id).where(Nazending.school_id == toneel.school_id)
        id_ = db.session().scalars(of_school.order_by(Nazending.id.desc())).first()
    if id_ is not None:
        _act(toneel, nazending.stop, toneel.school_id, id_)


def _held(toneel: Toneel) -> int:
    """How many are held, as the page shows it."""
    with toneel.app.app_context():
        return vastgehouden.total(db.session().get_one(Importbatch, toneel.batch_id))


def _regel(toneel: Toneel, key: str) -> int:
    return toneel.regels[key]


def _ophalen(toneel: Toneel) -> None:
    ophalen.fetch_leerlinggegevens(toneel.koppeling_id)


def _versturen(toneel: Toneel) -> None:
    versturen.push_resultaten(toneel.koppeling_id)


def _begun(toneel: Toneel, goes_on: Callable[..., object], *args: Any, **kwargs: Any) -> None:
    """Take the school, write the doubt down, and then this."""

    def begin(session: Session) -> object:
        settings, keyring = toneel.app.extensions["settings"], toneel.app.extensions["keyring"]
        token = zendbeurt.claim(session, toneel.koppeling_id, afkoeling=settings.afkoeling)
        if token is None:
            return None
        return zendbeurt.begin(session, toneel.koppeling_id, token, settings=settings, keyring=keyring)

    opdracht: Any = in_transaction(begin)
    if opdracht:
        in_transaction(goes_on, opdracht, *args, **kwargs)


def _night(toneel: Toneel) -> None:
    settings = replace(toneel.app.extensions["settings"], nacht_begin_uur=0, nacht_eind_uur=24)
    in_transaction(nachten.begin, NOW, settings)


def _answer(session: Session, toneel: Toneel) -> None:
    regel = session.get_one(Importregel, toneel.regels["n2"])
    keuzes.check_seen(session, regel, "open.", door=toneel.door)
    keuzes.choose(session, toneel.school_id, regel.id, Keuze.NIET, door=toneel.door)


def _many(session: Session, toneel: Toneel) -> None:
    vraag, ids = Zoekvraag(Soort.LEERLING, Keuze.NIEUW), [toneel.regels["n1"]]
    allemaal.put_ticked(
        session, toneel.school_id, toneel.batch_id, vraag, Keuze.NIET, ids=ids, gezien=START, door=toneel.door
    )


def _addresses(session: Session, toneel: Toneel) -> None:
    typed = {f"r{toneel.regels['t1']}": Getypt("loes@regenboog.example", "")}
    adressen.save(session, toneel.school_id, typed, door=toneel.door)


def _open_answer(session: Session, toneel: Toneel) -> None:
    """What a person said about somebody is opened, so that another can have them."""
    one, other = (session.get_one(Importregel, toneel.regels[key]).id for key in ("n1", "n2"))
    keuzes.link(session, toneel.school_id, other, toneel.dubbelganger, door=toneel.door)
    keuzes.open_answer(session, toneel.school_id, one, toneel.dubbelganger, door=toneel.door)


def _merge(session: Session, toneel: Toneel) -> None:
    """As the page shows it, which is looked at in the same moment."""
    plan = samenvoegplan.preview(session, toneel.school_id, toneel.noor, toneel.afwezig, los=None)
    samenvoegen.merge(
        session, toneel.school_id, toneel.noor, toneel.afwezig, los=None, zeker=True, digest=plan.digest,
        door=toneel.door,
    )  # fmt: skip


def _part(session: Session, toneel: Toneel) -> None:
    plan = splitsen.preview(session, toneel.school_id, toneel.afwezig)
    splitsen.undo(session, toneel.school_id, toneel.afwezig, digest=plan.digest, door=toneel.door)


def _unlink_and_back(session: Session, toneel: Toneel) -> None:
    for act in (ontkoppelen.unlink, ontkoppelen.link_again):
        act(session, toneel.school_id, "leerling", toneel.noor, door=toneel.door)


def _may_be_same(session: Session, toneel: Toneel) -> None:
    """Who has a score was added beside one whom nobody asked about, as far as both are still here."""
    sloten.lock(session, toneel.school_id)
    found = LEERLING.find(session, toneel.school_id, [toneel.noor, toneel.afwezig])
    if len(found) > 1 and not dubbel.of_leerling(session, toneel.school_id, toneel.noor):
        dubbel.remember(session, found[toneel.noor], [found[toneel.afwezig]], None)
        session.flush()


def _ask_same(session: Session, toneel: Toneel) -> None:
    _may_be_same(session, toneel)
    zelfde.ask(session, toneel.school_id)


def _two(session: Session, toneel: Toneel) -> None:
    _may_be_same(session, toneel)
    zelfde.say(session, toneel.school_id, toneel.noor, toneel.afwezig, is_two=True, door=toneel.door)


def _by_itself(session: Session, toneel: Toneel) -> None:
    """A night that adds who is new, and who may be one of ours, because the school agreed so."""
    sloten.lock(session, toneel.school_id)
    agreed: dict[str, afspraken.Waarde] = {"nieuwe_leerlingen": True, "alleen_op_het_spel": True}
    seen = afspraken.of_school(session, toneel.school_id).gewijzigd_op
    afspraken.change(session, toneel.school_id, agreed, seen=seen, door=toneel.door)
    with patch.object(vanzelf, "DEEL", 1.0):
        inname.take_in(session, session.get_one(Koppeling, toneel.koppeling_id), THIRD)


def _august(session: Session, toneel: Toneel) -> None:
    sloten.lock(session, toneel.school_id)
    koppeling = session.get_one(Koppeling, toneel.koppeling_id)
    nieuwjaar.begin(session, koppeling, AUGUSTUS.school.schooljaar)
    inname.take_in(session, koppeling, AUGUSTUS)


def _go_over(session: Session, toneel: Toneel) -> None:
    """Of a year that waits because somebody undid it."""
    sloten.lock(session, toneel.school_id)
    if uitstel.of_school(session, toneel.school_id) is None:
        undone = {"teruggedraaid_op": NOW, "teruggedraaid_door": toneel.door}
        session.add(Overgang(school_id=toneel.school_id, schooljaar="2027-2028", vooruitblik={}, **undone))
        session.flush()
    uitstel.go_over(session, toneel.school_id, door=toneel.door)


def _anyway(session: Session, toneel: Toneel) -> None:
    """Of a link that was taken back."""
    for act in (ontkoppelen.unlink, toch.do_anyway):
        act(session, toneel.school_id, "leerling", toneel.noor, door=toneel.door)


def _choose_what_goes(session: Session, toneel: Toneel) -> None:
    """Nothing, and all again: what was ready is taken back, and made ready."""
    for aan in (False, True):
        seen = zendkeuze.of_school(session, toneel.school_id).gewijzigd_op
        wanted = Zendkeuze(aan=aan, binnen_minuut=aan, vanaf=None, toetsen_uit=frozenset())
        keuze.change(session, toneel.school_id, wanted, seen=seen, door=toneel.door)


def _norm_within_minute(session: Session, toneel: Toneel) -> None:
    _choose_what_goes(session, toneel)
    minuut.allow(session, LasType.PARNASSYS, on=True, door=toneel.door)
    minuut.normed(session, toneel.school_id)


def _scores(session: Session, toneel: Toneel) -> None:
    invoer = Invoer(AFNAME.isoformat(), {toneel.dubbelganger: "17"}, {toneel.dubbelganger: ""})
    opslaan.save(
        session,
        toneel.school_id,
        toneel.toets_id,
        toneel.groep_id,
        invoer,
        today=NOW.date(),
        groepen=None,
        door=toneel.door,
    )


def _read_in(session: Session, toneel: Toneel) -> None:
    """Somebody new with a result, by their own numbers, in a file of the test centre."""
    school = session.get_one(School, toneel.school_id)
    sleutel, code = (school.brin, school.vestiging), session.get_one(Toets, toneel.toets_id).code
    cells: dict[Bestand, dict[str, str]] = {
        Bestand.GROEPEN: {"eigen_nummer": "G-1", "naam": "Ingelezen"},
        Bestand.LEERLINGEN: {"eigen_nummer": "L-1", "roepnaam": "Ine", "achternaam": "Lezen", "groep": "G-1"},
        Bestand.RESULTATEN: {
            "eigen_nummer": "R-1", "leerling": "L-1", "toets": code, "afnamedatum": "2019-11-20", "ruwe_score": "9",
        },
    }  # fmt: skip
    rows = {each: [read_row(each, {"brin": school.brin, **of_file}, 2)[0]] for each, of_file in cells.items()}
    known = ingelezen_toetsen.judge(session, [], []).toetsen
    ingelezen_school.write(session, Schoolrijen(sleutel, rows), known, is_mailed=False)


def _file(session: Session, toneel: Toneel) -> None:
    lezer = Lezer(toneel.school_id, toneel.groep_id, None, ("geheim",), AFNAME.isoformat(), NOW, NOW.date())
    rows = [(*row[:-1], "17") for row in scorebestand.template(session, lezer)]
    content = "\n".join(";".join(row) for row in (scorebestand.COLUMNS, *rows)).encode()
    shown = scorebestand.check(session, lezer, content)
    scorebestand.save(session, lezer, content, digest=shown.digest, door=toneel.door)


def _supplier(session: Session, toneel: Toneel) -> None:
    leverancier, _ = leveranciers.make(session, "Toetsmaker", [], door=toneel.door)
    aanleveren.answered(session, leverancier.id, toneel.school_id, "v-1", "x")
    code = session.scalars(select(Toets.code).where(Toets.id == toneel.toets_id)).one()
    afname = Afgenomen(LeerlingId(toneel.dubbelganger), ToetsId(0), AFNAME, 17)
    record = Aangeboden("a-1", 1, "x", code, afname)
    aanleveren.take_in(session, leverancier.id, toneel.school_id, [record], normeren=True, now=NOW, today=NOW.date())


def _try_again(session: Session, toneel: Toneel) -> None:
    merk = session.scalars(select(Koppeling.sleutel_merk).where(Koppeling.id == toneel.koppeling_id)).one()
    sleutel.tried_again(session, toneel.koppeling_id, merk, GOED, door=toneel.door)


def _end(session: Session, toneel: Toneel) -> None:
    einde.ask_end(session, toneel.koppeling_id, door=toneel.door)
    einde.end(session, toneel.koppeling_id, door=toneel.door)


def _overdracht(session: Session, toneel: Toneel) -> Overdracht:
    found = session.scalar(select(Overdracht).where(Overdracht.school_id == toneel.school_id))
    if found is None:  # in a state in which nothing was handed over
        raise NotAllowed
    return found


def _advise(session: Session, toneel: Toneel) -> None:
    vraag = _overdracht(session, toneel).vragen[0].id
    adviseren.advise(session, toneel.school_id, vraag, Advies.ZELFDE, "", door=toneel.collega)


def _take_back(session: Session, toneel: Toneel) -> None:
    doorgeven.take_back(session, toneel.school_id, _overdracht(session, toneel).id, door=toneel.door)


def _expire(session: Session, toneel: Toneel) -> None:
    doorgeven.expire(session, _overdracht(session, toneel).id)


def _undo_answer(session: Session, toneel: Toneel) -> None:
    args = (session, toneel.school_id, toneel.batch_id, Deel(regel_id=RegelId(toneel.regels["n2"])))
    terugdraaien.undo(*args, digest=terugdraaien.preview(*args).digest, door=toneel.door)


def _undo_night(session: Session, toneel: Toneel) -> None:
    nights = select(Handeling.id).where(Handeling.school_id == toneel.school_id, Handeling.wat == Wat.AANLEVERING)
    args = (session, toneel.school_id, session.scalars(nights.order_by(Handeling.id)).first() or HandelingId(0))
    terugdraaien.undo_night(*args, digest=terugdraaien.preview_night(*args).digest, door=toneel.door)


SCHRIJVERS: dict[str, tuple[str, Schrijver]] = {
    "kiezen wat er gaat": ("loopt", lambda t: in_transaction(_choose_what_goes, t)),
    "binnen een minuut": ("loopt", lambda t: in_transaction(_norm_within_minute, t)),
    "ophalen": ("loopt", _ophalen),
    "ophalen breekt": ("loopt", lambda t: in_transaction(ophaalbeurt.crashed, t.koppeling_id, "Proef")),
    "importeren": (
        "loopt",
        lambda t: _act(t, vastleggen.commit, t.school_id, t.batch_id, digest=t.digest),
    ),
    "import terugdraaien": (
        "geïmporteerd",
        lambda t: _act(t, terugdraaien.undo, t.school_id, t.batch_id, digest=t.digest),
    ),
    "antwoord terugnemen": ("geïmporteerd", lambda t: in_transaction(_undo_answer, t)),
    "nacht terugnemen": ("geïmporteerd", lambda t: in_transaction(_undo_night, t)),
    "vertrek bevestigen": (
        "vastgehouden",
        lambda t: _act(t, vastleggen.confirm_departures, t.school_id, t.batch_id, confirmed=_held(t)),
    ),
    "parkeren terugdraaien": ("geparkeerd", lambda t: _act(t, vastgehouden.take_back, t.school_id, t.batch_id)),
    "doorgeven": (
        "vastgehouden",
        lambda t: _act(t, doorgeven.hand_over_hold, t.school_id, t.batch_id, aan=t.collega),
    ),
    "vraag doorgeven": (
        "vraag",
        lambda t: _act(t, doorgeven.hand_over, t.school_id, t.batch_id, [_regel(t, "n2")], aan=t.collega, bericht=""),
    ),
    "doorgegeven terugnemen": ("doorgegeven", lambda t: in_transaction(_take_back, t)),
    "advies geven": ("doorgegeven", lambda t: in_transaction(_advise, t)),
    "doorgeven verlopen": ("verlopen", lambda t: in_transaction(_expire, t)),
    "nieuwe mail vragen": ("vraag", lambda t: _act(t, maillink.ask_anew, t.school_id)),
    "ongewoon bevestigen": (
        "ongewoon",
        lambda t: _act(t, vastleggen.confirm_unusual, t.school_id, t.batch_id, ZONDER_GROEP, confirmed=1),
    ),
    "ongewoon terugdraaien": (
        "bevestigd",
        lambda t: _act(t, ongewoon.take_back, t.school_id, t.batch_id, ZONDER_GROEP),
    ),
    "kiezen": ("loopt", lambda t: _act(t, keuzes.choose, t.school_id, _regel(t, "n1"), Keuze.NIET)),
    "vraag beantwoorden": ("loopt", lambda t: in_transaction(_answer, t)),
    "later": ("vraag", lambda t: _act(t, keuzes.put_aside, t.school_id, _regel(t, "n2"))),
    "met vervolg importeren": (
        "vraag",
        lambda t: _act(t, vastleggen.commit, t.school_id, t.batch_id, digest=t.digest),
    ),
    "groep weglaten": ("loopt", lambda t: _act(t, keuzes.choose, t.school_id, _regel(t, "g6"), Keuze.NIET)),
    "ruil beantwoorden": (
        "wisseling",
        lambda t: _act(
            t, keuzes.answer_exchange, t.school_id, t.regels.get("w1", t.regels["n2"]), Ruilantwoord.OMDRAAIEN
        ),
    ),
    "overnemen": ("loopt", lambda t: _act(t, keuzes.link, t.school_id, _regel(t, "n2"), t.noor)),
    "antwoord openen": ("loopt", lambda t: in_transaction(_open_answer, t)),
    "koppelen": ("loopt", lambda t: _act(t, keuzes.link, t.school_id, _regel(t, "n2"), t.dubbelganger)),
    "samen kiezen": ("loopt", lambda t: in_transaction(_many, t)),
    "adressen invullen": ("loopt", lambda t: in_transaction(_addresses, t)),
    "toch importeren": (
        "loopt",
        lambda t: _act(t, uitzonderingen.import_anyway, t.school_id, [t.uitgezonderd], koppeling_id=t.koppeling_id),
    ),
    "parkeren": ("actief", lambda t: _act(t, parkeren.park, t.school_id, [t.afwezig], shown=1)),
    "laten staan": ("actief", lambda t: _act(t, parkeren.leave, t.school_id, shown=1)),
    "terughalen": ("actief", lambda t: _act(t, parkeren.bring_back, t.school_id, [t.geparkeerd])),
    "naam vergeten": ("actief", lambda t: _act(t, bekende_namen.forget, t.school_id, t.noor, ("Maan", "", "Noortje"))),
    "afspraken wijzigen": (
        "loopt",
        lambda t: _act(t, afspraken.change, t.school_id, {"nieuwe_leerlingen": True}, seen=None),
    ),
    "overgaan uitstellen": ("loopt", lambda t: _act(t, uitstel.put_off, t.school_id, None)),
    "overgaan": ("loopt", lambda t: in_transaction(_go_over, t)),
    "nacht van augustus": ("augustus", lambda t: in_transaction(_august, t)),
    "nacht die vanzelf toevoegt": ("actief", lambda t: in_transaction(_by_itself, t)),
    "afspraken later": ("loopt", lambda t: _act(t, afspraken.later, t.school_id)),
    "terugzetten": ("actief", lambda t: _act(t, toch.bring_back, t.school_id, "leerling", t.geparkeerd)),
    "toch doen": ("actief", lambda t: in_transaction(_anyway, t)),
    "klopt niet": (
        "actief",
        lambda t: _act(t, kloptniet.report, t.school_id, t.noor, KloptNiet.NAAM, groepen=None, hears_of_it=True),
    ),
    "klopt wel": ("actief", lambda t: _act(t, kloptniet.is_right, t.school_id, t.noor)),
    "koppeling heropenen": ("actief", lambda t: _act(t, heropenen.reopen, t.school_id, "leerling", t.noor)),
    "groep parkeren": ("actief", lambda t: _act(t, toch.park, t.school_id, "groep", t.groep_id)),
    "ontkoppelen": ("actief", lambda t: _act(t, ontkoppelen.unlink, t.school_id, "leerling", t.noor)),
    "ontkoppelen en weer koppelen": ("actief", lambda t: in_transaction(_unlink_and_back, t)),
    "samenvoegen": ("actief", lambda t: in_transaction(_merge, t)),
    "samenvoegen terugdraaien": ("samengevoegd", lambda t: in_transaction(_part, t)),
    "fout bij vragen of het dezelfde is": ("actief", lambda t: in_transaction(zelfde.crashed, t.school_id, "Fout")),
    "vragen of het dezelfde is": ("actief", lambda t: in_transaction(_ask_same, t)),
    "twee leerlingen": ("actief", lambda t: in_transaction(_two, t)),
    "nummers wissen": ("opengezet", lambda t: _act(t, externe_nummers.clear, t.school_id, confirmed=3)),
    "indienen": (
        "opengezet",
        lambda t: _act(
            t,
            levensloop.submit,
            t.koppeling_id,
            schooljaar="2026-2027",
            sleutel="andere-sleutel",
            proef=GOED,
            keyring=t.app.extensions["keyring"],
        ),
    ),
    "goedkeuren": ("ingediend", lambda t: _act(t, goedkeuring.approve, t.koppeling_id, weet=list(Bewijs))),
    "goedkeuren terugnemen": ("goedgekeurd", lambda t: _act(t, goedkeuring.take_back, t.koppeling_id)),
    "sleutel nog eens proberen": ("loopt", lambda t: in_transaction(_try_again, t)),
    "overeenkomst noteren": ("loopt", lambda t: _act(t, overeenkomst.note, t.school_id, date(2026, 8, 28))),
    "afwijzen": (
        "ingediend",
        lambda t: _act(t, aanvraag.reject, t.koppeling_id, reden=Afwijsreden.SLEUTEL, toelichting=""),
    ),
    "intrekken": ("ingediend", lambda t: _act(t, aanvraag.withdraw, t.koppeling_id)),
    "verbeteren": (
        "ingediend",
        lambda t: _act(t, aanvraag.correct, t.koppeling_id, Aanvraag("Goed", "00ZZ", "00", "An", "an@goed.example")),
    ),
    "verzorgen": ("opengezet", lambda t: in_transaction(termijnen.tend, t.koppeling_id)),
    "herinneren": ("opengezet", lambda t: _act(t, aanvraag.remind, t.koppeling_id)),
    "aan vragen herinneren": ("loopt", lambda t: in_transaction(herinneren.look, t.batch_id)),
    "regio kiezen": ("loopt", lambda t: _act(t, herinneren.choose_regio, t.school_id, Regio.MIDDEN)),
    "pauzeren": ("loopt", lambda t: _act(t, stilstand.pause, t.koppeling_id)),
    "sleutel vragen": ("loopt", lambda t: _act(t, stilstand.ask_sleutel, t.koppeling_id, reden="Gelekt.")),
    "opnieuw aanvragen": ("beeindigd", lambda t: _act(t, einde.ask_again, t.koppeling_id)),
    "pauze wijzigen": (
        "gepauzeerd",
        lambda t: _act(t, stilstand.change_pause, t.koppeling_id, reden="Langer.", tot=None),
    ),
    "hervatten": ("gepauzeerd", lambda t: _act(t, stilstand.resume, t.koppeling_id)),
    "nu ophalen": ("loopt", lambda t: _act(t, levensloop.ask_fetch, t.koppeling_id)),
    "schooljaar wijzigen": ("loopt", lambda t: _act(t, levensloop.change_schooljaar, t.koppeling_id, "2027-2028")),
    "sleutel vervangen": (
        "loopt",
        lambda t: _act(
            t,
            levensloop.replace_sleutel,
            t.koppeling_id,
            sleutel="andere-sleutel",
            proef=GOED,
            keyring=t.app.extensions["keyring"],
        ),
    ),
    "inlezen": ("loopt", lambda t: in_transaction(_read_in, t)),
    "scores opslaan": ("loopt", lambda t: in_transaction(_scores, t)),
    "normeren": (
        "loopt",
        lambda t: _act(t, normering.normeer, t.school_id, t.toets_id, groep_id=t.groep_id, now=NOW),
    ),
    "scores uit een bestand": ("loopt", lambda t: in_transaction(_file, t)),
    "aanleveren": ("loopt", lambda t: in_transaction(_supplier, t)),
    "alles normeren": ("loopt", lambda t: _act(t, normering.normeer_alles, t.school_id, groepen=None, now=NOW)),
    "versturen": ("loopt", _versturen),
    "versturen breekt": ("loopt", lambda t: in_transaction(zendbeurt.crashed, t.koppeling_id, "Proef")),
    "beurt verloren": ("loopt", lambda t: _begun(t, afloop.lost_claim, timedelta(minutes=1))),
    "niet verzonden": ("loopt", lambda t: _begun(t, afloop.never_sent, was_counted=False)),
    "nu versturen": ("loopt", lambda t: _lopend(t, leveringen.send_now)),
    "vrijgeven": ("loopt", lambda t: _lopend(t, leveringen.free_refused)),
    "opnieuw versturen": ("loopt", lambda t: _act(t, leveringen.send_again, t.school_id, t.bevestigd)),
    "na een storing opnieuw": ("loopt", _herzend),
    "een LAS proberen": ("loopt", lambda t: in_transaction(_agree_to_try, t)),
    "vorig jaar alsnog": ("loopt", _alsnog),
    "vorig jaar stoppen": ("loopt", _stop_alsnog),
    "alle opnieuw versturen": (
        "loopt",
        lambda t: _act(t, leveringen.refused_again, t.school_id, FaultCode.LEERLING_ONGELDIG, "2026-2027"),
    ),
    "nagekeken": ("loopt", lambda t: _act(t, nakijken.score_is_right, t.school_id, t.nakijken)),
    "elders verwijderd": ("loopt", lambda t: _act(t, elders.removed, t.school_id, t.elders)),
    "wissen": ("loopt", lambda t: _act(t, wissen.erase, t.school_id, t.noor)),
    "wissen opheffen": ("loopt", lambda t: _act(t, wissen.let_back, t.school_id, t.gewist)),
    "opruimen": ("loopt", lambda t: opruimen.tidy(t.opruiming)),
    "nacht": ("loopt", _night),
    "uitnodigen": (
        "loopt",
        lambda t: _act(t, toetreden.invite, t.school_id, email="wie@x.example", rol=Rol.LEERKRACHT),
    ),
    "aannemen": ("loopt", lambda t: _act(t, toetreden.accept, t.uitnodiging)),
    "als nieuwe aannemen": (
        "loopt",
        lambda t: in_transaction(toetreden.accept_as_new, t.nieuwe, naam="Nina", wachtwoord="x"),
    ),
    "collega verwijderen": ("loopt", lambda t: _act(t, beheerders.remove, t.school_id, t.collega)),
    "om het einde vragen": ("loopt", lambda t: _act(t, einde.ask_end, t.koppeling_id)),
    "beëindigen": ("loopt", lambda t: in_transaction(_end, t)),
    "LAS hervat": ("loopt", lambda t: in_transaction(peiling.wake_up, _probe())),
}
"""Each in the state of the school in which it can be done."""
ZENDERS = {"versturen", "niet verzonden", "beurt verloren"}
"""Who finds the turn of another does nothing: the sweep rings again."""
GEVAARLIJK = ("ophalen", "importeren", "kiezen", "koppelen", "versturen", "scores opslaan", "pauzeren")
"""Whose pairs are run with the ordinary tests."""


def _probe() -> Peiling:
    las: Any = "parnassys"
    return Peiling(1, "", las, Reden.STORING, NOW, None, None)  # type: ignore[arg-type]  # only the LAS counts


@contextmanager
def quiet_las() -> Iterator[None]:
    """A LAS that sends the second aanlevering and takes every result."""

    class Las:
        def fetch(self, *_: object) -> uwlr.Leerlinggegevens:
            return SECOND

        def send_leerresultaten(self, *_: object) -> None:
            """Taken."""

    with patch.object(ophalen, "client_for", lambda *_: Las()), patch.object(versturen, "client_for", lambda *_: Las()):
        yield
