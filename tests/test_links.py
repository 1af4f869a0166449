"""What we sign: for one purpose and for a while. What we encrypt: for one row."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous.encoding import base64_decode
from sqlalchemy.orm import Session

from tests.ground.app import CleanClient, rolled_back
from tests.screens import Koppelweg, make_clerk
from webapp import create_app, links
from webapp.config import PROJECT, Settings
from webapp.crypto import DecryptionFailed, Keyring
from webapp.db import db
from webapp.links import AANVRAAG_LINK, LinkInvalid, SignedLink, serializer
from webapp.models import Mail

LINKS = [link for link in vars(links).values() if isinstance(link, SignedLink)]
ROW = 7
FILES = [
    path for name in ("webapp", "jobs") for path in (PROJECT / name).rglob("*.py") if "migrations" not in path.parts
]


def _opened(link: SignedLink, token: str) -> int | None:
    try:
        return link.loads(token)
    except LinkInvalid:
        return None


@pytest.mark.asvs(33)
def test_a_token_opens_one_purpose_for_a_while(app: Flask, settings: Settings) -> None:
    """Each change of one letter too; and nothing in the code opens one whatever its age."""
    with app.app_context():
        for link in LINKS:
            token = link.dumps(ROW)
            assert _opened(link, token) == ROW
            assert {_opened(other, token) for other in LINKS if other is not link} == {None}
            # The last letter has two bits that say nothing: the signature is the same one.
            changed = [token[:n] + ("B" if token[n] == "A" else "A") + token[n + 1 :] for n in range(len(token) - 1)]
            assert {_opened(link, one) for one in changed} == {None}
            for wrong in (serializer(link.salt).dumps(str(ROW)), serializer("").dumps(ROW), "", ".", token[:-1]):
                assert _opened(link, str(wrong)) is None
            now = datetime.now(UTC)
            for moment, row in (
                (link.max_age - timedelta(minutes=1), ROW),
                (link.max_age + timedelta(minutes=1), None),
            ):
                with time_machine.travel(now + moment):
                    assert _opened(link, token) == row
            with time_machine.travel(now - timedelta(hours=1)):
                assert _opened(link, token) is None, "signed in the future"
    stranger = create_app(replace(settings, secret_keys=("a-secret-of-somebody-else",)))
    with stranger.app_context():
        theirs = AANVRAAG_LINK.dumps(ROW)
    with app.app_context():
        assert _opened(AANVRAAG_LINK, theirs) is None
    assert len(LINKS) >= 4
    assert list(_ageless()) == []


def _ageless() -> list[str]:
    """Where something that was signed is opened without a limit to its age."""
    return [
        f"{path.relative_to(PROJECT)}: {ast.unparse(node)}"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and re.search(r"serializer\(.*\)\.loads$", ast.unparse(node.func))
        if "max_age" not in {keyword.arg for keyword in node.keywords}
    ]


@pytest.mark.asvs(34)
def test_what_is_encrypted_for_one_row_opens_in_no_other(app: Flask, settings: Settings) -> None:
    """And what signs is no SHA-1, and what is random comes from the system."""
    ring = Keyring(settings.encryption_keys)
    one, other = (ring.encrypt("geheim", identity) for identity in ("koppeling:1:12AB", "koppeling:2:12AB"))
    assert ring.decrypt(one, "koppeling:1:12AB") == "geheim"
    damaged = [one[:n] + bytes([one[n] ^ 1]) + one[n + 1 :] for n in range(len(one))]
    for sealed in (other, b"", one[:1], one[:13], *damaged):
        with pytest.raises(DecryptionFailed):
            ring.decrypt(sealed, "koppeling:1:12AB")
    assert len({ring.encrypt("geheim", "x")[1:13] for _ in range(100)}) == 100, "a nonce of its own"
    with app.app_context():
        assert isinstance(app.session_interface, SecureCookieSessionInterface)
        signer = app.session_interface.get_signing_serializer(app)
        assert signer is not None
        signed = [signer.dumps({}), app.extensions["security"].reset_serializer.dumps(1), AANVRAAG_LINK.dumps(1)]
    assert [len(base64_decode(str(token).rpartition(".")[2])) for token in signed] == [32, 32, 32]
    assert _found(r"sha1|md5|\brandom\.|uuid1|import random|from random import (?!SystemRandom)") == []


def test_nothing_turns_off_what_checks_a_certificate() -> None:
    assert _found(r"verify=False|CERT_NONE|check_hostname ?= ?False|_create_unverified|disable_warnings") == []


def _found(pattern: str) -> list[str]:
    return [
        f"{path.relative_to(PROJECT)}: {line.strip()}"
        for path in FILES
        for line in path.read_text().splitlines()
        if re.search(pattern, line)
    ]


def test_the_form_of_a_signed_link_is_taken_over_https(settings: Settings, session: Session) -> None:
    """Its page sends no Referer, which Flask-WTF asks for over https."""
    app = create_app(replace(settings, public_url="https://localhost"))
    app.test_client_class = CleanClient
    app.config["PREFERRED_URL_SCHEME"] = "https"
    with rolled_back(app, db), app.app_context():
        Koppelweg(app, db.session(), make_clerk(db.session())).unconfirmed()
        path = f"/m/aanvraag/{AANVRAAG_LINK.dumps(db.session.query(Mail).one().id)}"
        browser = app.test_client()
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(path).text)
        assert token
        answer = browser.post(path, data={"csrf_token": token[1], "brin": "12AB"})
        db.session.remove()
    assert answer.status_code == 303, answer.text
    with app.app_context():
        db.engine.dispose()
