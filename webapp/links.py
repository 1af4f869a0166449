"""Signed links in mails: a pointer to a row, never a login. One purpose, one salt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from flask import current_app
from itsdangerous import BadData, Signer, URLSafeTimedSerializer

from webapp.context import settings
from webapp.errors import DomainError

Signer.default_digest_method = staticmethod(sha256)  # of the libraries that sign for us; without it that is SHA-1


class LinkInvalid(DomainError):
    """Expired, damaged and unknown are one: a visitor learns nothing from the difference."""


@dataclass(frozen=True)
class SignedLink:
    """A purpose with its own salt; its token holds the id of one row and the moment of signing."""

    salt: str
    max_age: timedelta

    def dumps(self, row_id: int) -> str:
        """Return a token for this row, signed with the newest secret."""
        return serializer(self.salt).dumps(row_id)

    def loads(self, token: str) -> int:
        """Return the id in the token; raise LinkInvalid when we did not sign it, or too long ago."""
        try:
            row_id = serializer(self.salt).loads(token, max_age=int(self.max_age.total_seconds()))
        except BadData as error:
            raise LinkInvalid from error
        if not isinstance(row_id, int):
            raise LinkInvalid
        return row_id


def serializer(salt: str) -> URLSafeTimedSerializer:
    """What signs for one purpose: the newest secret signs, all of them verify."""
    return URLSafeTimedSerializer(
        list(settings().secret_keys), salt=salt, signer_kwargs={"digest_method": sha256, "key_derivation": "hmac"}
    )


AANVRAAG_LINK = SignedLink("aanvraag.v1", max_age=timedelta(days=14))
CONTROLE_LINK = SignedLink("koppelingsmail.v1", max_age=timedelta(days=60))
UITNODIGING_LINK = SignedLink("uitnodiging.v1", max_age=timedelta(days=14))
"""Of a school: it makes an account for the address it was mailed to, which has none; who has one logs in first."""
ADRES_LINK = SignedLink("adres.v1", max_age=timedelta(days=3))


def external_url(endpoint: str, **values: str | int) -> str:
    """Return the full address of a page for use in a mail, from the settings and never from a request."""
    path = current_app.url_map.bind("mail").build(endpoint, values)
    return settings().public_url + path
