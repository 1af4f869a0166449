"""The fields that several forms ask for."""

from __future__ import annotations

from wtforms import EmailField, StringField
from wtforms.validators import DataRequired, Length, Optional, Regexp

from webapp.forms.cleaning import EmailAddress, clean_code, clean_text

MAIN = "00"
"""The vestiging of a school that names none."""


def brin_field(description: str) -> StringField:
    """Two digits and two letters."""
    return StringField(
        "BRIN",
        description=description,
        filters=[clean_code],
        validators=[
            DataRequired("Vul het BRIN van uw school in."),
            Regexp(
                r"[0-9]{2}[A-Z]{2}\Z",
                message="Een BRIN is twee cijfers en twee letters, bijvoorbeeld 12AB. Verbeter het BRIN.",
            ),
        ],
    )


def vestiging_field(description: str = "Twee cijfers. Leeg is de hoofdvestiging.") -> StringField:
    """Two digits; empty is the main one."""
    return StringField(
        "Vestiging",
        description=description,
        filters=[clean_code],
        validators=[
            Optional(),
            Regexp(r"[0-9]{2}\Z", message="Een vestiging is twee cijfers, bijvoorbeeld 01. Laat leeg bij twijfel."),
        ],
    )


def naam_field(label: str, missing: str) -> StringField:
    """The name of a person."""
    return StringField(
        label,
        filters=[clean_text],
        validators=[DataRequired(missing), Length(max=200, message="Een naam telt ten hoogste 200 tekens.")],
    )


def email_field(label: str, missing: str = "Vul een e-mailadres in.", description: str = "") -> EmailField:
    """A mail address that can exist."""
    return EmailField(
        label,
        description=description,
        filters=[clean_text],
        validators=[
            DataRequired(missing),
            EmailAddress(),
            Length(max=255, message="Dit e-mailadres is te lang."),
        ],
    )
