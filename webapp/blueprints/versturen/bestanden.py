"""Where each result is, as a file."""

from __future__ import annotations

from datetime import datetime

from flask import Response

from webapp.accounts import beheerder_required, is_beheerder, own_school, saw, school_required, shows_names
from webapp.blueprints.bestand import as_csv
from webapp.blueprints.versturen import bp
from webapp.blueprints.versturen.vraag import asked
from webapp.db import db
from webapp.filters import tijdstip
from webapp.presentation import namen
from webapp.services import zendkeuze
from webapp.services.clock import database_clock
from webapp.services.versturen import elders, waar
from webapp.services.versturen.stand import verzendstand
from webapp.services.versturen.waar import BAKKEN, Bak
from webapp.services.zendkeuze import Keuzes
from webapp.woorden.toetsen import groepsnaam
from webapp.woorden.waar import bak, stand_of


@bp.get("/leveringen.csv")
@school_required
@shows_names
def leveringen_csv() -> Response:
    """Every result of a school year, or those that are shown, with where it is."""
    vraag = asked()
    found, keuzes = waar.rows(db.session(), vraag), zendkeuze.of_school(db.session(), own_school())
    saw("leveringen", len(found), wie="resultaten")
    headings = (
        "Leerling",
        "Groep",
        "Nu in",
        "Toets",
        "Afgenomen",
        "Niveau",
        "Percentiel",
        "Waar",
        "Stand",
        "Wat er gebeurt",
        "Gaat niet eerder dan",
    )
    vanaf = verzendstand(db.session(), vraag.koppeling, database_clock(db.session())).vanaf
    return as_csv(f"resultaten-{vraag.schooljaar}", headings, (_row(rij, keuzes, vanaf) for rij in found))


def _row(rij: waar.Rij, keuzes: Keuzes, vanaf: datetime | None) -> tuple[object, ...]:
    resultaat, leerling = rij.resultaat, rij.resultaat.leerling
    stand = stand_of(resultaat, rij.levering, rij.waar, namen(), keuzes, for_beheerder=is_beheerder())
    now = groepsnaam(leerling.groep) if leerling.groep else ""
    return (
        leerling.naam, groepsnaam(rij.groep) if rij.groep else "", now, resultaat.toets.naam,
        f"{resultaat.afnamedatum:%d-%m-%Y}", resultaat.niveau or "", resultaat.percentiel,
        bak(BAKKEN[rij.waar], namen(), "klaar om te gaan"), stand.label, f"{stand.tekst} {stand.wie}".strip(),
        tijdstip(vanaf) if vanaf is not None and BAKKEN[rij.waar] is Bak.GAAT else "",
    )  # fmt: skip


@bp.get("/te-verwijderen.csv")
@beheerder_required
@shows_names
def to_remove_csv() -> Response:
    """What has to be removed in the LAS by hand, to work through there."""
    found = elders.te_verwijderen(db.session(), own_school())
    saw("leveringen", len(found), wie="resultaten")
    rows = (
        (each.nummer, each.naam, r.toets.naam, f"{r.afnamedatum:%d-%m-%Y}", r.leerling.naam)
        for each in found
        for r in [each.bezorging.resultaat]
    )
    headings = (f"Nummer in {namen().las}", "Staat bij", "Toets", "Afgenomen", "Is het resultaat van")
    return as_csv("te-verwijderen", headings, rows)
