"""Beheer > Leerkrachten: who logs in, who is invited, whose access was suspended, and their addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.accounts import beheerder_required, me, own_school
from webapp.accounts.setup import limiter
from webapp.blueprints.bestand import as_csv
from webapp.blueprints.told import told
from webapp.db import db, unit_of_work
from webapp.forms.cleaning import clean_text
from webapp.matching.folding import words
from webapp.models.ids import AccountId
from webapp.services.controle import adressen
from webapp.services.controle.adressen import Getypt, Persoon, Vraag
from webapp.services.inname import batch as batches
from webapp.services.toegang import leerkrachten
from webapp.services.toegang.leerkrachten import Inlog
from webapp.verzoek import row_id
from webapp.woorden import adressen as adreswoorden
from webapp.woorden import oefenen
from webapp.woorden import toegang as woorden

bp = Blueprint("leerkrachten", __name__, url_prefix="/beheer/beheerders/leerkrachten")
_FIELDS = ("adres", "was", "over", "klopt")
_FEW = 15
"""Up to so many leerkrachten nobody needs to search."""


@bp.get("/")
@beheerder_required
def index() -> ResponseReturnValue:
    """Show the leerkrachten, and what a beheerder can do for each."""
    rijen = leerkrachten.overview(db.session(), own_school())
    return render_template(
        "beheerders/leerkrachten.html",
        rijen=rijen,
        zonder_adres=adressen.count_missing(db.session(), own_school()),
        uit_te_nodigen=[rij for rij in rijen if rij.inlog is Inlog.ADRES],
        los=leerkrachten.without_record(db.session(), own_school()),
        inlog=woorden.INLOG,
    )


@bp.get("/leerkrachten.csv")
@beheerder_required
def index_csv() -> Response:
    found = leerkrachten.overview(db.session(), own_school())
    rows = ((rij.naam, rij.groepen, rij.email, woorden.INLOG[rij.inlog]) for rij in found)
    return as_csv("leerkrachten-inloggen", ("Naam", "Groepen", "E-mailadres", "Inloggen"), rows)


@bp.post("/uitnodigen")
@beheerder_required
@limiter.limit("30 per hour", key_func=lambda: f"leerkrachten:{current_user.get_id()}")
def invite() -> ResponseReturnValue:
    """Mail the chosen leerkrachten a link."""
    ids = [id_ for text in request.form.getlist("id") if (id_ := row_id(text)) is not None]
    with unit_of_work() as session:
        number = leerkrachten.invite(session, own_school(), ids, door=me())
    return told(woorden.leerkrachten_invited(number), url_for(".index"))


@bp.post("/<int:account_id>/teruggeven")
@beheerder_required
def let_in_again(account_id: AccountId) -> ResponseReturnValue:
    """Give access back that was suspended."""
    with unit_of_work() as session:
        naam = leerkrachten.let_in_again(session, own_school(), account_id, door=me())
    return told(woorden.let_in_again(naam), url_for(".index"))


@dataclass(frozen=True, slots=True)
class Veld:
    """One leerkracht with the field for the address, and what is asked about it."""

    persoon: Persoon
    waarde: str
    over: str = ""
    zin: str = ""
    antwoorden: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, persoon: Persoon, vraag: Vraag | None = None) -> Veld:
        if vraag is None:
            return cls(persoon, persoon.email)
        return cls(persoon, vraag.adres, vraag.adres, adreswoorden.zin(vraag), tuple(adreswoorden.antwoorden(vraag)))


@bp.get("/adressen")
@beheerder_required
def addresses() -> ResponseReturnValue:
    """Show every field, who has no address first."""
    text = clean_text(request.args.get("q"))[:100]
    return _addresses({}, text)


@bp.post("/adressen")
@beheerder_required
def save_addresses() -> ResponseReturnValue:
    """Save what can be saved; whatever is asked about stays in its field."""
    with unit_of_work() as session:
        uitkomst = adressen.save(session, own_school(), _typed(), door=me())
    for tekst, toon in ((adreswoorden.bewaard(uitkomst), "gelukt"), (adreswoorden.weg(uitkomst.weg), "fout")):
        if tekst:
            flash(tekst, toon)
    if uitkomst.vragen:
        return _addresses(uitkomst.vragen), 422
    return redirect(url_for(".addresses"), 303)


def _typed() -> dict[str, Getypt]:
    keys = [name.removeprefix("adres-") for name in request.form if name.startswith("adres-")]
    return {
        key: Getypt(*(clean_text(request.form.get(f"{name}-{key}")) for name in _FIELDS))
        for key in keys
        if key[:1] in ("l", "r") and row_id(key[1:]) is not None
    }


def _addresses(vragen: Mapping[str, Vraag], text: str = "") -> str:
    session, school_id = db.session(), own_school()
    people = adressen.overview(session, school_id)
    asked = words(text)
    shown = [each for each in people if all(word in " ".join(words(each.naam)) for word in asked)]
    velden = [Veld.of(each, vragen.get(each.sleutel)) for each in shown]
    batch = batches.open_of(session, school_id)
    return render_template(
        "beheerders/adressen.html",
        velden=velden,
        zonder=sum(not each.email for each in people),
        totaal=len(people),
        q=text,
        is_veel=len(people) > _FEW,
        kop=adreswoorden.kop(sum(bool(veld.zin) for veld in velden)),
        terug=url_for("controle.show", batch_id=batch.id) if batch is not None else None,
        oefenadres=oefenen.ADRESSEN,
    )
