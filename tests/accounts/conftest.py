"""Somebody of a school, a clerk, and the forms of the login as a browser posts them."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.accounts.forms import make
from tests.screens import join
from webapp.models import Account, School


@pytest.fixture
def account(session: Session) -> Account:
    school = School(naam="De Wegwijzer", brin="12AB")
    session.add(school)
    session.flush()
    account = make(session, "anja@wegwijzer.example")
    join(session, account, school)
    session.commit()
    return account


@pytest.fixture
def clerk(app: Flask, session: Session) -> Account:
    clerk = make(session, "kim@testcentrum.example", is_klantenservice=True)
    clerk.tf_primary_method = "authenticator"
    clerk.tf_totp_secret = app.extensions["security"].totp_factory.generate_totp_secret()
    session.commit()
    return clerk
