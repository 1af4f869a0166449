"""Every screen of the test centre's side, in the order of the manual."""

from flask import Blueprint

from webapp.blueprints import aanvraag, controle, koppeling, overzicht, scholen, status, toetsen, verder, versturen

SCREENS: tuple[Blueprint, ...] = (
    overzicht.bp,
    aanvraag.bp,
    koppeling.bp,
    controle.bp,
    toetsen.bp,
    versturen.bp,
    scholen.bp,
    verder.bp,
    status.bp,
)
