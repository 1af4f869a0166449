"""Autorisatiesleutels at rest: AES-256-GCM, bound to the row they belong to, with a keyring that can be rotated.

A ciphertext copied to another row does not decrypt, because the identity of the row is authenticated with it.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES = 12


class DecryptionFailed(Exception):
    """The ciphertext is damaged, belongs to another row, or its key is no longer in the keyring."""


def parse_key(text: str) -> tuple[int, bytes]:
    """Read `version:base64` into a version (1-255) and 32 bytes; raise ValueError with a Dutch sentence."""
    version, _, encoded = text.partition(":")
    if not (version.isascii() and version.isdigit() and 1 <= int(version) <= 255):
        raise ValueError("schrijf een sleutel als versie:base64, met een versie van 1 tot en met 255.")
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise ValueError(f"sleutel {version} is geen geldige base64.") from error
    if len(key) != 32:
        raise ValueError(f"sleutel {version} moet 32 bytes lang zijn, niet {len(key)}.")
    return int(version), key


class Keyring:
    """Encrypts with the last key given and decrypts with any of them."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        parsed = [parse_key(key) for key in keys]
        self._ciphers = {version: AESGCM(key) for version, key in parsed}
        self.versions = tuple(self._ciphers)
        self.current = parsed[-1][0]
        """The number of the key that encrypts."""
        self._marking = HKDF(SHA256(), 32, salt=None, info=b"merk van een autorisatiesleutel").derive(parsed[-1][1])

    def encrypt(self, plaintext: str, identity: str) -> bytes:
        """Return version || nonce || ciphertext, bound to `identity` (for example `koppeling:12:99XX`)."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._ciphers[self.current].encrypt(nonce, plaintext.encode(), identity.encode())
        return bytes([self.current]) + nonce + sealed

    def mark(self, plaintext: str) -> str:
        """Return what tells whether two secrets are the same and nothing else: an HMAC, after the number of its key.

        Marks under different keys cannot be compared. The key is derived, so that it encrypts nothing.
        """
        return f"{self.current}:{hmac.digest(self._marking, plaintext.encode(), 'sha256').hex()}"

    def decrypt(self, ciphertext: bytes, identity: str) -> str:
        """Return the plaintext; raise DecryptionFailed for anything that was not sealed for this identity."""
        cipher = self._ciphers.get(ciphertext[0]) if ciphertext else None
        if cipher is None:
            raise DecryptionFailed("Onbekende sleutelversie.")
        nonce, sealed = ciphertext[1 : 1 + _NONCE_BYTES], ciphertext[1 + _NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, sealed, identity.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise DecryptionFailed("De versleutelde waarde hoort niet bij deze rij.") from error
