"""Every screen of the test centre's side, in the order of the manual."""

from flask import Blueprint

from webapp.blueprints import aanvraag, controle, home, koppeling, resultaten, status

SCREENS: tuple[Blueprint, ...] = (home.bp, aanvraag.bp, koppeling.bp, controle.bp, resultaten.bp, status.bp)
