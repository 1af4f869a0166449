"""Where the link of an invitation leads. Looking accepts nothing; a login, or a new password, does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.accounts import me, public, sessions
from webapp.accounts.setup import limiter
from webapp.blueprints.told import told
from webapp.db import db, unit_of_work
from webapp.errors import NotAllowed
from webapp.forms.toegang import AannemenForm
from webapp.links import UITNODIGING_LINK
from webapp.models import School, Toetreding
from webapp.models.ids import ToetredingId
from webapp.muur import alle_scholen, of_school
from webapp.services.toegang import toetreden
from webapp.woorden import toegang as woorden

bp = Blueprint("toegang", __name__)


@bp.get("/m/uitnodiging/<token>")
@public
def follow(token: str) -> ResponseReturnValue:
    """Lead to the invitation. Public: whoever is invited may have no account yet."""
    with _at_its_school(UITNODIGING_LINK.loads(token)) as row:
        schoolnaam = _schoolnaam(row)
    if _has_account(row):
        return redirect(url_for(".show", toetreding_id=row.id), 303)
    return _new(row, AannemenForm(data={"naam": row.naam}), schoolnaam, token)


@bp.post("/m/uitnodiging/<token>")
@public
@limiter.limit("60 per hour")
def accept_as_new(token: str) -> ResponseReturnValue:
    """Make the account that was invited. Public: the link came to its address, and it has no password yet."""
    with _at_its_school(UITNODIGING_LINK.loads(token)) as row:
        schoolnaam = _schoolnaam(row)
    if _has_account(row):
        return redirect(url_for(".show", toetreding_id=row.id), 303)
    form = AannemenForm()
    form.adres = row.email
    if not form.validate_on_submit():
        return _new(row, form, schoolnaam, token), 422
    email, wachtwoord = row.email, form.hashed
    with of_school(row.school_id), unit_of_work() as session:
        toetreden.accept_as_new(session, row.id, naam=form.naam.data, wachtwoord=wachtwoord)
    return told(woorden.made(email), url_for("security.login"))


@bp.get("/uitnodiging/<int:toetreding_id>")
def show(toetreding_id: ToetredingId) -> ResponseReturnValue:
    """Ask whoever was invited; to anybody else it is not there."""
    with _at_its_school(toetreding_id, current_user.email) as row:
        schoolnaam = _schoolnaam(_mine(row))
    return render_template("toegang/aannemen.html", row=row, schoolnaam=schoolnaam)


@bp.post("/uitnodiging/<int:toetreding_id>")
def accept(toetreding_id: ToetredingId) -> ResponseReturnValue:
    """Become a medewerker, and go on at that school."""
    with _at_its_school(toetreding_id, current_user.email) as row:
        schoolnaam = _schoolnaam(_mine(row))
    with of_school(row.school_id), unit_of_work() as session:
        row = toetreden.accept(session, toetreding_id, door=me())
        sessions.choose(session, row.school_id)
    return told(woorden.joined(schoolnaam), url_for("overzicht.index"))


@contextmanager
def _at_its_school(toetreding_id: int, email: str | None = None) -> Iterator[Toetreding]:
    """Whoever was invited is of no school yet, or works for another: the invitation alone says which it is."""
    with alle_scholen():
        row = toetreden.by_link(db.session(), toetreding_id, email)
    with of_school(row.school_id):
        yield row


def _has_account(row: Toetreding) -> bool:
    return toetreden.account_for(db.session(), row) is not None


def _mine(row: Toetreding) -> Toetreding:
    if current_user.email.lower() != row.email.lower() or current_user.is_klantenservice:
        raise NotAllowed
    return row


def _schoolnaam(row: Toetreding) -> str:
    return db.session.get_one(School, row.school_id).naam


def _new(row: Toetreding, form: AannemenForm, schoolnaam: str, token: str) -> str:
    return render_template("toegang/nieuw.html", row=row, form=form, schoolnaam=schoolnaam, token=token)
