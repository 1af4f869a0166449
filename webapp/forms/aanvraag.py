"""The public form that asks for a koppeling."""

from __future__ import annotations

import re
from typing import Any

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from webapp.forms.cleaning import clean_text
from webapp.forms.fields import MAIN, brin_field, email_field, naam_field, vestiging_field
from webapp.services.koppeling.aanvraag import Aanvraag

_BRIN_WITH_VESTIGING = re.compile(r"([0-9]{2}[A-Z]{2})([0-9]{2})")


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
    contact_naam = naam_field("Uw naam", "Vul uw naam in.")
    contact_email = email_field(
        "Uw e-mailadres", "Vul uw e-mailadres in.", "Hier sturen wij de volgende stappen naartoe."
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
