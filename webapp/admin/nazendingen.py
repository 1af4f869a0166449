"""Results of last school year, by klantenservice for a school that asked: counts and codes, no names of leerlingen."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from webapp.accounts import me, saw, shows_names
from webapp.admin.base import Screen, expose
from webapp.context import settings
from webapp.db import db, unit_of_work
from webapp.errors import DomainError
from webapp.forms.cleaning import clean_text
from webapp.forms.klantenservice import LONGEST_BEREIKT
from webapp.forms.nazending import Gekozen
from webapp.models import Koppeling
from webapp.models.ids import KoppelingId, NazendingId, SchoolId
from webapp.models.koppeling import MAG, KoppelingAct
from webapp.presentation import namen_voor
from webapp.services.versturen import aanbod as aanbiedingen
from webapp.services.versturen import nazending, nazendverslag
from webapp.woorden import nazending as woorden
from webapp.woorden import zeg

_WHERE = Koppeling.status.in_(MAG[KoppelingAct.EINDE_VRAGEN])


class NazendingView(Screen):
    """Find a school by its BRIN; choose, look, agree and stop as a beheerder does."""

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Ask for a BRIN; with one, show the koppelingen that it has."""
        brin = clean_text(request.args.get("brin")).upper()[:4]
        query = select(Koppeling).where(Koppeling.brin == brin, _WHERE).order_by(Koppeling.vestiging, Koppeling.id)
        found = db.session.scalars(query).all() if brin else []
        if len(found) == 1:
            return redirect(url_for(".of_school", koppeling_id=found[0].id))
        return self.render("admin/nazending/index.html", brin=brin, gevonden=found)

    @expose("/<int:koppeling_id>/")
    @shows_names
    def of_school(self, koppeling_id: KoppelingId) -> ResponseReturnValue:
        """Show what there is of last year, what was approved before, and let choose."""
        return self._choose(_found(koppeling_id))

    @expose("/<int:koppeling_id>/controleren/")
    @shows_names
    def check(self, koppeling_id: KoppelingId) -> ResponseReturnValue:
        """Show exactly what would go, and ask how klantenservice knows that the school wants it."""
        return self._again(_found(koppeling_id), woorden.GEEN_TOETS, is_first=True)

    @expose("/<int:koppeling_id>/", methods=("POST",))
    @shows_names
    def approve(self, koppeling_id: KoppelingId) -> ResponseReturnValue:
        """Plan what was shown, and nothing else."""
        koppeling, gekozen = _found(koppeling_id), Gekozen.of_request()
        bereikt = clean_text(request.form.get("bereikt"))[:LONGEST_BEREIKT]
        if request.form.get("akkoord") != "ja" or not bereikt:
            return self._again(koppeling, woorden.GEEN_BEREIKT), 422
        try:
            with unit_of_work() as session:
                number = nazending.approve(
                    session,
                    koppeling,
                    toetsen=gekozen.toetsen,
                    groepen=gekozen.groepen,
                    afdruk=request.form.get("afdruk", ""),
                    door=me(),
                    bereikt=bereikt,
                )
        except DomainError as error:
            return self._again(koppeling, zeg(error, namen_voor(koppeling))), 422
        flash(woorden.approved(number, namen_voor(koppeling), settings().nacht_begin_uur), "gelukt")
        return redirect(url_for(".of_school", koppeling_id=koppeling_id), 303)

    @expose("/<int:koppeling_id>/<int:nazending_id>/stoppen/", methods=("POST",))
    def stop(self, koppeling_id: KoppelingId, nazending_id: NazendingId) -> ResponseReturnValue:
        """Keep here what has not gone."""
        school_id = _school_of(_found(koppeling_id))
        with unit_of_work() as session:
            number = nazending.stop(session, school_id, nazending_id, door=me())
        flash(woorden.stopped(number), "gelukt")
        return redirect(url_for(".of_school", koppeling_id=koppeling_id), 303)

    def _choose(self, koppeling: Koppeling, fout: str = "") -> str:
        namen, aanbod = namen_voor(koppeling), _offer(koppeling)
        verslagen = nazendverslag.reports(db.session(), _school_of(koppeling))
        about = f"koppeling {koppeling.id}"
        saw("Vorig schooljaar", len(verslagen), over=about, wie="personen", school_id=koppeling.school_id)
        return self.render(
            "admin/nazending/kiezen.html",
            koppeling=koppeling,
            las=namen.las,
            aanbod=aanbod,
            tellingen=woorden.counts(aanbod, namen),
            in_de_weg=woorden.in_the_way(koppeling, namen),
            onbeproefd=woorden.untried(koppeling, namen),
            verslagen=woorden.told(verslagen, namen, is_ours=True),
            standen=woorden.STANDEN,
            fout=fout,
        )

    def _again(self, koppeling: Koppeling, fout: str, *, is_first: bool = False) -> str:
        """The question with the numbers of now; the choice anew when nothing of it can go."""
        gekozen, namen = Gekozen.of_request(), namen_voor(koppeling)
        part = gekozen.part_of(_offer(koppeling))
        if not part.gaat:
            return self._choose(koppeling, fout)
        return self.render(
            "admin/nazending/controleren.html",
            koppeling=koppeling,
            las=namen.las,
            aanbod=part,
            gevolgen=list(woorden.consequences(part, namen, settings().nacht_begin_uur)),
            gekozen=gekozen,
            bereikt=clean_text(request.form.get("bereikt")),
            fout="" if is_first else fout,
        )


def _found(koppeling_id: KoppelingId) -> Koppeling:
    return db.session.scalar(select(Koppeling).where(Koppeling.id == koppeling_id, _WHERE)) or abort(404)


def _school_of(koppeling: Koppeling) -> SchoolId:
    assert koppeling.school_id is not None, "it was approved"
    return koppeling.school_id


def _offer(koppeling: Koppeling) -> aanbiedingen.Aanbod:
    return aanbiedingen.offer(db.session(), _school_of(koppeling), nazending.last_year(koppeling))
