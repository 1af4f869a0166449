"""Which LAS, and from when until when: what klantenservice asks after an incident."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from webapp.config import AMSTERDAM
from webapp.models.koppeling import LasType
from webapp.services.versturen.herzendstand import Vraag
from webapp.woorden.schakelaars import with_whom

_FORMAT = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class HerzendForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Asked twice: to look, in the address; and to choose, with what was looked at."""

    las = SelectField("Welke administratie?", choices=[SelectChoice(las.value, with_whom(las)) for las in LasType])
    van = DateTimeLocalField("Vanaf", format=_FORMAT, validators=[InputRequired("Vul in vanaf wanneer.")])
    tot = DateTimeLocalField("Tot", format=_FORMAT, validators=[InputRequired("Vul in tot wanneer.")])

    def validate(self, extra_validators: Any = None) -> bool:
        """The end comes after the beginning."""
        if not super().validate(extra_validators):
            return False
        if self.van.data >= self.tot.data:
            self.tot.errors = [*self.tot.errors, "Kies een einde na het begin."]
            return False
        return True

    @property
    def vraag(self) -> Vraag:
        """What was asked, on the clock of the office."""
        return Vraag(LasType(self.las.data), _here(self.van.data), _here(self.tot.data))


def _here(typed: datetime) -> datetime:
    return typed.replace(tzinfo=AMSTERDAM)
