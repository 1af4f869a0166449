"""What is kept: what the nightly erasing takes, and all about one leerling, to hand over or to erase."""

from __future__ import annotations

from hashlib import sha256

from flask import Response, abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from webapp.accounts import me
from webapp.admin.base import Screen, expose
from webapp.db import db, unit_of_work
from webapp.errors import DomainError, NotAllowed
from webapp.forms.klantenservice import LeerlingForm
from webapp.models import School, Wissing
from webapp.models.ids import LeerlingId, SchoolId, WissingId
from webapp.presentation import namen
from webapp.services import klantenservice
from webapp.services.bewaring import inzage, opruimen, wissen
from webapp.verzoek import row_id
from webapp.woorden import bewaring as woorden
from webapp.woorden import zeg

_SHOWN = 500


class BewaringView(Screen):
    """Counts, days and numbers; the names of a leerling are in the file of an inzage only."""

    @expose("/")
    def index_view(self) -> str:
        """Show the schools of which something goes, the soonest first, and ask about one leerling."""
        return self._index(LeerlingForm(namen().las))

    @expose("/inzage/", methods=("POST",))
    def see(self) -> ResponseReturnValue:
        """Give a file with all that is kept about one leerling."""
        klantenservice.must_lead(db.session(), me())
        form = LeerlingForm(namen().las)
        found = self._find(form)
        if found is None:
            return self._index(form), 422
        with unit_of_work() as session:
            file = inzage.as_file(inzage.of_leerling(session, *found, door=me()))
        name = f"inzage-{form.brin.data}-{found[1]}.json"
        return Response(
            file, mimetype="application/json", headers={"Content-Disposition": f"attachment; filename={name}"}
        )

    @expose("/wissen/", methods=("POST",))
    def erase(self) -> ResponseReturnValue:
        """Show what goes, then erase exactly that."""
        klantenservice.must_lead(db.session(), me())
        form = LeerlingForm(namen().las)
        found = self._find(form)
        if found is None:
            return self._index(form), 422
        try:
            return self._erase(form, *found)
        except DomainError as error:
            form.nummer.errors = [zeg(error, namen())]
            return self._index(form), 422

    def _erase(self, form: LeerlingForm, school_id: SchoolId, leerling_id: LeerlingId) -> ResponseReturnValue:
        with unit_of_work() as session:
            wissing = wissen.erase(session, school_id, leerling_id, door=me())
            gaat, in_las = woorden.what_goes(wissing), woorden.in_las(wissing)
            merk = sha256(f"{leerling_id}{gaat}{in_las}".encode()).hexdigest()
            if request.form.get("gezien") != merk:
                session.rollback()
                return self._ask(form, school_id, leerling_id, gaat=gaat, in_las=in_las, merk=merk)
            wissing_id = wissing.id
        flash("De leerling is gewist.", "gelukt")
        return redirect(self.get_url(".proof", wissing_id=wissing_id), 303)

    @expose("/bewijs/<int:wissing_id>/")
    def proof(self, wissing_id: WissingId) -> str:
        """Show that somebody was erased, for the school to keep."""
        wissing: Wissing = wissen.proof(db.session(), wissing_id) or abort(404)
        return self.render(
            "admin/bewaring/bewijs.html",
            bewijs=woorden.proof(wissing),
            gaat=woorden.what_goes(wissing),
            in_las=woorden.in_las(wissing),
            van=db.session.get(School, wissing.school_id),
        )

    def _index(self, form: LeerlingForm) -> str:
        rijen = [woorden.rij(row, school) for row, school in opruimen.overview(db.session(), _SHOWN)]
        return self.render("admin/bewaring/index.html", rijen=rijen, form=form)

    def _ask(self, form: LeerlingForm, school_id: SchoolId, leerling_id: LeerlingId, **shown: object) -> str:
        school = db.session.get_one(School, school_id)
        return self.render("admin/bewaring/wissen.html", form=form, van=school, leerling_id=leerling_id, **shown)

    def _find(self, form: LeerlingForm) -> tuple[SchoolId, LeerlingId] | None:
        """The leerling that was typed; without one the form says what is wrong."""
        if not form.validate_on_submit():
            return None
        brin, vestiging = form.school
        school_id = db.session.scalar(select(School.id).where(School.brin == brin, School.vestiging == vestiging))
        if school_id is None:
            form.brin.errors = [woorden.GEEN_SCHOOL]
            return None
        leerling_id = self._number(form, school_id)
        if leerling_id is None:
            form.nummer.errors = [woorden.GEEN_LEERLING]
            return None
        return school_id, leerling_id

    def _number(self, form: LeerlingForm, school_id: SchoolId) -> LeerlingId | None:
        if form.soort.data == "las":
            return wissen.by_las_key(db.session(), school_id, form.nummer.data)
        id_ = row_id(form.nummer.data)
        try:
            return wissen.find(db.session(), school_id, LeerlingId(id_)).id if id_ is not None else None
        except NotAllowed:
            return None
