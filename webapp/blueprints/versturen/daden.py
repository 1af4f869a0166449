"""What a person can do about results that do not arrive."""

from __future__ import annotations

from uuid import UUID

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.accounts import beheerder_required, is_oefenend, me, own_school
from webapp.accounts.setup import limiter
from webapp.blueprints.own import existing_koppeling
from webapp.blueprints.told import told
from webapp.blueprints.versturen import bp
from webapp.context import settings
from webapp.db import unit_of_work
from webapp.models import LeveringStatus
from webapp.models.ids import ResultaatId
from webapp.models.koppeling import KoppelingAct
from webapp.presentation import namen, today
from webapp.schooljaar import is_schooljaar, schooljaar_of
from webapp.services.koppeling import levensloop
from webapp.services.versturen import elders, nakijken
from webapp.services.versturen import leveringen as service
from webapp.woorden import redenen
from webapp.woorden import versturen as woorden
from webapp.woorden.waar import AANDACHT


@bp.post("/nu-versturen")
@beheerder_required
def send_now() -> ResponseReturnValue:
    """Send at once instead of tonight. A school may do so in the sandbox or practising; else klantenservice does it."""
    if not (settings().is_sandbox or is_oefenend()):
        abort(404)
    with unit_of_work() as session:
        gepland = service.send_now(session, existing_koppeling(), door=me())
    return told(woorden.sent(gepland, namen()), url_for(".leveringen"))


@bp.post("/<int:resultaat_id>/opnieuw")
@beheerder_required
@limiter.limit("120 per hour", key_func=lambda: f"opnieuw:{current_user.get_id()}")
def send_again(resultaat_id: ResultaatId) -> ResponseReturnValue:
    """Put a refused result back in line."""
    with unit_of_work() as session:
        if service.find(session, own_school(), resultaat_id).status is LeveringStatus.GEWEIGERD:
            service.send_again(session, own_school(), resultaat_id, door=me())
    return told(woorden.sent_again(namen()), url_for(".leveringen", waar=AANDACHT))


@bp.post("/opnieuw")
@beheerder_required
@limiter.limit("120 per hour", key_func=lambda: f"opnieuw:{current_user.get_id()}")
def send_all_again() -> ResponseReturnValue:
    """Put all that was refused for one reason back in line; where the number is wrong, fetch the numbers first."""
    code, asked = request.form.get("code", ""), request.form.get("schooljaar", "")
    year = asked if is_schooljaar(asked) else schooljaar_of(today())
    with unit_of_work() as session:
        number = service.refused_again(session, own_school(), code, year, door=me())
        koppeling = existing_koppeling()
        fetches = number > 0 and redenen.fetches_first(code) and koppeling.mag(KoppelingAct.OPHALEN)
        if fetches and not koppeling.is_gestopt:
            levensloop.ask_fetch(session, koppeling.id, door=me())
    return told(
        redenen.sent_again(number, namen(), fetches=fetches),
        url_for(".leveringen", waar=AANDACHT, schooljaar=asked or None),
    )


@bp.post("/<int:resultaat_id>/klopt")
@beheerder_required
def score_is_right(resultaat_id: ResultaatId) -> ResponseReturnValue:
    """Send our own score after all: the school compared it with the LAS after a restore."""
    with unit_of_work() as session:
        nakijken.score_is_right(session, own_school(), resultaat_id, door=me())
    return told(woorden.checked(namen()), url_for(".leveringen"))


@bp.post("/elders/<uuid:sleutel>/verwijderd")
@beheerder_required
def removed(sleutel: UUID) -> ResponseReturnValue:
    """Tick off a result that was removed in the LAS at the leerling whose it is not."""
    with unit_of_work() as session:
        elders.removed(session, own_school(), sleutel, door=me())
    return told(woorden.removed(namen()), url_for(".leveringen"))
