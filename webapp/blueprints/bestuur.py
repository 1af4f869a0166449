"""Login by the account of a board: begun, come back from, tied and untied. Without boards in the settings it is off.

What waits between leaving and coming back stands in the signed cookie of this browser, for minutes, and works once.
"""

from __future__ import annotations

from dataclasses import asdict
from hashlib import sha256
from hmac import compare_digest
from time import time
from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_security.tf_plugin import tf_clean_session
from flask_security.utils import login_user, validate_redirect_url

from webapp import oidc
from webapp.accounts import me, public, school_required, sessions
from webapp.accounts.setup import limiter
from webapp.besturen import Bestuur
from webapp.blueprints.told import told
from webapp.context import settings
from webapp.db import db, unit_of_work
from webapp.errors import NotAllowed
from webapp.forms.toegang import NaamForm
from webapp.links import UITNODIGING_LINK, external_url
from webapp.models import Account
from webapp.models.ids import IdentiteitId
from webapp.muur import alle_scholen, of_school
from webapp.services import remmen
from webapp.services.toegang import identiteit, toetreden
from webapp.services.toegang.errors import BestuurAntwoordtNiet, BestuurGeweigerd, NietSterkIngelogd, Weigering
from webapp.services.toegang.identiteit import Wie
from webapp.woorden import toegang as woorden

bp = Blueprint("bestuur", __name__)
_AWAY, _FOUND = "bestuur_weg", "bestuur_gevonden"
_MINUTES = 10
_OFTEN = limiter.limit("600 per hour")
"""From one address: a school with all its teachers has one."""


@bp.before_request
def is_on() -> None:
    """Off until a board is set: then nothing of this is there."""
    if not settings().besturen:
        abort(404)


@bp.get("/inloggen/bestuur/<bestuur>")
@public
@_OFTEN
def begin(bestuur: str) -> ResponseReturnValue:
    """Send somebody to their board. Public: it is a login."""
    if current_user.is_authenticated:
        return redirect(url_for("overzicht.index"), 303)
    return _leave(bestuur, "inloggen", verder=request.args.get("next", ""))


@bp.get("/account/bestuur/<bestuur>")
@school_required
def begin_tying(bestuur: str) -> ResponseReturnValue:
    """Send somebody who is in to their board, to tie that account to theirs."""
    _must_be_strong()
    return _leave(bestuur, "verbinden", account=me())


@bp.get("/m/uitnodiging/<token>/bestuur/<bestuur>")
@public
@_OFTEN
def begin_invited(token: str, bestuur: str) -> ResponseReturnValue:
    """Send whoever was invited to their board. Public: they have no account yet."""
    UITNODIGING_LINK.loads(token)
    return _leave(bestuur, "uitnodiging", token=token)


@bp.get("/inloggen/bestuur/<bestuur>/terug")
@public
@_OFTEN
def back(bestuur: str) -> ResponseReturnValue:
    """Come back from the board: log in, or ask whether to tie. Public: it is a login."""
    which, away = _bestuur(bestuur), session.pop(_AWAY, {})
    if away.get("bestuur") != bestuur or not _is_recent(away):
        raise BestuurGeweigerd(Weigering.STAAT)
    try:
        wie = _who(which, away)
        if away["doel"] == "inloggen":
            with unit_of_work() as work:
                account = identiteit.account_of(work, wie)
            return _log_in(account, wie, away["verder"])
    except BestuurGeweigerd as error:
        with unit_of_work() as work:
            identiteit.refuse(work, bestuur, error.reden, door=me() if current_user.is_authenticated else None)
        raise
    session[_FOUND] = {"wie": asdict(wie), "bestuur": bestuur, "op": time(), **_for(away)}
    if away["doel"] == "uitnodiging":
        return redirect(url_for(".show_invited", token=away["token"]), 303)
    return redirect(url_for(".ask"), 303)


@bp.get("/account/bestuur")
@school_required
def index() -> ResponseReturnValue:
    """Show what is tied to the own account, and what may be."""
    mine = [(row, _naam_of(row.issuer, row.tenant)) for row in identiteit.of_account(db.session(), me())]
    return render_template("toegang/bestuur.html", mine=mine, is_sterk=sessions.is_strong())


@bp.get("/account/bestuur/verbinden")
@school_required
def ask() -> ResponseReturnValue:
    """Ask whether the account that somebody came back with is theirs, before it opens anything."""
    found = _found(account=me())
    return render_template(
        "toegang/bestuur_verbinden.html", naam=found["wie"]["naam"], bestuur=_bestuur(found["bestuur"])
    )


@bp.post("/account/bestuur/verbinden")
@school_required
def tie() -> ResponseReturnValue:
    """Let it log in to this account from now on."""
    _must_be_strong()
    found = _found(account=me())
    wie, bestuur = Wie(**found["wie"]), _bestuur(found["bestuur"]).naam
    session.pop(_FOUND)
    with alle_scholen(), unit_of_work() as work:
        identiteit.tie(work, me(), wie, bestuur=bestuur)
    return told(woorden.tied(wie.naam or bestuur), url_for(".index"))


@bp.post("/account/bestuur/<int:identiteit_id>/losmaken")
@school_required
def untie(identiteit_id: IdentiteitId) -> ResponseReturnValue:
    """Let it log in no more; every other login of this account ends."""
    row = next((row for row in identiteit.of_account(db.session(), me()) if row.id == identiteit_id), None) or abort(
        404
    )
    bestuur = _naam_of(row.issuer, row.tenant)
    with alle_scholen(), unit_of_work() as work:
        naam = identiteit.untie(work, me(), identiteit_id, bestuur=bestuur, token_hash=sessions.own_token_hash())
    return told(woorden.untied(naam), url_for(".index"))


@bp.get("/m/uitnodiging/<token>/bestuur")
@public
def show_invited(token: str) -> ResponseReturnValue:
    """Ask whoever was invited for their name, now that they came back from their board. Public: as above."""
    return _invited(token, None)


@bp.post("/m/uitnodiging/<token>/bestuur")
@public
@limiter.limit("60 per hour")
def accept_invited(token: str) -> ResponseReturnValue:
    """Make the account that was invited, tie it, and log in. Public: the link came to its address."""
    return _invited(token, NaamForm())


def _invited(token: str, form: NaamForm | None) -> ResponseReturnValue:
    toetreding_id, found = UITNODIGING_LINK.loads(token), _found(token=token)
    bestuur, wie = _bestuur(found["bestuur"]), Wie(**found["wie"])
    with alle_scholen():
        row = toetreden.by_link(db.session(), toetreding_id)
    if toetreden.account_for(db.session(), row) is not None:  # made meanwhile: that one accepts after its own login
        return redirect(url_for("toegang.show", toetreding_id=row.id), 303)
    if form is None or not form.validate_on_submit():
        shown = form or NaamForm(data={"naam": row.naam})
        page = render_template("toegang/bestuur_nieuw.html", row=row, form=shown, bestuur=bestuur, naam=wie.naam)
        return page, 200 if form is None else 422
    session.pop(_FOUND)
    with of_school(row.school_id), unit_of_work() as work:
        toetreden.accept_as_new(work, row.id, naam=form.naam.data, wachtwoord=None)
        account = toetreden.account_for(work, row)
        assert account is not None
        with alle_scholen():
            identiteit.tie(work, account.id, wie, bestuur=bestuur.naam)
    return _log_in(account, wie, "")


def _leave(sleutel: str, doel: str, **kept: Any) -> ResponseReturnValue:
    bestuur = _bestuur(sleutel)
    try:
        begun = oidc.begin(bestuur, _terug(bestuur), is_sandbox=settings().is_sandbox)
    except BestuurGeweigerd as error:  # of the server itself: it goes by another name than the settings say
        raise BestuurAntwoordtNiet from error
    session[_AWAY] = {
        "bestuur": sleutel, "doel": doel, "op": time(), **kept,
        "state": begun["state"], "nonce": begun["nonce"], "verifier": begun["code_verifier"],
    }  # fmt: skip
    return redirect(begun["url"], 303)


def _who(bestuur: Bestuur, away: dict[str, Any]) -> Wie:
    state = request.args.get("state", "")
    if not compare_digest(state.encode(), away["state"].encode()) or not _is_first(state):
        raise BestuurGeweigerd(Weigering.STAAT)
    if request.args.get("iss", bestuur.issuer) != bestuur.issuer:  # RFC 9207
        raise BestuurGeweigerd(Weigering.ISSUER)
    if not request.args.get("code"):
        raise BestuurGeweigerd(Weigering.AFGEBROKEN)
    if away["doel"] == "verbinden":
        _same_person(away["account"])
    return oidc.finish(
        bestuur,
        _terug(bestuur),
        request.args["code"],
        nonce=away["nonce"],
        verifier=away["verifier"],
        is_sandbox=settings().is_sandbox,
    )


def _is_first(state: str) -> bool:
    """Whether nobody came back with this state before: an old cookie that was kept makes it no fresh one."""
    with unit_of_work() as work:
        poging = remmen.take(work, f"bestuur:{sha256(state.encode()).hexdigest()[:48]}")
    return poging.nummer == 1 and poging.wacht is None


def _log_in(account: Account, wie: Wie, verder: str) -> ResponseReturnValue:
    """With what the board says of a second step, or with ours; who has none here makes one now."""
    tf_clean_session()  # type: ignore[no-untyped-call]  # Flask-Security's
    sessions.come_by_board()
    target = verder if validate_redirect_url(verder) else url_for("overzicht.index")
    if wie.is_strong:
        login_user(account, remember=False, authn_via=["bestuur"])
        return redirect(target, 303)
    account.via_bestuur = True
    plugin = current_app.extensions["security"].two_factor_plugins
    answer: ResponseReturnValue = plugin.tf_enter(account, False, "bestuur", next_loc=target)
    return answer


def _found(**whose: Any) -> dict[str, Any]:
    """Who somebody came back as a moment ago, for just this; else raise NotAllowed."""
    found: dict[str, Any] = session.get(_FOUND, {})
    if not found or not _is_recent(found) or any(found.get(name) != value for name, value in whose.items()):
        raise NotAllowed
    return found


def _for(away: dict[str, Any]) -> dict[str, Any]:
    return {name: away[name] for name in ("account", "token") if name in away}


def _same_person(account_id: int) -> None:
    if not current_user.is_authenticated or me() != account_id:
        raise BestuurGeweigerd(Weigering.STAAT)


def _is_recent(kept: dict[str, Any]) -> bool:
    return bool(0 <= time() - kept["op"] < _MINUTES * 60)


def _must_be_strong() -> None:
    if not sessions.is_strong():
        raise NietSterkIngelogd


def _bestuur(sleutel: str) -> Bestuur:
    return next((each for each in settings().besturen if each.sleutel == sleutel), None) or abort(404)


def _naam_of(issuer: str, tenant: str) -> str:
    """How the board of an identity is called; it may be gone from the settings."""
    besturen = settings().besturen
    return next((each.naam for each in besturen if each.issuer == issuer and tenant in each.tenants), "uw bestuur")


def _terug(bestuur: Bestuur) -> str:
    """An address for each board, so that an answer of one cannot be passed off as that of another."""
    return external_url("bestuur.back", bestuur=bestuur.sleutel)
