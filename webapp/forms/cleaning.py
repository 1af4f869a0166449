"""What typing and pasting leave behind, taken away before a form judges the rest."""

from __future__ import annotations

import re

from email_validator import EmailNotValidError, validate_email
from wtforms import Field
from wtforms.validators import ValidationError

_SEPARATORS = re.compile(r"[\s.\-/]+")


def clean_text(text: str | None) -> str:
    """One line of printable text; a database cannot keep every character that a browser can send."""
    return " ".join("".join(char if char.isprintable() else " " for char in text or "").split())


def clean_code(text: str | None) -> str:
    """A code as it should be written: `12 ab` becomes `12AB`."""
    return _SEPARATORS.sub("", clean_text(text)).upper()


class EmailAddress:
    """Accepts an address that can exist, and writes it in its normal form; no DNS while somebody waits."""

    def __call__(self, form: object, field: Field) -> None:
        try:
            field.data = validate_email(field.data or "", check_deliverability=False).normalized
        except EmailNotValidError as error:
            raise ValidationError(
                "Dit is geen volledig e-mailadres. Het ziet eruit als naam@school.nl. Verbeter het adres."
            ) from error
