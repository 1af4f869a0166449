"""What klantenservice types."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import EmailField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from webapp.forms.cleaning import EmailAddress, clean_text


class AfwijzenForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why a submission is rejected; the school reads this sentence."""

    reden = TextAreaField(
        "Reden",
        filters=[clean_text],
        validators=[
            DataRequired("Schrijf een reden: de school leest die in de mail. Er is niets veranderd."),
            Length(max=1000, message="Een reden telt ten hoogste 1000 tekens. Er is niets veranderd."),
        ],
    )


class AdresForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The address that takes the place of one that takes no mail."""

    email = EmailField(
        "Nieuw e-mailadres",
        filters=[clean_text],
        validators=[
            DataRequired("Vul een e-mailadres in."),
            EmailAddress(),
            Length(max=255, message="Dit e-mailadres is te lang."),
        ],
    )


class ContactForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The contact of an aanvraag, as it should have been typed."""

    naam = StringField(
        "Naam",
        filters=[clean_text],
        validators=[DataRequired("Vul een naam in."), Length(max=200, message="Een naam telt ten hoogste 200 tekens.")],
    )
    email = EmailField(
        "E-mailadres",
        filters=[clean_text],
        validators=[
            DataRequired("Vul een e-mailadres in."),
            EmailAddress(),
            Length(max=255, message="Dit e-mailadres is te lang."),
        ],
    )
