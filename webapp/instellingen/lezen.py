"""Reading all settings at once, so that one start shows all that is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from webapp.besturen import Bestuur, read_besturen
from webapp.config import Omgeving, Settings, SettingsError, read_omgeving
from webapp.instellingen import samen
from webapp.instellingen.lijst import ALLE, VEREIST, Instelling
from webapp.instellingen.soorten import Onjuist
from webapp.organisatie import Organisatie, read_organisatie

_DEFAULTS = {each.name: VEREIST if each.default is MISSING else each.default for each in fields(Settings)}
_QUOTES = {'""', "''", "“”", "‘’", "``"}
_OF_PRACTICE = {"PORT", "PARNASSYS_PORT", "BESTUUR_PORT"}
"""Read by `make run` and its parts alone."""
_KNOWN = {each.naam for each in ALLE} | _OF_PRACTICE
_OF_EVERYBODY = {"DATABASE", "PASSWORD", "PUBLIC", "REDIS", "SECRET", "VAR"}
_OURS = {naam.partition("_")[0] for naam in _KNOWN if "_" in naam} - _OF_EVERYBODY
"""Words before the first _ that only a setting of ours begins with."""
_OR_KLANTENSERVICE: dict[str, Callable[[str], Any]] = {"ALARM_MAIL": lambda mail: (mail,), "BEVEILIGING_MAIL": str}
"""Who is told where nobody else is named."""
_NEAR, _LIKE = 0.85, 0.7
"""How much of a name has to be right to be taken for one of ours; less, where its first word already is."""


@dataclass
class Gelezen:
    """What stands in the environment, by the names there."""

    omgeving: Omgeving
    waarden: dict[str, Any] = field(default_factory=dict)
    """Of a wrong value its default."""
    gegeven: set[str] = field(default_factory=set)
    """What somebody wrote down, right or wrong."""
    problemen: list[str] = field(default_factory=list)


def read(environ: Mapping[str, str]) -> Settings:
    """Return the settings; raise SettingsError with every problem there is."""
    gelezen = look(environ)
    clientcertificaat = samen.clientcertificaat(gelezen.waarden, gelezen.gegeven, gelezen.problemen)
    besturen = _besturen(gelezen)
    organisatie = _organisatie(gelezen)
    gelezen.problemen += samen.contradictions(gelezen.waarden, gelezen.gegeven)
    if gelezen.problemen:
        raise SettingsError(gelezen.problemen)
    found = {each.veld: gelezen.waarden[each.naam] for each in ALLE if each.veld}
    return Settings(**found, clientcertificaat=clientcertificaat, besturen=besturen, organisatie=organisatie)


def look(environ: Mapping[str, str]) -> Gelezen:
    """Read each setting by itself."""
    gelezen = Gelezen(Omgeving.SANDBOX, problemen=list(_unknown(environ)))
    try:
        gelezen.omgeving = read_omgeving(environ)
    except SettingsError as error:
        gelezen.problemen += error.problems
    for each in ALLE:
        gelezen.waarden[each.naam] = _value(each, environ, gelezen)
    gelezen.waarden["OMGEVING"] = gelezen.omgeving
    for naam, klantenservice in _OR_KLANTENSERVICE.items():
        if naam not in gelezen.gegeven:
            gelezen.waarden[naam] = klantenservice(gelezen.waarden["KLANTENSERVICE_MAIL"])
    return gelezen


def one(naam: str, raw: str, omgeving: Omgeving) -> Any:
    """Read one value; raise Onjuist with the sentence."""
    soort = next(each.soort for each in ALLE if each.naam == naam)
    text = raw.strip()
    if len(text) > 1 and text[0] + text[-1] in _QUOTES:
        raise Onjuist("{naam} staat tussen aanhalingstekens: haal die weg.")
    if soort.is_exact and raw != text:
        raise Onjuist("{naam} heeft spaties of een regeleinde aan het begin of het eind: haal die weg.")
    return soort.lees(text, omgeving is Omgeving.SANDBOX)


def default_of(instelling: Instelling, omgeving: Omgeving) -> Any:
    """What holds where nothing is written."""
    if omgeving is Omgeving.PRODUCTIE and instelling.productie is not None:
        return instelling.productie
    return _DEFAULTS[instelling.veld] if instelling.veld else None


def _value(instelling: Instelling, environ: Mapping[str, str], gelezen: Gelezen) -> Any:
    naam, raw = instelling.naam, environ.get(instelling.naam, "")
    default = default_of(instelling, gelezen.omgeving)
    if not raw.strip():
        if default is VEREIST and naam != "OMGEVING":
            gelezen.problemen.append(f"{naam} ontbreekt.")
        return None if default is VEREIST else default
    gelezen.gegeven.add(naam)
    try:
        return one(naam, raw, gelezen.omgeving)
    except Onjuist as error:
        if naam != "OMGEVING":  # that was said already
            gelezen.problemen.append(str(error).replace("{naam}", naam))
    return None if default is VEREIST else default


def _unknown(environ: Mapping[str, str]) -> Iterator[str]:
    """A name with a slip in it is read by nobody, and its default holds without a word."""
    for naam in sorted({*environ} - _KNOWN):
        is_ours = "_" in naam and naam.partition("_")[0] in _OURS
        near = get_close_matches(naam.strip("\ufeff ").upper(), _KNOWN, 1, _LIKE if is_ours else _NEAR)
        said = naam if naam.isprintable() else ascii(naam)
        if near:
            yield f"{said} kennen wij niet. Bedoelt u {near[0]}?"
        elif is_ours:
            yield f"{said} kennen wij niet: docs/settings.md noemt alle instellingen."


def _besturen(gelezen: Gelezen) -> tuple[Bestuur, ...]:
    bestand: str | None = gelezen.waarden["BESTUREN_BESTAND"]
    schemes = ("http", "https") if gelezen.omgeving is Omgeving.SANDBOX else ("https",)
    return () if bestand is None else read_besturen(Path(bestand), gelezen.problemen, schemes)


def _organisatie(gelezen: Gelezen) -> Organisatie:
    bestand: str | None = gelezen.waarden["PRIVACY_BESTAND"]
    return Organisatie() if bestand is None else read_organisatie(Path(bestand), gelezen.problemen)
