"""Every screen of the test centre's side, in the order of the manual."""

from flask import Blueprint

from webapp.blueprints import status

SCREENS: tuple[Blueprint, ...] = (status.bp,)
