"""What whoever practises may not do: what is of a real person, or of another school."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from webapp.services.oefenen.verzonnen import ADRESSEN
from webapp.woorden import oefenen as woorden

_OPEN = frozenset({
    "analyse", "controle", "doorgegeven", "hulp", "koppeling", "leerkrachten", "oefenen", "overzicht", "privacy",
    "static", "status", "toetsen", "versturen",
})  # fmt: skip
"""The parts of the site that are practised with; a new one is closed until it stands here."""
_CLOSED = frozenset({
    "koppeling.submit", "koppeling.new_sleutel", "koppeling.replace_sleutel", "koppeling.ask_end", "koppeling.go_on",
    "leerkrachten.invite", "leerkrachten.let_in_again",
    "controle.follow", "controle.from_mail", "controle.follow_for_other", "controle.new_mail",
    "controle.send_new_mail", "controle.to_whom", "controle.hand_over", "controle.hand_over_hold",
})  # fmt: skip
"""In them: a real key, somebody else, a mail."""
_LEAVES = "security.logout"


def refusal() -> ResponseReturnValue | None:
    """The page that says why this is not practised; None when it is."""
    endpoint = request.endpoint
    if endpoint is None or endpoint == _LEAVES or endpoint.endswith(".static"):
        return None
    if endpoint.partition(".")[0] not in _OPEN or endpoint in _CLOSED:
        return render_template("oefenen/niet.html", titel=woorden.NIET_TITEL, tekst=woorden.NIET), 403
    if any("@" in value and value not in ADRESSEN for _, value in request.form.items(multi=True)):
        return render_template("oefenen/niet.html", titel=woorden.ADRES_TITEL, tekst=woorden.ADRES), 422
    return None
