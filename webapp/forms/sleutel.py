"""The forms of Beheer > Koppelen met LAS."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, ValidationError

from webapp.models import Koppeling, LasType
from webapp.schooljaar import next_schooljaar, schooljaar_of
from webapp.uwlr.diagnose import Diagnose
from webapp.uwlr.profiles import PROFILES, clean_sleutel
from webapp.woorden.sleutel import bevinding

_TYPES = [SelectChoice(las.value, f"{PROFILES[las].naam} UWLR") for las in LasType]


class PastedSecret(StringField):  # type: ignore[misc]  # WTForms ships no types
    """A text field that never shows what was typed: a key leaves this page encrypted, and never comes back."""

    def _value(self) -> str:
        return ""


class SleutelForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The autorisatiesleutel alone, for a koppeling whose key stopped working."""

    sleutel = PastedSecret(
        "Autorisatiesleutel",
        filters=[lambda text: clean_sleutel(text or "")],
        validators=[DataRequired()],
    )

    def __init__(self, koppeling: Koppeling, **values: Any) -> None:
        super().__init__(**values)
        self._koppeling, self._las = koppeling, PROFILES[koppeling.las_type]
        self.sleutel.validators = [DataRequired(f"Plak hier de autorisatiesleutel uit {self._las.naam}.")]

    code: str = ""
    """What klantenservice asks for when the school calls about a refused key."""

    def refuse(self, diagnose: Diagnose, *, keeps: bool = False) -> None:
        """Show beside the field why the key is not taken; with `keeps` also that the old key stays."""
        tekst = bevinding(diagnose.code, diagnose.gegevens, self._las.naam)
        if keeps and not diagnose.is_geweigerd:
            tekst += (
                f" De oude sleutel blijft hier staan. Maakte u in {self._las.naam} een nieuwe, dan werkt de oude niet "
                "meer: probeer het daarom over een paar minuten opnieuw."
            )
        elif keeps:
            tekst += " De oude sleutel blijft hier staan."
        elif diagnose.is_erkend:
            tekst += " Er is niets opgeslagen."
        self.sleutel.errors = (*self.sleutel.errors, tekst)
        self.code = diagnose.code

    def validate_sleutel(self, field: StringField) -> None:
        """Judge the form of the key by the rules of this LAS."""
        koppeling = self._koppeling
        if oordeel := self._las.sleutelvorm.check(field.data, koppeling.brin, koppeling.vestiging):
            raise ValidationError(f"{oordeel.tekst} Er is niets opgeslagen.")


class IndienenForm(SleutelForm):
    """Everything that klantenservice needs to approve."""

    las_type = SelectField("Type koppeling", choices=_TYPES)
    schooljaar = RadioField("Schooljaar", validators=[InputRequired("Kies een schooljaar.")])

    def __init__(self, koppeling: Koppeling, today: date, **values: Any) -> None:
        super().__init__(koppeling, **values)
        self.schooljaar.choices = [SelectChoice(jaar, tekst) for jaar, tekst in schooljaren(today)]
        if not self.is_submitted():
            self.schooljaar.data = schooljaar_of(today)


def schooljaren(today: date) -> list[tuple[str, str]]:
    """The two school years that can be coupled, with how people call them."""
    this = schooljaar_of(today)
    following = next_schooljaar(this)
    return [(this, f"{this} (dit schooljaar)"), (following, f"{following} (volgend schooljaar)")]
