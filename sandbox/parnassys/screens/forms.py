"""The forms of the simulated ParnasSys."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask_wtf import FlaskForm
from wtforms import DateField, EmailField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from sandbox.parnassys.data import COMBINATIEGROEP, JAARGROEPEN, Groepsoort

GESLACHTEN = (("2", "meisje"), ("1", "jongen"), ("9", "niet opgegeven"), ("0", "onbekend"))
_NO_GROEP = 0


def options(pairs: Iterable[tuple[object, str]]) -> list[SelectChoice]:
    """Value and label of everything that may be chosen."""
    return [SelectChoice(value, label) for value, label in pairs]


def _stripped(value: str | None) -> str:
    return " ".join((value or "").split())


class CheckboxesField(SelectMultipleField):  # type: ignore[misc]  # WTForms ships no types
    """Several of a few: a list with a box each."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class _NaamForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    roepnaam = StringField(
        "Roepnaam", filters=[_stripped], validators=[DataRequired("Vul een roepnaam in."), Length(max=64)]
    )
    voorvoegsel = StringField(
        "Voorvoegsel",
        filters=[_stripped],
        validators=[Optional(), Length(max=10, message="Een voorvoegsel telt ten hoogste 10 tekens.")],
    )
    achternaam = StringField(
        "Achternaam", filters=[_stripped], validators=[DataRequired("Vul een achternaam in."), Length(max=200)]
    )


class LeerlingForm(_NaamForm):
    """A pupil."""

    geboortedatum = DateField("Geboortedatum", validators=[InputRequired("Vul een geboortedatum in.")])
    geslacht = SelectField("Geslacht", choices=options(GESLACHTEN))
    jaargroep = SelectField("Jaargroep", choices=options((jaar, jaar) for jaar in JAARGROEPEN))
    groep = SelectField("Groep", coerce=int)
    samengestelde_groepen = CheckboxesField("Samengestelde groepen", coerce=int)

    def validate_geboortedatum(self, field: DateField) -> None:
        """Refuse a date in the future, and one of somebody who is too old for this school."""
        today = date.today()  # noqa: DTZ011  (a birthday is a local date)
        if field.data and not today.year - 20 <= field.data.year <= today.year:
            raise ValidationError("Deze geboortedatum past niet bij een leerling van de basisschool.")

    def offer(self, stamgroepen: list[tuple[int, str]], samengesteld: list[tuple[int, str]]) -> None:
        """Fill in the groups of the school."""
        self.groep.choices = options([(_NO_GROEP, "geen groep"), *stamgroepen])
        self.samengestelde_groepen.choices = options(samengesteld)


class LeerkrachtForm(_NaamForm):
    """A teacher."""

    emailadres = EmailField(
        "E-mailadres",
        filters=[lambda value: (value or "").strip()],
        validators=[Optional(), Email("Dit is geen e-mailadres."), Length(max=256)],
    )
    groepen = CheckboxesField("Groepen", coerce=int)


class GroepForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A group of either kind; the kind is chosen once."""

    soort = RadioField(
        "Soort groep",
        choices=options(
            (
                (Groepsoort.STAMGROEP.value, "Stamgroep: de klas"),
                (Groepsoort.SAMENGESTELD.value, "Samengestelde groep: voor instructie, dwars door de klassen"),
            )
        ),
        default=Groepsoort.STAMGROEP.value,
    )
    naam = StringField("Naam", filters=[_stripped], validators=[DataRequired("Vul een naam in."), Length(max=64)])
    jaargroep = SelectField(
        "Jaargroep",
        choices=options((*((jaar, jaar) for jaar in JAARGROEPEN), (COMBINATIEGROEP, "combinatiegroep"))),
        description="Alleen voor een stamgroep.",
    )
    omschrijving = StringField("Omschrijving", filters=[_stripped], validators=[Optional(), Length(max=256)])
