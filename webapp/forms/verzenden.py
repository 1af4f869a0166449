"""What goes to the LAS, as a beheerder chose it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time

from flask import abort
from werkzeug.datastructures import MultiDict

from webapp.config import AMSTERDAM
from webapp.models.ids import ToetsId
from webapp.services.versturen.keuze import Keuze


class VanafWrong(ValueError):
    """The day was no day, or one of before the koppeling; with all the other answers."""

    def __init__(self, typed: str, keuze: Keuze, *, is_too_early: bool) -> None:
        self.typed, self.keuze, self.is_too_early = typed, keuze, is_too_early


def read(
    form: MultiDict[str, str], toetsen: Collection[ToetsId], *, start: date, mag_minuut: bool, was: Keuze
) -> Keuze:
    """Return what was chosen; 400 for what no form of ours sends, VanafWrong for a day that cannot be.

    A toets that the page did not show stays as it is: it came after the page was opened.
    """
    aan, minuut = form.get("versturen", ""), form.get("binnen_minuut", "nee")
    if aan not in ("ja", "nee") or minuut not in ("ja", "nee"):
        abort(400)
    shown, goes = _ids(form, "getoond", toetsen), _ids(form, "mee", toetsen)
    keuze = Keuze(
        aan == "ja",
        minuut == "ja" if mag_minuut else was.binnen_minuut,
        None,
        frozenset((shown - goes) | (was.toetsen_uit - shown)),
    )
    typed = form.get("vanaf", "").strip()
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise VanafWrong(typed, keuze, is_too_early=False) from None
    if day < start:
        raise VanafWrong(typed, keuze, is_too_early=True)
    vanaf = None if day == start else datetime.combine(day, time(), AMSTERDAM)
    return Keuze(keuze.aan, keuze.binnen_minuut, vanaf, keuze.toetsen_uit)


def fields(keuze: Keuze, toetsen: Collection[ToetsId], *, start: date, seen: datetime | None) -> dict[str, str]:
    """This choice as the fields that `read` takes, for a button that puts it back."""
    return {
        "versturen": "ja" if keuze.aan else "nee",
        "binnen_minuut": "ja" if keuze.binnen_minuut else "nee",
        "vanaf": day_of(keuze, start).isoformat(),
        "getoond": " ".join(map(str, toetsen)),
        "mee": " ".join(str(each) for each in toetsen if each not in keuze.toetsen_uit),
        "gezien": seen.isoformat() if seen is not None else "",
    }


def day_of(keuze: Keuze, start: date) -> date:
    """From which day results go: that of the start where none was chosen."""
    return start if keuze.vanaf is None else keuze.vanaf.astimezone(AMSTERDAM).date()


def _ids(form: MultiDict[str, str], name: str, toetsen: Collection[ToetsId]) -> set[ToetsId]:
    said = {word for text in form.getlist(name) for word in text.split()}
    return {each for each in toetsen if str(each) in said}
