"""The first screen: what waits for klantenservice, to filter, to choose from, and each case on a page of its own."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import AdminIndexView
from sqlalchemy.orm import Session

from webapp.accounts import me, saw, shows_names
from webapp.admin import bundeldaden, zaakdaden
from webapp.admin.base import expose, queue_url
from webapp.admin.wachtrijfilter import VOLGORDES, Filter
from webapp.admin.zaakrijen import Rij, beside, initials, rows_of
from webapp.admin.zoeken import Zoekpagina, named, parts_of
from webapp.config import AMSTERDAM
from webapp.db import db, unit_of_work
from webapp.errors import DomainError
from webapp.forms.cleaning import clean_text
from webapp.models.ids import AccountId
from webapp.models.zaak import LONGEST_NOTITIE, LONGEST_SLEUTEL
from webapp.presentation import namen, namen_voor, today
from webapp.services import nachten
from webapp.services.overzicht import vinden, zaken
from webapp.services.overzicht.vinden import Treffers
from webapp.services.overzicht.wachtend import Wachtend, Zaaksoort
from webapp.verzoek import number, row_id
from webapp.woorden import nachtrapport, zeg
from webapp.woorden import wachtrij as woorden
from webapp.woorden import zaken as zaakwoorden

PER_PAGINA = 25


class Wachtrij(Zoekpagina, AdminIndexView):  # type: ignore[misc]  # Flask-Admin ships no types
    """One cause of many schools first, then what waits longest; each row with its act."""

    @expose("/")
    @shows_names
    def index(self) -> str:
        """Show the queue, as the address says."""
        asked, now = Filter.of(request.args), datetime.now(UTC)
        rows, kept = zaakdaden.waiting(), zaken.of_all(db.session(), for_=me())
        found = asked.choose(rows, kept, now, me())
        shown, page, pages = found.page_of(asked.pagina, PER_PAGINA)
        rijen = rows_of(shown, kept, now, asked)
        outside = vinden.look_up(db.session(), asked.q) if not rijen else Treffers()
        names = sum(_names_somebody(row) for row in shown) + _noted(rijen) + named(outside)
        saw("Wacht op ons", names, wie="personen")
        return self.render(
            "admin/index.html",
            rijen=rijen,
            nacht=_last_night(),
            gevraagd=asked,
            gevonden=found,
            soorten=[(soort, zaakwoorden.SOORTEN[soort], found.tellingen[soort]) for soort in Zaaksoort],
            pagina=page,
            paginas=pages,
            eerste=(page - 1) * PER_PAGINA + 1,
            daden=_offered(rijen),
            teksten=zaakdaden.DADEN,
            volgordes=[(name, text) for name, (text, *_) in VOLGORDES.items()],
            initialen=initials,
            morgen=_tomorrow(),
            buiten=parts_of(outside),
            url=asked.url,
        )

    @expose("/zaak/")
    @shows_names
    def case(self) -> ResponseReturnValue:
        """Show one case: all of its next step, what colleagues keep at it, and its schools where it has several."""
        asked, now, rows = Filter.of(request.args), datetime.now(UTC), zaakdaden.waiting()
        sleutel, kept = request.args.get("sleutel", ""), zaken.of_all(db.session(), for_=me())
        row = next((each for each in rows if each.sleutel == sleutel), None)
        if row is None:
            flash(zeg(zaakdaden.CaseGone(), namen()), "info")
            return redirect(queue_url(asked.args()), 303)
        (rij,) = rows_of([row], kept, now, asked)
        order = [each.sleutel for each in asked.choose(rows, kept, now, me()).rijen]
        before, after = beside(order, sleutel)
        saw("Wacht op ons", 1 + len(rij.kijkers), over=f"zaak {sleutel}"[:64], wie="personen")
        return self.render(
            "admin/zaak.html",
            rij=rij,
            row=row,
            stand=woorden.stand(row),
            daarna=woorden.daarna(row, namen_voor(row.koppeling)),
            aan_zet=woorden.aan_zet(row),
            gevraagd=asked,
            bijgehouden=kept.get(sleutel, zaken.Bijgehouden()),
            vorige=before,
            volgende=after,
            daden=zaakdaden.DADEN,
            is_van_mij=rij.van_id == me(),
            morgen=_tomorrow(),
            langste=LONGEST_NOTITIE,
            bij_alle=bundeldaden.touches(row) if rij.voor_alle else "",
            typ_aantal=bundeldaden.asks_number(row),
        )

    @expose("/zaken/", methods=("POST",))
    def act(self) -> ResponseReturnValue:
        """Do one act to the case of this button, or to all that were chosen; then show what stands there next."""
        asked, rows, now = Filter.of(request.args), zaakdaden.waiting(), datetime.now(UTC)
        name, _, sleutel = request.form.get("een", "").partition(" ")
        sleutels = [sleutel] if sleutel else request.form.getlist("zaak")
        name = name or request.form.get("daad", "")
        if not sleutels or (name not in zaakdaden.DADEN and name != zaakdaden.LATER):
            flash("Kies eerst een of meer zaken en wat u wilt doen. Er is niets veranderd.", "info")
            return redirect(queue_url(asked.args()), 303)
        order = [each.sleutel for each in asked.choose(rows, zaken.of_all(db.session(), for_=me()), now, me()).rijen]
        place = min((order.index(each) for each in sleutels if each in order), default=0)
        if name == zaakdaden.LATER:
            zaakdaden.put_off(sleutels, rows, _day(request.form.get("tot")))
        else:
            zaakdaden.for_each(name, sleutels, rows, number(request.form.get("scholen")))
        if request.form.get("blijf") and name in zaakdaden.BIJHOUDEN:
            return redirect(url_for(".case", sleutel=sleutels[0], **asked.args()), 303)
        return redirect(queue_url({**asked.args(), "plek": place % PER_PAGINA + 1}), 303)

    @expose("/zaak/notitie/", methods=("POST",))
    def note(self) -> ResponseReturnValue:
        """Keep a note at a case, or take it over from the colleague who was shown."""
        asked, sleutel = Filter.of(request.args), request.form.get("zaak", "")
        if all(row.sleutel != sleutel for row in zaakdaden.waiting()):
            flash(zeg(zaakdaden.CaseGone(), namen()), "info")
            return redirect(queue_url(asked.args()), 303)
        try:
            with unit_of_work() as session:
                said = _keep(session, sleutel)
        except DomainError as error:
            flash(zeg(error, namen()), "fout")
        else:
            flash(said, "gelukt")
        return redirect(url_for(".case", sleutel=sleutel, **asked.args()), 303)

    @expose("/zaak/kijkt/", methods=("POST",))
    def looks(self) -> ResponseReturnValue:
        """A script says that the case is open here, so that colleagues see it."""
        sleutel = request.form.get("zaak", "")
        if not 0 < len(sleutel) <= LONGEST_SLEUTEL or ":" not in sleutel:
            abort(400)
        with unit_of_work() as session:
            zaken.look(session, sleutel, door=me())
        return "", 204


def _keep(session: Session, sleutel: str) -> str:
    if (van := row_id(request.form.get("overnemen"))) is not None:
        zaken.take(session, sleutel, door=me(), over_van=AccountId(van))
        return "De zaak staat op uw naam."
    zaken.note(session, sleutel, clean_text(request.form.get("notitie"))[:LONGEST_NOTITIE], door=me())
    return "De notitie is bewaard."


def _names_somebody(row: Wachtend) -> bool:
    """Whether it is about an address: it stands where the school stands in the others."""
    return any(about is not None for about in (row.adres, row.mail, row.aanvraagmail))


def _noted(rijen: list[Rij]) -> int:
    """How many colleagues stand at the rows."""
    return len({naam for rij in rijen for naam in (rij.van, *rij.kijkers) if naam})


def _offered(rijen: list[Rij]) -> list[tuple[str, zaakdaden.Zaakdaad]]:
    """What some row of this page can have done; a script leaves what all chosen ones can."""
    possible = {name for rij in rijen for name in rij.daden}
    return [(name, daad) for name, daad in zaakdaden.DADEN.items() if name in possible]


def _day(text: str | None) -> datetime | None:
    """The morning of a day that was filled in."""
    try:
        return datetime.combine(datetime.fromisoformat(text or "").date(), time(7), AMSTERDAM)
    except (ValueError, OverflowError):
        return None


def _last_night() -> str:
    """How the last night went, in a line; nothing before the first."""
    return next(map(nachtrapport.headline, nachten.latest(db.session(), 1)), "")


def _tomorrow() -> str:
    return (today() + timedelta(days=1)).isoformat()
