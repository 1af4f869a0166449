"""Every screen of the test centre's side, in the order of the manual."""

from flask import Blueprint

SCREENS: tuple[Blueprint, ...] = ()
