"""The life of a koppeling from the moment it is opened up: opengezet, ingediend, goedgekeurd, paused and resumed."""

from __future__ import annotations

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.orm import Session

from webapp.crypto import Keyring
from webapp.models import BatchStatus, Daad, Importbatch, Koppeling, KoppelingStatus, Mail, MailSoort, School
from webapp.models.ids import AccountId, KoppelingId, SchoolId
from webapp.models.importbatch import OPEN, WRITTEN
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
    EndNotAsked,
    ExterneNummersLeft,
    NoKoppeling,
    NoSchool,
    NotApproved,
    PausedByKlantenservice,
    RecognisedOther,
    SchooljaarUnchanged,
)
from webapp.services.koppeling.herkenning import Herkenning
from webapp.services.koppeling.sleutel import forget, store
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


def pause(session: Session, koppeling_id: KoppelingId, *, door: AccountId, is_school: bool = False) -> Koppeling:
    """Stop fetching and sending until resumed; nothing is deleted."""
    koppeling = locked(session, koppeling_id, KoppelingAct.PAUZEREN)
    koppeling.gepauzeerd_door_school = is_school
    koppeling.status = KoppelingStatus.GEPAUZEERD
    koppeling.ophalen_op = koppeling.zenden_op = None
    if is_school:
        _tell_colleagues(session, koppeling, door, "pauze")
    audit.about(session, Daad.GEPAUZEERD, koppeling, door=door)
    return koppeling


def resume(session: Session, koppeling_id: KoppelingId, *, door: AccountId, is_school: bool = False) -> Koppeling:
    """Start fetching and sending again, beginning now; where the first import was not done, it still is to be.

    A school resumes only what it paused itself.
    """
    koppeling = locked(session, koppeling_id, KoppelingAct.HERVATTEN)
    if is_school and not koppeling.gepauzeerd_door_school:
        raise PausedByKlantenservice
    koppeling.status = KoppelingStatus.GOEDGEKEURD
    if _has_imported(session, koppeling):
        first_import_done(koppeling)
    audit.about(session, Daad.HERVAT, koppeling, door=door)
    fetch_now(session, koppeling)
    return koppeling


def ask_end(session: Session, koppeling_id: KoppelingId, *, door: AccountId) -> Koppeling:
    """Ask klantenservice to end the koppeling; meanwhile it goes on. Asking twice changes nothing."""
    koppeling = locked(session, koppeling_id, KoppelingAct.EINDE_VRAGEN)
    if koppeling.einde_gevraagd_op is None:
        koppeling.einde_gevraagd_op = database_now(session)
        _tell_colleagues(session, koppeling, door, "einde")
        audit.about(session, Daad.EINDE_GEVRAAGD, koppeling, door=door)
    return koppeling


def go_on(session: Session, koppeling_id: KoppelingId, *, door: AccountId) -> Koppeling:
    """Take back that the koppeling is to end."""
    koppeling = locked(session, koppeling_id, KoppelingAct.EINDE_VRAGEN)
    if koppeling.einde_gevraagd_op is not None:
        koppeling.einde_gevraagd_op = None
        audit.about(session, Daad.EINDE_INGETROKKEN, koppeling, door=door)
    return koppeling


def end(session: Session, koppeling_id: KoppelingId, *, door: AccountId) -> Koppeling:
    """End it because the school asked; records and results stay, the key is thrown away, and nothing is asked any more.

    What was not imported never will be: a new koppeling asks anew.
    """
    koppeling = locked(session, koppeling_id, KoppelingAct.BEEINDIGEN)
    if koppeling.einde_gevraagd_op is None:
        raise EndNotAsked
    koppeling.status = KoppelingStatus.BEEINDIGD
    koppeling.ophalen_op = koppeling.zenden_op = None
    forget(koppeling)
    school_id = school_id_of(koppeling)
    _close_review(session, school_id)
    toetreden.withdraw_all(session, school_id, door=door)
    mails.forget_unsent(session, Mail.koppeling_id == koppeling_id)
    mails.add_for_beheerders(session, MailSoort.BEEINDIGD, school_id, koppeling_id=koppeling_id)
    audit.about(session, Daad.BEEINDIGD, koppeling, door=door)
    return koppeling


def _tell_colleagues(session: Session, koppeling: Koppeling, door: AccountId, wat: str) -> None:
    """Mail the other beheerders what this one did, and so how it is taken back."""
    mails.add_for_beheerders(
        session, MailSoort.PAUZE_OF_EINDE, school_id_of(koppeling), behalve=door, koppeling_id=koppeling.id,
        wie=medewerkers.naam_of(session, door), wat=wat,
    )  # fmt: skip


def _close_review(session: Session, school_id: SchoolId) -> None:
    """Close what waits for a beheerder, with all that is held; the nightly erasing takes the names from then on."""
    sloten.lock(session, school_id)
    open_ = select(Importbatch).where(Importbatch.school_id == school_id, Importbatch.status.in_(OPEN))
    for batch in session.scalars(open_):
        batch.status, batch.verwerkt_op = BatchStatus.VERVANGEN, database_now(session)
        batch.vastgehouden, batch.vastgehouden_op = {}, None


def ask_fetch(session: Session, koppeling_id: KoppelingId, *, door: AccountId) -> Koppeling:
    """Fetch at once because a person asks; asking again while one is due or busy changes nothing."""
    koppeling = locked(session, koppeling_id, KoppelingAct.OPHALEN)
    if koppeling.ophalen_op is None or koppeling.ophalen_op > database_now(session):
        audit.about(session, Daad.OPHALEN_GEVRAAGD, koppeling, door=door)
        fetch_now(session, koppeling)
    return koppeling


def first_import_done(koppeling: Koppeling) -> None:
    """Make the koppeling actief, once an aanlevering has no open question left; one that is actief stays so."""
    if koppeling.mag(KoppelingAct.EERSTE_IMPORT):
        koppeling.status = KoppelingStatus.ACTIEF


def fetch_now(session: Session, koppeling: Koppeling) -> None:
    """Make a fetch due at once; a fetch that is running finishes and this one follows."""
    if not koppeling.mag(KoppelingAct.OPHALEN):
        raise NotApproved
    koppeling.ophalen_op, koppeling.ophalen_pogingen = database_now(session), 0
    enqueue(session, Job.FETCH_LEERLINGGEGEVENS, koppeling.id)


def of_school(session: Session, school_id: SchoolId) -> Koppeling | None:
    """Return the koppeling of this school that has not ended, or None.

    Before it is opened up it is an aanvraag for the BRIN of the school; of those only a beheerder's own is theirs.
    """
    own = select(School.brin, School.vestiging).where(School.id == school_id)
    addresses = [beheerder.email.lower() for beheerder in medewerkers.beheerders_of(session, school_id)]
    asked = (
        Koppeling.school_id.is_(None)
        & (Koppeling.status == KoppelingStatus.AANGEVRAAGD)
        & tuple_(Koppeling.brin, Koppeling.vestiging).in_(own)
        & func.lower(Koppeling.contact_email).in_(addresses)
    )
    return session.scalar(
        select(Koppeling)
        .where(Koppeling.status.not_in(ENDED), or_(Koppeling.school_id == school_id, asked))
        .order_by(Koppeling.school_id, Koppeling.id.desc())
        .limit(1)
    )


def locked(session: Session, koppeling_id: KoppelingId, handeling: KoppelingAct) -> Koppeling:
    """Lock the row and check that its state allows this, so that two clerks or a double click decide once."""
    koppeling = sloten.koppeling(session, koppeling_id)
    if koppeling is None:
        raise NoKoppeling
    if not koppeling.mag(handeling):
        raise AlreadyDecided(koppeling.schoolnaam, koppeling.status)
    return koppeling


def _has_imported(session: Session, koppeling: Koppeling) -> bool:
    written = select(Importbatch.id).where(
        Importbatch.school_id == school_id_of(koppeling),
        Importbatch.koppeling_id == koppeling.id,
        Importbatch.status.in_(WRITTEN),
    )
    return session.scalar(written.limit(1)) is not None


def school_id_of(koppeling: Koppeling) -> SchoolId:
    if koppeling.school_id is None:
        raise NoSchool
    return koppeling.school_id
