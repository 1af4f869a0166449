"""ParnasSys (Topicus): UWLR 2.2, by BRIN and location; the SchoolKey stays empty."""

from __future__ import annotations

from webapp.uwlr.profiles.base import LasProfile, Schermen

PROFILE = LasProfile(
    name="parnassys",
    naam="ParnasSys",
    schermen=Schermen(
        groep="de tab Groep",
        leerling="de tab Leerling",
        resultaat="bij Leerling, dan Toetsen, dan Niet-methodetoetsen",
    ),
)
