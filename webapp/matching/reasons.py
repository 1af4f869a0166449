"""The evidence as reasons, per field: the same reasons for every pair with the same levels."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from webapp.matching.achternaam import AchternaamGelijkenis as A
from webapp.matching.datums import DatumGelijkenis as D
from webapp.matching.emails import EmailGelijkenis as M
from webapp.matching.evidence import Evidence, Gelijkenis, Jaarstap, compare
from webapp.matching.matchreden import Matchreden
from webapp.matching.prepare import prepare
from webapp.matching.values import Persoon
from webapp.matching.voornaamgelijkenis import RoepnaamGelijkenis as R

_ECKID = {Gelijkenis.GELIJK: Matchreden.ECKID_GELIJK, Gelijkenis.ANDERS: Matchreden.ECKID_ANDERS}
_LAS_KEY = {Gelijkenis.GELIJK: Matchreden.SLEUTEL_GELIJK, Gelijkenis.ANDERS: Matchreden.SLEUTEL_ANDERS}
_ACHTERNAAM = {
    A.GELIJK: Matchreden.ACHTERNAAM_GELIJK,
    A.DEEL: Matchreden.ACHTERNAAM_DEEL,
    A.KLANK: Matchreden.ACHTERNAAM_KLANK,
    A.LETTER: Matchreden.ACHTERNAAM_LETTER,
    A.BEGIN: Matchreden.ACHTERNAAM_BEGIN,
    A.LETTERS: Matchreden.ACHTERNAAM_LETTERS,
    A.ANDERS: Matchreden.ACHTERNAAM_ANDERS,
    A.ONBEKEND: Matchreden.ACHTERNAAM_ONBEKEND,
}
_ROEPNAAM = {
    R.GELIJK: Matchreden.ROEPNAAM_GELIJK,
    R.EERSTE: Matchreden.ROEPNAAM_EERSTE,
    R.ONDER_VOORNAMEN: Matchreden.ROEPNAAM_ONDER_VOORNAMEN,
    R.SCHRIJFWIJZE: Matchreden.ROEPNAAM_SCHRIJFWIJZE,
    R.TIKFOUT: Matchreden.ROEPNAAM_TIKFOUT,
    R.LETTER: Matchreden.ROEPNAAM_LETTER,
    R.VERWANT: Matchreden.ROEPNAAM_VERWANT,
    R.LETTERS: Matchreden.ROEPNAAM_LETTERS,
    R.VOORLETTER: Matchreden.ROEPNAAM_VOORLETTER,
    R.ANDERS: Matchreden.ROEPNAAM_ANDERS,
    R.ONBEKEND: Matchreden.ROEPNAAM_ONBEKEND,
}
_DATUM = {
    D.GELIJK: Matchreden.DATUM_GELIJK,
    D.OMGEWISSELD: Matchreden.DATUM_OMGEWISSELD,
    D.BIJNA: Matchreden.DATUM_BIJNA,
    D.EEN_JANUARI: Matchreden.DATUM_EEN_JANUARI,
    D.ANDERS: Matchreden.DATUM_ANDERS,
    D.ONBEKEND: Matchreden.DATUM_ONBEKEND,
}
_JAARGROEP = {
    Jaarstap.TERUG: Matchreden.JAARGROEP_LAGER,
    Jaarstap.ZELDZAAM: Matchreden.JAARGROEP_TWEE_HOGER,
    Jaarstap.ONMOGELIJK: Matchreden.JAARGROEP_PAST_NIET,
}
_EMAIL = {
    M.GELIJK: Matchreden.EMAIL_GELIJK,
    M.GEDEELD: Matchreden.EMAIL_GEDEELD,
    M.ANDER_DOMEIN: Matchreden.EMAIL_ANDER_DOMEIN,
    M.ANDERS: Matchreden.EMAIL_ANDERS,
}
_NOT_OF_LEERKRACHTEN = {
    *_DATUM.values(), *_JAARGROEP.values(), Matchreden.DATUM_VERDACHT, Matchreden.GESLACHT_ANDERS,
}  # fmt: skip


def redenen(incoming: Persoon, existing: Persoon) -> tuple[Matchreden, ...]:
    """Return the same of one pair, that need not have come near each other."""
    return describe(compare(prepare(0, incoming), prepare(0, existing)))


@lru_cache(maxsize=1 << 14)
def describe(e: Evidence) -> tuple[Matchreden, ...]:
    """Return what agrees and what differs, the field that says most first."""
    return tuple(_redenen(e))


@lru_cache(maxsize=1 << 12)
def describe_leerkracht(e: Evidence, email: M) -> tuple[Matchreden, ...]:
    """Return what agrees and what differs between two leerkrachten."""
    found = [reden for reden in _redenen(e) if reden not in _NOT_OF_LEERKRACHTEN]
    if email in _EMAIL:
        found.append(_EMAIL[email])
    return tuple(found)


def _redenen(e: Evidence) -> Iterator[Matchreden]:
    for level, known in ((e.eckid, _ECKID), (e.las_key, _LAS_KEY)):
        if level in known:
            yield known[level]
    if e.verwisseld or e.lijkt_verwisseld:
        yield Matchreden.NAMEN_VERWISSELD
    else:
        but_particles = e.voorvoegsel_anders and e.achternaam is A.GELIJK
        yield Matchreden.ACHTERNAAM_OP_VOORVOEGSEL if but_particles else _ACHTERNAAM[e.achternaam]
        yield _ROEPNAAM[e.roepnaam]
    yield _DATUM[e.datum]
    if e.is_datum_suspect and e.datum is D.GELIJK:
        yield Matchreden.DATUM_VERDACHT
    if e.is_strijdig:
        yield Matchreden.VOORNAMEN_STRIJDIG
    if e.geslacht is Gelijkenis.ANDERS:
        yield Matchreden.GESLACHT_ANDERS
    if e.jaarstap in _JAARGROEP:
        yield _JAARGROEP[e.jaarstap]
