"""The autorisatiesleutel: kept encrypted, and opened for one call at a time."""

from __future__ import annotations

from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.crypto import Keyring
from webapp.models import Daad, Koppeling
from webapp.models.ids import AccountId, KoppelingId
from webapp.models.koppeling import KoppelingAct
from webapp.services import audit, sloten
from webapp.services.clock import database_now
from webapp.services.koppeling.errors import NoSleutel
from webapp.uwlr.diagnose import Diagnose
from webapp.uwlr.profiles import Sleutelfout
from webapp.uwlr.values import Autorisatie


def autorisatie(koppeling: Koppeling, *, settings: Settings, keyring: Keyring) -> Autorisatie:
    """Return what a call for this school is signed with; raise NoSleutel when it has no key."""
    return with_sleutel(opened(koppeling, keyring), settings)


def with_sleutel(sleutel: str, settings: Settings) -> Autorisatie:
    """The same for a key that is not stored: one that is being tried."""
    return Autorisatie(sleutel, settings.klantcode, settings.klantnaam)


def opened(koppeling: Koppeling, keyring: Keyring) -> str:
    """Decrypt the key for one call; raise NoSleutel when there is none."""
    if koppeling.sleutel is None:
        raise NoSleutel
    return keyring.decrypt(koppeling.sleutel, koppeling.identity)


def store(session: Session, koppeling: Koppeling, sleutel: str, proef: Diagnose, keyring: Keyring) -> None:
    """Keep the key, encrypted for this row, with what the LAS made of it."""
    koppeling.sleutel, koppeling.sleutel_merk = keyring.encrypt(sleutel, koppeling.identity), keyring.mark(sleutel)
    koppeling.gewerkt_op = None
    _tried(session, koppeling, proef)
    koppeling.ophalen_twijfel = koppeling.zenden_twijfel = None


def tried_again(
    session: Session, koppeling_id: KoppelingId, merk: str | None, proef: Diagnose, *, door: AccountId
) -> Koppeling:
    """Keep what the LAS made of the key that is stored; raise NoSleutel when it is another by now."""
    koppeling = sloten.koppeling(session, koppeling_id)
    if koppeling is None or koppeling.sleutel_merk != merk or not koppeling.mag(KoppelingAct.SLEUTEL_PROBEREN):
        raise NoSleutel
    _tried(session, koppeling, proef)
    audit.about(
        session, Daad.SLEUTEL_GEPROBEERD, koppeling, door=door, proef="geslaagd" if proef.is_goed else proef.code
    )
    return koppeling


def _tried(session: Session, koppeling: Koppeling, proef: Diagnose) -> None:
    assert not isinstance(proef.code, Sleutelfout), "a key of the wrong form does not leave the form"
    koppeling.proef_op, koppeling.proef_gelukt = database_now(session), proef.is_goed
    koppeling.proef_code, koppeling.proef_gegevens = proef.code, proef.gegevens
    if proef.is_goed:
        koppeling.gewerkt_op = koppeling.proef_op


def forget(koppeling: Koppeling) -> None:
    """Throw the key away, with what was found with it."""
    koppeling.sleutel = koppeling.sleutel_merk = koppeling.gewerkt_op = None
    koppeling.proef_op = koppeling.proef_gelukt = koppeling.proef_code = koppeling.proef_gegevens = None
