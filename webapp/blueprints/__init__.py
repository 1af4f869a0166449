"""Every screen of the test centre's side, in the order of the manual."""

from flask import Blueprint

from webapp.blueprints import (
    aanvraag,
    adres,
    analyse,
    api,
    beheerders,
    bestuur,
    controle,
    doorgegeven,
    hulp,
    koppeling,
    leerkrachten,
    logboek,
    nazenden,
    overzicht,
    scholen,
    status,
    toegang,
    toetsen,
    verder,
    versturen,
)

SCREENS: tuple[Blueprint, ...] = (
    overzicht.bp,
    aanvraag.bp,
    koppeling.bp,
    controle.bp,
    doorgegeven.bp,
    hulp.bp,
    toetsen.bp,
    analyse.bp,
    api.bp,
    versturen.bp,
    nazenden.bp,
    scholen.bp,
    verder.bp,
    beheerders.bp,
    leerkrachten.bp,
    logboek.bp,
    toegang.bp,
    adres.bp,
    bestuur.bp,
    status.bp,
)
