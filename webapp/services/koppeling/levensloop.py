"""The life of a koppeling from the moment it is opened up; approval, rest and end have files of their own."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import and_, func, select, tuple_
from sqlalchemy.orm import Session

from webapp.crypto import Keyring
from webapp.db import is_among
from webapp.models import Daad, Koppeling, KoppelingStatus, MailSoort, School
from webapp.models.ids import AccountId, KoppelingId, SchoolId
from webapp.models.koppeling import ENDED, KoppelingAct
from webapp.queue import Job, enqueue
from webapp.schooljaar import is_schooljaar
from webapp.services import audit, mails, medewerkers, sloten
from webapp.services.clock import database_now
from webapp.services.koppeling import externe_nummers, herkenning
from webapp.services.koppeling.errors import (
    AlreadyCoupled,
    AlreadyDecided,
    ContactOfOther,
    ExterneNummersLeft,
    NoKoppeling,
    NoSchool,
    NoSleutel,
    NotApproved,
    RecognisedOther,
    SchooljaarUnchanged,
)
from webapp.services.koppeling.herkenning import Herkenning
from webapp.services.koppeling.sleutel import store
from webapp.services.toegang import toetreden
from webapp.uwlr.diagnose import Diagnose


def open_up(
    session: Session, koppeling_id: KoppelingId, *, door: AccountId, gezien: str | None = None, bereikt: str = ""
) -> Koppeling:
    """Record that the LAS has opened the koppeling; find or add the school and its first beheerder, and mail them.

    Of a school that we know nobody becomes beheerder by this: those there are decide, unless klantenservice `bereikt`
    the school on the number of the register and says how. A school has one koppeling: another aanvraag for it stays an
    aanvraag. `gezien` is the mark of what was shown before deciding; when something else is found by now, nothing is
    done.
    """
    koppeling = locked(session, koppeling_id, KoppelingAct.OPENZETTEN)
    found = herkenning.recognise(session, koppeling)
    if found.is_contact_of_other:
        raise ContactOfOther(koppeling.contact_email, found.school.naam if found.school else koppeling.schoolnaam)
    if gezien is not None and gezien != found.merk:
        raise RecognisedOther
    if found.koppeling is not None and found.koppeling.id != koppeling.id:
        raise AlreadyCoupled(found.koppeling.schoolnaam, found.koppeling.status)
    if found.school is not None and found.asks_the_school:
        school_id = found.school.id
        _ask_the_school(session, koppeling, school_id, bereikt, door)
    else:
        school_id = _make_beheerder(session, koppeling, found)
    koppeling.school_id, koppeling.status, koppeling.opengezet_op = (
        school_id,
        KoppelingStatus.OPENGEZET,
        database_now(session),
    )
    koppeling.schoolnaam = session.get_one(School, school_id).naam  # from here on hers, not as somebody typed it
    koppeling.herinnerd_op = koppeling.afwijsreden = koppeling.reden_afwijzing = None
    audit.record(session, Daad.OPENGEZET, f"koppeling {koppeling.id}", door=door, school_id=school_id)
    return koppeling


def _make_beheerder(session: Session, koppeling: Koppeling, found: Herkenning) -> SchoolId:
    school, account = herkenning.find_or_make(session, koppeling, found)
    mails.add(
        session,
        MailSoort.OPENGEZET,
        account.email,
        school_id=school.id,
        koppeling_id=koppeling.id,
        account_id=account.id,
        nieuw_account=found.is_new_account,
        nieuw_hier=found.is_new_here,
    )
    return school.id


def _ask_the_school(session: Session, koppeling: Koppeling, school_id: SchoolId, bereikt: str, door: AccountId) -> None:
    """One mail says who asks and that the koppeling is open."""
    contact = {"naam": koppeling.contact_naam, "email": koppeling.contact_email}
    if bereikt:
        toetreden.invite_for_klantenservice(session, school_id, **contact, bereikt=bereikt, door=door, wat="opengezet")
    else:
        toetreden.ask(session, school_id, **contact)


def submit(
    session: Session,
    koppeling_id: KoppelingId,
    *,
    schooljaar: str,
    sleutel: str,
    proef: Diagnose,
    keyring: Keyring,
    door: AccountId,
) -> Koppeling:
    """Store the autorisatiesleutel (encrypted) and ask klantenservice to approve; old external numbers must be gone."""
    koppeling = locked(session, koppeling_id, KoppelingAct.INDIENEN)
    if old := externe_nummers.count(session, school_id_of(koppeling)).total:
        raise ExterneNummersLeft(old)
    store(session, koppeling, sleutel, proef, keyring)
    koppeling.schooljaar, koppeling.status = schooljaar, KoppelingStatus.INGEDIEND
    koppeling.afwijsreden = koppeling.reden_afwijzing = koppeling.herinnerd_op = None
    koppeling.ingediend_op, koppeling.beslist_op = database_now(session), None
    mails.add_for_beheerders(session, MailSoort.INGEDIEND, school_id_of(koppeling), koppeling_id=koppeling.id)
    audit.about(session, Daad.INGEDIEND, koppeling, door=door, proef="geslaagd" if proef.is_goed else proef.code)
    return koppeling


def replace_sleutel(
    session: Session, koppeling_id: KoppelingId, *, sleutel: str, proef: Diagnose, keyring: Keyring, door: AccountId
) -> Koppeling:
    """Take a new autorisatiesleutel for a running koppeling and fetch at once; the old one is forgotten."""
    koppeling = locked(session, koppeling_id, KoppelingAct.SLEUTEL_VERVANGEN)
    store(session, koppeling, sleutel, proef, keyring)
    koppeling.fout = koppeling.zend_fout = None
    audit.about(
        session, Daad.SLEUTEL_VERVANGEN, koppeling, door=door, proef="geslaagd" if proef.is_goed else proef.code
    )
    fetch_now(session, koppeling)
    koppeling.zenden_op = database_now(session)
    enqueue(session, Job.PUSH_RESULTATEN, koppeling.id)
    return koppeling


def change_schooljaar(session: Session, koppeling_id: KoppelingId, schooljaar: str, *, door: AccountId) -> Koppeling:
    """Fetch another school year from now on, beginning at once; until it is fetched no leerling joins or leaves."""
    koppeling = locked(session, koppeling_id, KoppelingAct.SCHOOLJAAR_WIJZIGEN)
    if not is_schooljaar(schooljaar) or schooljaar == koppeling.schooljaar:
        raise SchooljaarUnchanged(koppeling.schooljaar)
    before, koppeling.schooljaar = koppeling.schooljaar or "geen", schooljaar
    audit.about(session, Daad.SCHOOLJAAR_GEWIJZIGD, koppeling, door=door, van=before, naar=schooljaar)
    fetch_now(session, koppeling)
    return koppeling


def tell_colleagues(session: Session, koppeling: Koppeling, door: AccountId, wat: str) -> None:
    """Mail the other beheerders what this one did, and so how it is taken back."""
    mails.add_for_beheerders(
        session, MailSoort.PAUZE_OF_EINDE, school_id_of(koppeling), behalve=door, koppeling_id=koppeling.id,
        wie=medewerkers.naam_of(session, door), wat=wat,
    )  # fmt: skip


def ask_fetch(session: Session, koppeling_id: KoppelingId, *, door: AccountId) -> Koppeling:
    """Fetch at once because a person asks; asking again while one is due or busy changes nothing."""
    koppeling = locked(session, koppeling_id, KoppelingAct.OPHALEN)
    if koppeling.sleutel is None:
        raise NoSleutel
    if koppeling.ophalen_op is None or koppeling.ophalen_op > database_now(session):
        audit.about(session, Daad.OPHALEN_GEVRAAGD, koppeling, door=door)
        fetch_now(session, koppeling)
    return koppeling


def first_import_done(koppeling: Koppeling) -> None:
    """Make the koppeling actief, once an aanlevering has no open question left; one that is actief stays so."""
    if koppeling.mag(KoppelingAct.EERSTE_IMPORT):
        koppeling.status = KoppelingStatus.ACTIEF


def fetch_now(session: Session, koppeling: Koppeling) -> None:
    """Make a fetch due at once; one that is running finishes and this one follows. Without a key it waits for one."""
    if not koppeling.mag(KoppelingAct.OPHALEN):
        raise NotApproved
    if koppeling.sleutel is None:
        return
    koppeling.ophalen_op, koppeling.ophalen_pogingen = database_now(session), 0
    enqueue(session, Job.FETCH_LEERLINGGEGEVENS, koppeling.id)


def of_school(session: Session, school_id: SchoolId) -> Koppeling | None:
    """Return the koppeling of this school that has not ended, or None.

    Before it is opened up it is an aanvraag for the BRIN of the school; of those only a beheerder's own is theirs.
    """
    running = select(Koppeling).where(Koppeling.status.not_in(ENDED)).order_by(Koppeling.id.desc()).limit(1)
    koppeling = session.scalar(running.where(Koppeling.school_id == school_id))
    if koppeling is not None:  # nearly always, and on every page: whose aanvraag it could be is not looked up
        return koppeling
    own = select(School.brin, School.vestiging).where(School.id == school_id)
    addresses = [beheerder.email.lower() for beheerder in medewerkers.beheerders_of(session, school_id)]
    asked = (
        Koppeling.school_id.is_(None)
        & (Koppeling.status == KoppelingStatus.AANGEVRAAGD)
        & tuple_(Koppeling.brin, Koppeling.vestiging).in_(own)
        & func.lower(Koppeling.contact_email).in_(addresses)
    )
    return session.scalar(running.where(asked))


def of_schools(session: Session, school_ids: Collection[SchoolId]) -> dict[SchoolId, Koppeling]:
    """Return the koppeling of each of these schools that has not ended; of one without, an aanvraag by its BRIN."""
    is_asked = and_(Koppeling.brin == School.brin, Koppeling.vestiging == School.vestiging)
    asked = select(School.id, Koppeling).join(Koppeling, is_asked).where(Koppeling.school_id.is_(None))
    own = select(School.id, Koppeling).join(Koppeling, Koppeling.school_id == School.id)
    found: dict[SchoolId, Koppeling] = {}
    for query in (asked, own):
        rows = query.where(is_among(School.id, school_ids), Koppeling.status.not_in(ENDED)).order_by(Koppeling.id)
        for school_id, koppeling in session.execute(rows):
            found[school_id] = koppeling
    return found


def locked(session: Session, koppeling_id: KoppelingId, handeling: KoppelingAct) -> Koppeling:
    """Lock the row and check that its state allows this, so that two clerks or a double click decide once."""
    koppeling = sloten.koppeling(session, koppeling_id)
    if koppeling is None:
        raise NoKoppeling
    if not koppeling.mag(handeling):
        raise AlreadyDecided(koppeling.schoolnaam, koppeling.status)
    return koppeling


def school_id_of(koppeling: Koppeling) -> SchoolId:
    if koppeling.school_id is None:
        raise NoSchool
    return koppeling.school_id
