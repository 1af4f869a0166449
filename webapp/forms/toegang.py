"""What somebody types to invite a colleague, to accept an invitation, or to log in with another address."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_login import current_user
from flask_security import hash_password
from flask_security.utils import verify_password
from flask_wtf import FlaskForm
from wtforms import Field, PasswordField
from wtforms.validators import DataRequired, EqualTo, ValidationError

from webapp.forms.fields import email_field, naam_field
from webapp.models import Account


class UitnodigenForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The address of a colleague; who they are they say themselves."""

    email = email_field("E-mailadres van uw collega")


class NaamForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The name of who has no account yet."""

    naam = naam_field("Uw naam", "Vul uw naam in.")


class AannemenForm(NaamForm):
    """The name and the password of who has no account yet; `adres` is where the invitation went."""

    adres = ""

    password = PasswordField("Kies een wachtwoord", validators=[DataRequired("Kies een wachtwoord.")])
    password_confirm = PasswordField(
        "Nog een keer", validators=[EqualTo("password", "De twee wachtwoorden zijn niet gelijk.")]
    )

    def validate_password(self, field: Field) -> None:
        """Judge it as every other new password, also by their own name and address."""
        rules, wie = current_app.extensions["security"].password_util, Account(email=self.adres, naam=self.naam.data)
        wrong, normal = rules.validate(field.data, is_register=True, user=wie)
        if wrong:
            raise ValidationError(" ".join(map(str, wrong)))
        self._normal = normal

    @property
    def hashed(self) -> str:
        """The password as it is kept."""
        hashed: str = hash_password(self._normal)
        return hashed


class AdresWijzigenForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Another address, asked for by who knows the password."""

    email = email_field("Nieuw e-mailadres")
    password = PasswordField("Uw wachtwoord", validators=[DataRequired("Vul uw wachtwoord in.")])

    def validate_password(self, field: Field) -> Any:
        """A session that was left open is not enough."""
        if not current_user.password or not verify_password(field.data, current_user.password):
            raise ValidationError("Dit wachtwoord klopt niet.")
