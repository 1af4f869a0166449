"""Accounts of klantenservice: who is there, who leads; and a second step that was lost, also of a school."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin.contrib.sqla import ModelView
from flask_login import current_user
from sqlalchemy.orm import Session

from webapp.accounts import me
from webapp.admin.base import ReadOnlyView, action, expose, for_each
from webapp.db import db, unit_of_work
from webapp.filters import moment
from webapp.forms.klantenservice import AccountForm
from webapp.models import Account
from webapp.models.ids import AccountId
from webapp.services import klantenservice
from webapp.woorden import klantenservice as woorden


def _second_step(view: ModelView, context: object, account: Account, name: str) -> str:
    if account.wissen_op is not None:
        asker = db.session.get(Account, account.wissen_door) if account.wissen_door else None
        return f"wissen gevraagd door {asker.naam if asker else 'een collega'}, {moment(account.wissen_op)}"
    return "ingesteld" if account.tf_totp_secret else "nog niet ingesteld"


def may_be_opened(account: Account) -> bool:
    """Whether it has a page here: of klantenservice, or of a school with a second step, which may be lost."""
    return account.is_klantenservice or account.tf_totp_secret is not None


class AccountView(ReadOnlyView):
    """Accounts of schools stand with their school; from there one that has a second step is opened here."""

    column_list = ("naam", "email", "is_leiding", "active", "tf_totp_secret")
    column_details_list = (*column_list, "aangemaakt_op")
    persons_in_list = persons_in_details = True
    column_sortable_list = ("naam", "email")
    column_searchable_list = ("naam", "email")
    column_default_sort = "naam"
    column_labels = {  # noqa: RUF012  (Flask-Admin reads this name)
        "naam": "Naam",
        "email": "E-mailadres",
        "is_leiding": "Geeft leiding",
        "active": "Kan inloggen",
        "tf_totp_secret": "Tweede stap",
        "aangemaakt_op": "Sinds",
    }
    column_formatters = column_formatters_detail = {"tf_totp_secret": _second_step}  # noqa: RUF012  (Flask-Admin reads this name)
    list_template = "admin/account/lijst.html"

    def get_query(self) -> Any:
        return super().get_query().filter(Account.is_klantenservice)

    def get_count_query(self) -> Any:
        return super().get_count_query().filter(Account.is_klantenservice)

    def get_one(self, id: str) -> Any:
        """Return the account; one of a school only when it has a second step, which may be lost."""
        account = super().get_one(id)
        return account if account is not None and may_be_opened(account) else abort(404)

    def acts_for(self, account: Account) -> tuple[str, ...]:
        """Nothing to one's own account; any colleague may ask for the second step, and who leads does the rest."""
        if account.id == me() or not account.active:
            return ()
        may_clear = account.tf_totp_secret is not None and account.wissen_door != me()
        if not account.is_klantenservice:
            return ("tweede_stap_wissen",) if may_clear else ()
        leads = ("leiding_nemen" if account.is_leiding else "leiding_geven", "uitzetten")
        return (*(("tweede_stap_wissen",) if may_clear else ()), *(leads if current_user.is_leiding else ()))

    def title_of(self, account: Account) -> str:
        return account.naam

    def shows(self, row: Account, column: str) -> bool:  # type: ignore[override]  # of this table
        """Also what is not so: a no is worth reading here."""
        return True

    @action(
        "tweede_stap_wissen",
        "Tweede stap wissen",
        "Is deze persoon de telefoon kwijt, en ook de herstelcodes? Een tweede collega bevestigt het.",
    )
    def clear(self, ids: list[str]) -> None:
        """The first clerk asks, another confirms."""
        for_each(ids, AccountId, _clear)

    @action("uitzetten", "Uitzetten", "Deze collega kan dan niet meer inloggen.")
    def put_off(self, ids: list[str]) -> None:
        """End every login, for good."""
        for_each(ids, AccountId, _act(_put_off))

    @action("leiding_geven", "Leiding geven", "Deze collega mag dan ook stilzetten, accounts maken en uitzetten.")
    def give(self, ids: list[str]) -> None:
        """Let a colleague lead."""
        for_each(ids, AccountId, _act(_lead(True)))

    @action("leiding_nemen", "Leiding terugnemen")
    def take(self, ids: list[str]) -> None:
        """Let a colleague lead no more."""
        for_each(ids, AccountId, _act(_lead(False)))

    @expose("/maken/", methods=("GET", "POST"))
    def make(self) -> ResponseReturnValue:
        """Ask for name and address of a new colleague; the mail leads to a password of their own."""
        klantenservice.must_lead(db.session(), me())
        form = AccountForm()
        if form.validate_on_submit():
            with unit_of_work() as session:
                account = klantenservice.make(session, form.email.data, form.naam.data, is_leiding=False, door=me())
                if account.password is None:
                    klantenservice.invite(session, account)
                message = woorden.made(account)
            flash(message, "gelukt")
            return redirect(url_for(".index_view"), 303)
        return self.form_page("admin/account/maken.html", form=form)


def _act(act: Callable[[Session, Account], str]) -> Callable[[Session, AccountId], str]:
    return lambda session, account_id: act(session, klantenservice.locked(session, account_id))


def _clear(session: Session, account_id: AccountId) -> str:
    account = klantenservice.locked(session, account_id, also_of_school=True)
    return woorden.cleared(account, is_done=klantenservice.clear_by_two(session, account, door=me()))


def _put_off(session: Session, account: Account) -> str:
    klantenservice.must_lead(session, me())
    return woorden.put_off(account, is_new=klantenservice.put_off(session, account, door=me()))


def _lead(is_leiding: bool) -> Callable[[Session, Account], str]:
    def act(session: Session, account: Account) -> str:
        klantenservice.must_lead(session, me())
        klantenservice.set_leiding(session, account, door=me(), is_leiding=is_leiding)
        return woorden.leads(account)

    return act
