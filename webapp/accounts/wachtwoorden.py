"""Passwords: which are too easy to guess, and how a new one is asked for."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_security import MailUtil, PasswordUtil
from flask_wtf import FlaskForm
from wtforms import EmailField
from wtforms.validators import DataRequired

from webapp.accounts.messages import MAIL_UNDERWAY, MESSAGES
from webapp.accounts.pogingen import of_address
from webapp.context import settings
from webapp.db import db, unit_of_work
from webapp.models import Account
from webapp.muur import alle_scholen
from webapp.services import medewerkers, wachtwoord

_WORDS = Path(__file__).with_name("zwakke_woorden.txt")
_LOOKS_LIKE = str.maketrans({"@": "a", "$": "s", "€": "e", "!": "i", "0": "o", "1": "i", "3": "e", "5": "s", "7": "t"})
_ENOUGH = 6
"""So many letters and digits must be left beside the words, the years and the sequences that everybody tries."""
_VARIED = 5
_SHORTEST_NAME = 3
_SEQUENCES = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_RUN = 3
_OFTEN = re.compile(r"(19|20)\d\d|(.)\2{2,}")
"""A year, or three times the same."""


class Wachtwoordregels(PasswordUtil):
    """Long enough, not what everybody tries, and not what everybody knows of this person."""

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[str] | None, str]:
        problems, normal = super().validate(password, is_register, **kwargs)
        account: Account | None = kwargs.get("user")
        if not problems and is_weak(normal, _known_of(account) if account is not None else []):
            return [MESSAGES["SECURITY_MSG_PASSWORD_TOO_SIMPLE"][0]], normal
        return problems, normal


class NoMail(MailUtil):
    """The library sends nothing: our mails are rows, written by services."""

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        pass


def is_weak(password: str, known: list[str]) -> bool:
    """Whether hardly anything is left of it without words that everybody tries or knows; `known`: names, addresses."""
    plain, words = password.casefold(), [*_pieces(known), *_weak_words()]
    return any(_is_little_left(text, words) for text in (_folded(plain), _folded(plain.translate(_LOOKS_LIKE))))


def _is_little_left(text: str, words: list[str]) -> bool:
    rest = _OFTEN.sub(" ", text)
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, " ")
    return len(rest.replace(" ", "")) < _ENOUGH or len(set(text)) < _VARIED


def _folded(text: str) -> str:
    """Letters and digits, without marks: `Bóöm, 't` becomes `boomt`."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", text)))


def _pieces(known: list[str]) -> list[str]:
    """Each as a whole, and its words."""
    wholes = {_folded(each.casefold()) for each in known}
    words = {_folded(word) for each in known for word in re.split(r"[\W_]+", each.casefold())}
    return [each for each in wholes | words if len(each) >= _SHORTEST_NAME]


def _known_of(account: Account) -> list[str]:
    with alle_scholen():
        places = medewerkers.of_account(db.session(), account.id)
    schools = [value for place in places for value in (place.naam, place.brin)]
    return [account.email, account.naam, settings().testcentrum, settings().testcentrum_kort, "koppelpunt", *schools]


@cache
def _weak_words() -> list[str]:
    lines = _WORDS.read_text().split("\n")
    words = [word for line in lines if not line.startswith("#") for word in line.split()]
    return words + [row[i:j] for row in _rows() for i in range(len(row)) for j in range(i + _RUN, len(row) + 1)]


def _rows() -> list[str]:
    return [way for row in _SEQUENCES for way in (row, row[::-1])]


class VergetenForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Whose password was forgotten."""

    email = EmailField("E-mailadres", validators=[DataRequired(MESSAGES["SECURITY_MSG_EMAIL_NOT_PROVIDED"][0])])


def forgotten() -> ResponseReturnValue:
    """Mail a link for a new password. Public: who forgot it cannot log in. Nobody learns who has an account."""
    form = VergetenForm()
    if form.validate_on_submit():
        wie, account = of_address(request.form["email"])
        with alle_scholen(), unit_of_work() as session:
            wachtwoord.ask(session, account, wie.naam)
        flash(*MAIL_UNDERWAY)
    return render_template("security/forgot_password.html", forgot_password_form=form)
