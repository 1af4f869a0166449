"""The forms of the login, posted as a browser does."""

from __future__ import annotations

import re
from uuid import uuid4

from flask.testing import FlaskClient
from flask_security import hash_password
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from webapp.models import Account

PASSWORD = "een-goed-wachtwoord-1"


def make(session: Session, email: str, *, is_klantenservice: bool = False) -> Account:
    account = Account(
        email=email,
        naam="Anja",
        is_klantenservice=is_klantenservice,
        fs_uniquifier=uuid4().hex,
        password=hash_password(PASSWORD),
    )
    session.add(account)
    session.commit()
    return account


def send(client: FlaskClient, path: str, data: dict[str, str]) -> TestResponse:
    """Open the form and post it, as a browser does."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert token
    return client.post(path, data={"csrf_token": token[1], **data})


def log_in(client: FlaskClient, email: str, password: str = PASSWORD) -> TestResponse:
    return send(client, "/inloggen", {"email": email, "password": password})


def is_in(client: FlaskClient) -> bool:
    return client.get("/beheer/koppelen/").status_code == 200
