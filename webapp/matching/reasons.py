"""The evidence as reasons, per field: the same reasons for every pair with the same levels."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from webapp.matching.achternaam import AchternaamGelijkenis as A
from webapp.matching.datums import DatumGelijkenis as D
from webapp.matching.emails import EmailGelijkenis as M
from webapp.matching.evidence import Evidence, Gelijkenis, Jaarstap
from webapp.matching.reden import Reden
from webapp.matching.voornaamgelijkenis import RoepnaamGelijkenis as R
from webapp.matching.voornaamgelijkenis import VoornamenGelijkenis as V

_ECKID = {Gelijkenis.GELIJK: Reden.ECKID_GELIJK, Gelijkenis.ANDERS: Reden.ECKID_ANDERS}
_LAS_KEY = {Gelijkenis.GELIJK: Reden.SLEUTEL_GELIJK, Gelijkenis.ANDERS: Reden.SLEUTEL_ANDERS}
_ACHTERNAAM = {
    A.GELIJK: Reden.ACHTERNAAM_GELIJK,
    A.DEEL: Reden.ACHTERNAAM_DEEL,
    A.KLANK: Reden.ACHTERNAAM_KLANK,
    A.LETTER: Reden.ACHTERNAAM_LETTER,
    A.BEGIN: Reden.ACHTERNAAM_BEGIN,
    A.LETTERS: Reden.ACHTERNAAM_LETTERS,
    A.ANDERS: Reden.ACHTERNAAM_ANDERS,
    A.ONBEKEND: Reden.ACHTERNAAM_ONBEKEND,
}
_ROEPNAAM = {
    R.GELIJK: Reden.ROEPNAAM_GELIJK,
    R.EERSTE: Reden.ROEPNAAM_EERSTE,
    R.ONDER_VOORNAMEN: Reden.ROEPNAAM_ONDER_VOORNAMEN,
    R.SCHRIJFWIJZE: Reden.ROEPNAAM_SCHRIJFWIJZE,
    R.TIKFOUT: Reden.ROEPNAAM_TIKFOUT,
    R.LETTER: Reden.ROEPNAAM_LETTER,
    R.VERWANT: Reden.ROEPNAAM_VERWANT,
    R.LETTERS: Reden.ROEPNAAM_LETTERS,
    R.VOORLETTER: Reden.ROEPNAAM_VOORLETTER,
    R.ANDERS: Reden.ROEPNAAM_ANDERS,
    R.ONBEKEND: Reden.ROEPNAAM_ONBEKEND,
}
_DATUM = {
    D.GELIJK: Reden.DATUM_GELIJK,
    D.OMGEWISSELD: Reden.DATUM_OMGEWISSELD,
    D.BIJNA: Reden.DATUM_BIJNA,
    D.EEN_JANUARI: Reden.DATUM_EEN_JANUARI,
    D.ANDERS: Reden.DATUM_ANDERS,
    D.ONBEKEND: Reden.DATUM_ONBEKEND,
}
_VOORNAMEN = {
    V.VOORNAMEN: Reden.VOORNAMEN_GELIJK,
    V.VOORLETTERS: Reden.VOORLETTERS_GELIJK,
    V.TEGENSTRIJDIG: Reden.VOORNAMEN_STRIJDIG,
}
_JAARGROEP = {
    Jaarstap.ZELDZAAM: Reden.JAARGROEP_TWEE_HOGER,
    Jaarstap.ONMOGELIJK: Reden.JAARGROEP_PAST_NIET,
}
_EMAIL = {
    M.GELIJK: Reden.EMAIL_GELIJK,
    M.GEDEELD: Reden.EMAIL_GEDEELD,
    M.ANDER_DOMEIN: Reden.EMAIL_ANDER_DOMEIN,
    M.ANDERS: Reden.EMAIL_ANDERS,
}
_NOT_OF_LEERKRACHTEN = {
    *_DATUM.values(), *_JAARGROEP.values(), Reden.DATUM_VERDACHT, Reden.GESLACHT_ANDERS,
}  # fmt: skip


@lru_cache(maxsize=1 << 14)
def describe(e: Evidence) -> tuple[Reden, ...]:
    """Return what agrees and what differs, the field that says most first."""
    return tuple(_redenen(e))


@lru_cache(maxsize=1 << 12)
def describe_leerkracht(e: Evidence, email: M) -> tuple[Reden, ...]:
    """Return what agrees and what differs between two leerkrachten."""
    redenen = [reden for reden in _redenen(e) if reden not in _NOT_OF_LEERKRACHTEN]
    if email in _EMAIL:
        redenen.append(_EMAIL[email])
    return tuple(redenen)


def _redenen(e: Evidence) -> Iterator[Reden]:
    for level, known in ((e.eckid, _ECKID), (e.las_key, _LAS_KEY)):
        if level in known:
            yield known[level]
    if e.verwisseld:
        yield Reden.NAMEN_VERWISSELD
    else:
        but_particles = e.voorvoegsel_anders and e.achternaam is A.GELIJK
        yield Reden.ACHTERNAAM_OP_VOORVOEGSEL if but_particles else _ACHTERNAAM[e.achternaam]
        yield _ROEPNAAM[e.roepnaam]
    yield _DATUM[e.datum]
    if e.is_datum_suspect and e.datum is D.GELIJK:
        yield Reden.DATUM_VERDACHT
    if e.voornamen in _VOORNAMEN:
        yield _VOORNAMEN[e.voornamen]
    if e.geslacht is Gelijkenis.ANDERS:
        yield Reden.GESLACHT_ANDERS
    if e.jaarstap in _JAARGROEP:
        yield _JAARGROEP[e.jaarstap]
