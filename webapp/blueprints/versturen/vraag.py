"""Which results the address of the page asks for."""

from __future__ import annotations

from dataclasses import replace

from flask import request

from webapp.blueprints.own import own_results
from webapp.presentation import today
from webapp.schooljaar import is_schooljaar, schooljaar_of
from webapp.services.versturen import waar
from webapp.services.versturen.waar import Bak, Vraag, Waar
from webapp.verzoek import number
from webapp.woorden.waar import AANDACHT, ALLE


def asked() -> Vraag:
    """Read school year, groep, filter and reason; what is not understood asks for everything."""
    year = request.args.get("schooljaar", "")
    whole = own_results(year if is_schooljaar(year) else schooljaar_of(today()))
    place, _, code = request.args.get("reden", "").partition(":")
    reden = (Waar(place), code or None) if place in list(Waar) else None
    return replace(whole, groep=number(request.args.get("groep")), bakken=bakken(filtered()), reden=reden)


def filtered() -> str:
    """The filter that was chosen; nothing when the page chooses."""
    found = request.args.get("waar", "")
    return found if found in (AANDACHT, ALLE, *Bak) else ""


def bakken(name: str) -> tuple[Bak, ...]:
    """What a filter shows; nothing is all."""
    if name == AANDACHT:
        return waar.AANDACHT
    return (Bak(name),) if name in list(Bak) else ()
