"""The public form that asks for a koppeling."""

from __future__ import annotations

import re
from typing import Any

from flask_wtf import FlaskForm
from wtforms import EmailField, StringField
from wtforms.validators import DataRequired, Length, Optional, Regexp

from webapp.forms.cleaning import EmailAddress, clean_code, clean_text
from webapp.services.koppeling.aanvraag import Aanvraag

_BRIN_WITH_VESTIGING = re.compile(r"([0-9]{2}[A-Z]{2})([0-9]{2})")
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


class BevestigenForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What the mail does not say, and who asked knows."""

    brin = brin_field("Het BRIN dat u bij de aanvraag invulde: twee cijfers en twee letters.")


class AanvraagForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """School, BRIN and contact. Takes BRIN in lower case, with spaces, or with the vestiging behind it."""

    schoolnaam = StringField(
        "Naam van de school",
        filters=[clean_text],
        validators=[
            DataRequired("Vul de naam van uw school in."),
            Length(max=200, message="Een schoolnaam telt ten hoogste 200 tekens."),
        ],
    )
    brin = brin_field("Twee cijfers en twee letters, bijvoorbeeld 12AB.")
    vestiging = vestiging_field("Twee cijfers. Laat leeg als uw school maar één vestiging heeft.")
    contact_naam = StringField(
        "Uw naam",
        filters=[clean_text],
        validators=[
            DataRequired("Vul uw naam in."),
            Length(max=200, message="Een naam telt ten hoogste 200 tekens."),
        ],
    )
    contact_email = EmailField(
        "Uw e-mailadres",
        description="Hier sturen wij de volgende stappen naartoe.",
        filters=[clean_text],
        validators=[
            DataRequired("Vul uw e-mailadres in."),
            EmailAddress(),
            Length(max=255, message="Dit e-mailadres is te lang."),
        ],
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Split `12AB01` before judging: schools know their BRIN in both forms."""
        match = _BRIN_WITH_VESTIGING.fullmatch(self.brin.data or "")
        if match and self.vestiging.data in ("", match[2]):
            self.brin.data, self.vestiging.data = match.groups()
        return bool(super().validate(extra_validators))

    def aanvraag(self) -> Aanvraag:
        """What was asked, and nothing else that was posted."""
        return Aanvraag(
            schoolnaam=self.schoolnaam.data,
            brin=self.brin.data,
            vestiging=self.vestiging.data or MAIN,
            contact_naam=self.contact_naam.data,
            contact_email=self.contact_email.data,
        )
