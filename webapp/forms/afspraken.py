"""The five questions of the vaste afspraken, as a beheerder answered them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from flask import abort
from werkzeug.datastructures import MultiDict

from webapp.models import Mailritme
from webapp.services.afspraken import Waarde
from webapp.uwlr.fields import JAARGROEPEN

DAGEN = (2, 3, 5, 7, 10)
_YES_NO = {"ja": True, "nee": False}
_SWITCHES = ("nieuwe_leerlingen", "nieuwe_leerkrachten", "alleen_op_het_spel")


class GeenJaargroep(ValueError):
    """Some jaargroepen were said to stay out and none was ticked, or the other way round; with all the answers."""

    def __init__(self, values: dict[str, Waarde]) -> None:
        self.values = values


def read(form: MultiDict[str, str]) -> dict[str, Waarde]:
    """Return what was answered; 400 for what no form of ours sends, GeenJaargroep when the ticks say otherwise."""
    values: dict[str, Waarde] = {name: _one(_YES_NO, form.get(name, "")) for name in _SWITCHES}
    ticked = sorted({code for text in form.getlist("jaargroep") for code in text.split()})
    if not set(ticked) <= JAARGROEPEN:
        abort(400)
    is_some = _one({"alle": False, "niet": True}, form.get("jaargroepen", ""))
    ritme = _one({str(each): each for each in Mailritme}, form.get("mailritme", ""))
    weekdagen, dagen = {str(n): n for n in range(1, 6)}, {str(n): n for n in DAGEN}
    values |= {
        "jaargroepen_niet": ticked,
        "mailritme": ritme,
        "mail_weekdag": _one(weekdagen, form.get("mail_weekdag", "")) if ritme is Mailritme.WEEKDAG else None,
        "mail_na_dagen": _one(dagen, form.get("mail_na_dagen", "")) if ritme is Mailritme.NA_DAGEN else None,
    }
    if is_some != bool(ticked):
        raise GeenJaargroep(values)
    return values


def fields(values: Mapping[str, Waarde], seen: datetime | None) -> dict[str, str]:
    """These answers as the fields that `read` takes, for a button that puts them back."""
    niet = values["jaargroepen_niet"]
    assert isinstance(niet, Collection)
    return {
        **{name: "ja" if values[name] else "nee" for name in _SWITCHES},
        "jaargroepen": "niet" if niet else "alle",
        "jaargroep": " ".join(map(str, niet)),
        "mailritme": str(values["mailritme"]),
        "mail_weekdag": str(values["mail_weekdag"] or ""),
        "mail_na_dagen": str(values["mail_na_dagen"] or ""),
        "gezien": seen.isoformat() if seen is not None else "",
    }


def seen(form: MultiDict[str, str]) -> datetime | None:
    """Which change the page showed as the last one."""
    text = form.get("gezien", "")
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        abort(400)


def _one(options: Mapping[str, Waarde], text: str) -> Waarde:
    if text not in options:
        abort(400)
    return options[text]
