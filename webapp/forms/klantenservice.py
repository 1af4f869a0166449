"""What klantenservice types."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, DateTimeLocalField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, Length, Optional, ValidationError

from webapp.config import AMSTERDAM
from webapp.forms.cleaning import clean_text
from webapp.forms.fields import MAIN, brin_field, email_field, naam_field, vestiging_field
from webapp.models import Koppeling, KoppelingStatus, LasType, Werk
from webapp.models.koppeling import Afwijsreden
from webapp.vakanties import Regio
from webapp.woorden.koppeling import AFWIJSREDENEN
from webapp.woorden.schakelaars import ALLE_LASSEN, WERK, with_whom


class AfwijzenForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why an aanvraag is rejected; the school reads it."""

    reden = RadioField("Reden", validate_choice=False)
    toelichting = TextAreaField(
        "Toelichting",
        filters=[clean_text],
        validators=[
            Optional(),
            Length(max=1000, message="Een toelichting telt ten hoogste 1000 tekens. Er is niets veranderd."),
        ],
    )

    def __init__(self, koppeling: Koppeling, **values: Any) -> None:
        """Offer what can be so: a key that is wrong was handed in."""
        super().__init__(**values)
        has_key = koppeling.status is KoppelingStatus.INGEDIEND
        redenen = [each for each in AFWIJSREDENEN if has_key or each is not Afwijsreden.SLEUTEL]
        self.reden.choices = [SelectChoice(each.value, AFWIJSREDENEN[each][0]) for each in redenen]
        self.reden.validators = [
            AnyOf(redenen, "Kies een reden: de school leest die in de mail. Er is niets veranderd.")
        ]


class GoedkeurenForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """That somebody knows what is not green."""

    weet = BooleanField(
        "Ik weet dit, en keur toch goed",
        validators=[DataRequired("Zet het vinkje, of los eerst op wat niet groen is. Er is niets veranderd.")],
    )


LONGEST_REDEN = 500


def _reden(hint: str, *, is_asked: bool = True) -> TextAreaField:
    needed = DataRequired("Schrijf waarom: de school leest dit letterlijk. Er is niets veranderd.")
    length = Length(max=LONGEST_REDEN, message="De reden telt ten hoogste 500 tekens. Er is niets veranderd.")
    validators = [needed if is_asked else Optional(), length]
    return TextAreaField("Waarom", description=hint, filters=[clean_text], validators=validators)


class RedenForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why something is done to a koppeling; the school reads it."""

    reden = _reden("Schrijf in een hele zin wat er is. De school leest dit letterlijk, dus geen namen van leerlingen.")


class BeeindigenForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The same, where the school did not ask for the end."""

    reden = _reden("Alleen als de school er niet zelf om vroeg. De school leest dit letterlijk.", is_asked=False)


class PauzeForm(RedenForm):
    """And until when."""

    tot = DateTimeLocalField("Tot", description="Dan gaat de koppeling vanzelf verder.", validators=[Optional()])

    @property
    def einde(self) -> datetime | None:
        """The moment that was typed, on the clock of the office."""
        typed: datetime | None = self.tot.data
        return typed and typed.replace(tzinfo=AMSTERDAM)

    def validate_tot(self, field: DateTimeLocalField) -> None:
        """Not in the past."""
        if self.einde is not None and self.einde <= datetime.now(AMSTERDAM):
            raise ValidationError("Dat moment is al voorbij. Er is niets veranderd.")


class OvereenkomstForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """When the school signed; empty where it did not."""

    getekend_op = DateField("Getekend op", validators=[Optional()])

    def validate_getekend_op(self, field: DateField) -> None:
        """Not in the future: then nothing was signed."""
        if field.data is not None and field.data > datetime.now(AMSTERDAM).date():
            raise ValidationError("Deze dag moet nog komen. Er is niets veranderd.")


class RegioForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """In which region of the school holidays a school is."""

    regio = RadioField(
        "Vakantieregio",
        choices=[SelectChoice(each.value, each.capitalize()) for each in Regio],
        validators=[AnyOf(list(Regio), "Kies een regio. Er is niets veranderd.")],
        validate_choice=False,
    )


LONGEST_BEREIKT = 200


def _bereikt() -> StringField:
    return StringField(
        "Hoe bereikte u de school?",
        description="Met wie sprak u, op welk nummer uit het register? Dit komt in het logboek van de school.",
        filters=[clean_text],
        validators=[
            DataRequired("Schrijf op hoe u de school bereikte."),
            Length(max=LONGEST_BEREIKT, message="Dit telt ten hoogste 200 tekens."),
        ],
    )


class AccountForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A new colleague of klantenservice."""

    naam = naam_field("Naam", "Vul een naam in.")
    email = email_field("E-mailadres")


_SCHOOL = re.compile(r"\b([0-9]{2}[A-Z]{2})(?:[ -]?([0-9]{2}))?\b")


class LeverancierForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Who may hand in results, and for which schools."""

    naam = naam_field("Naam van de leverancier", "Vul een naam in.")
    scholen = TextAreaField(
        "Scholen",
        description="Eén per regel: het BRIN, en bij een nevenvestiging de vestiging. Bijvoorbeeld 12AB of 12AB 01.",
        filters=[clean_text],
    )
    mag_inlezen = BooleanField(
        "Dit token is van ons testcentrum zelf, en mag leerlingen, accounts en resultaten van alle scholen inlezen"
    )

    def validate_scholen(self, field: TextAreaField) -> None:
        """Nothing but schools stands there; at least one, unless it reads in."""
        typed = str(field.data or "").upper()
        if not typed.strip() and not self.mag_inlezen.data:
            raise ValidationError("Noem de scholen waarvoor deze leverancier mag aanleveren.")
        self.genoemd = [(brin, vestiging or MAIN) for brin, vestiging in _SCHOOL.findall(typed)]
        if rest := _SCHOOL.sub(" ", typed).replace(",", " ").split():
            raise ValidationError(f"“{rest[0][:20]}” is geen BRIN met vestiging. Er is niets veranderd.")


class BeheerderForm(AccountForm):
    """Whom klantenservice invites as beheerder, and how it knows that the school wants it."""

    bereikt = _bereikt()


class AdresForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The address that takes the place of one that takes no mail."""

    email = email_field("Nieuw e-mailadres")
    bereikt = _bereikt()


class LeerlingForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Which leerling of which school, without a name."""

    brin = brin_field("Twee cijfers en twee letters, bijvoorbeeld 12AB.")
    vestiging = vestiging_field()
    soort = RadioField("Welk nummer gaf de school?", default="las", validate_choice=False)
    nummer = StringField(
        "Nummer",
        filters=[clean_text],
        validators=[DataRequired("Vul het nummer van de leerling in."), Length(max=256, message="Dit is te lang.")],
    )

    def __init__(self, las: str, **values: Any) -> None:
        """Both numbers by the name that the school knows."""
        super().__init__(**values)
        ours = "Ons nummer: het laatste getal in het adres van de pagina van de leerling"
        self.soort.choices = [SelectChoice("las", f"De sleutel in {las}"), SelectChoice("ons", ours)]
        self.soort.validators = [AnyOf(("las", "ons"), "Kies welk nummer dit is.")]

    @property
    def school(self) -> tuple[str, str]:
        """BRIN and vestiging."""
        return self.brin.data, self.vestiging.data or MAIN


class SchakelaarForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What stands still from now on, why, and until when."""

    werk = RadioField(
        "Wat zet u stil?",
        choices=[SelectChoice(werk.value, text) for werk, text in WERK.items()],
        validate_choice=False,
        validators=[AnyOf(list(Werk), "Kies wat u stilzet.")],
    )
    las = SelectField(
        "Met welke administratie?",
        choices=[SelectChoice("", ALLE_LASSEN), *(SelectChoice(las.value, with_whom(las)) for las in LasType)],
    )
    reden = StringField(
        "Reden",
        description="Scholen lezen dit. Bijvoorbeeld: onderhoud bij de leverancier",
        filters=[clean_text],
        validators=[
            DataRequired("Schrijf een reden: scholen lezen die."),
            Length(max=200, message="Een reden telt ten hoogste 200 tekens."),
        ],
    )
    tot = DateTimeLocalField(
        "Tot wanneer?",
        description="Dan gaat het vanzelf verder. Leeg: tot u het opheft.",
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        validators=[Optional()],
    )

    @property
    def gekozen(self) -> Werk:
        """What was chosen."""
        return Werk(self.werk.data)

    @property
    def gekozen_las(self) -> LasType | None:
        """The LAS that was chosen; none for all of them."""
        return LasType(self.las.data) if self.las.data else None

    @property
    def einde(self) -> datetime | None:
        """The moment that was typed, on the clock of the office."""
        typed: datetime | None = self.tot.data
        return typed and typed.replace(tzinfo=AMSTERDAM)
