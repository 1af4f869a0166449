"""The autorisatiesleutel: kept encrypted, and opened for one call at a time."""

from __future__ import annotations

from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.crypto import Keyring
from webapp.models import Koppeling
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
    assert not isinstance(proef.code, Sleutelfout), "a key of the wrong form does not leave the form"
    koppeling.sleutel = keyring.encrypt(sleutel, koppeling.identity)
    koppeling.proef_op, koppeling.proef_gelukt = database_now(session), proef.is_goed
    koppeling.proef_code, koppeling.proef_gegevens = proef.code, proef.gegevens
    koppeling.gewerkt_op = koppeling.proef_op if proef.is_goed else None
    koppeling.ophalen_twijfel = koppeling.zenden_twijfel = None


def forget(koppeling: Koppeling) -> None:
    """Throw the key away, with what was found with it."""
    koppeling.sleutel = koppeling.gewerkt_op = None
    koppeling.proef_op = koppeling.proef_gelukt = koppeling.proef_code = koppeling.proef_gegevens = None
