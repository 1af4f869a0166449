"""The evidence in Dutch words, per field, without personal data: the same words for every pair with the same levels."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from webapp.matching.achternaam import AchternaamGelijkenis as A
from webapp.matching.datums import DatumGelijkenis as D
from webapp.matching.emails import EmailGelijkenis as M
from webapp.matching.evidence import Evidence, Gelijkenis, Jaarstap
from webapp.matching.values import Reden, Uitkomst
from webapp.matching.voornaamgelijkenis import RoepnaamGelijkenis as R
from webapp.matching.voornaamgelijkenis import VoornamenGelijkenis as V

_GELIJK, _BIJNA, _VERSCHILT, _ONBEKEND = Uitkomst.GELIJK, Uitkomst.BIJNA, Uitkomst.VERSCHILT, Uitkomst.ONBEKEND

_ACHTERNAAM = {
    A.GELIJK: (_GELIJK, "achternaam gelijk"),
    A.DEEL: (_BIJNA, "achternaam is deel van een dubbele naam"),
    A.KLANK: (_BIJNA, "achternaam klinkt gelijk"),
    A.LETTER: (_BIJNA, "achternaam één letter anders"),
    A.BEGIN: (_BIJNA, "achternaam begint gelijk"),
    A.LETTERS: (_BIJNA, "achternaam twee letters anders"),
    A.ANDERS: (_VERSCHILT, "achternaam verschilt"),
    A.ONBEKEND: (_ONBEKEND, "achternaam ontbreekt"),
}
_ROEPNAAM = {
    R.GELIJK: (_GELIJK, "roepnaam gelijk"),
    R.EERSTE: (_GELIJK, "roepnaam gelijk aan de eerste voornaam"),
    R.ONDER_VOORNAMEN: (_BIJNA, "roepnaam staat onder de voornamen"),
    R.SCHRIJFWIJZE: (_BIJNA, "roepnaam anders geschreven"),
    R.TIKFOUT: (_BIJNA, "roepnaam één letter anders, lijkt een tikfout"),
    R.LETTER: (_BIJNA, "roepnaam één letter anders"),
    R.VERWANT: (_BIJNA, "roepnaam verwant"),
    R.LETTERS: (_BIJNA, "roepnaam lijkt erop"),
    R.VOORLETTER: (_BIJNA, "voorletter past"),
    R.ANDERS: (_VERSCHILT, "roepnaam verschilt"),
    R.ONBEKEND: (_ONBEKEND, "roepnaam ontbreekt"),
}
_DATUM = {
    D.GELIJK: (_GELIJK, "geboortedatum gelijk"),
    D.OMGEWISSELD: (_BIJNA, "dag en maand van de geboortedatum omgewisseld"),
    D.BIJNA: (_BIJNA, "geboortedatum één cijfer anders"),
    D.EEN_JANUARI: (_BIJNA, "geboortedatum is bij één van beide 1 januari"),
    D.ANDERS: (_VERSCHILT, "geboortedatum verschilt"),
    D.ONBEKEND: (_ONBEKEND, "geboortedatum ontbreekt"),
}
_VOORNAMEN = {
    V.VOORNAMEN: (_GELIJK, "alle voornamen gelijk"),
    V.VOORLETTERS: (_GELIJK, "alle voorletters gelijk"),
    V.TEGENSTRIJDIG: (_VERSCHILT, "voornamen of voorletters verschillen"),
}
_PLAIN = {Gelijkenis.GELIJK: (_GELIJK, "gelijk"), Gelijkenis.ANDERS: (_VERSCHILT, "verschilt")}
_JAARGROEP = {
    Jaarstap.ZELDZAAM: (_BIJNA, "jaargroep twee hoger"),
    Jaarstap.ONMOGELIJK: (_VERSCHILT, "jaargroep past niet"),
}


_EMAIL = {
    M.GELIJK: (_GELIJK, "e-mailadres gelijk"),
    M.GEDEELD: (_BIJNA, "e-mailadres gelijk, maar van meer mensen"),
    M.ANDER_DOMEIN: (_BIJNA, "e-mailadres gelijk tot de @"),
    M.ANDERS: (_VERSCHILT, "e-mailadres verschilt"),
}


@lru_cache(maxsize=1 << 14)
def describe(e: Evidence) -> tuple[Reden, ...]:
    """Return what agrees and what differs, the field that says most first."""
    return tuple(_redenen(e))


@lru_cache(maxsize=1 << 12)
def describe_leerkracht(e: Evidence, email: M) -> tuple[Reden, ...]:
    """Return what agrees and what differs between two leerkrachten."""
    redenen = [reden for reden in _redenen(e) if reden.veld not in ("geboortedatum", "geslacht", "jaargroep")]
    if email in _EMAIL:
        redenen.append(Reden("e-mailadres", *_EMAIL[email]))
    return tuple(redenen)


def _redenen(e: Evidence) -> Iterator[Reden]:
    for veld, level in (("ECK iD", e.eckid), ("externe sleutel", e.las_key)):
        if level in _PLAIN:
            uitkomst, word = _PLAIN[level]
            yield Reden(veld, uitkomst, f"{veld} {word}")
    if e.verwisseld:
        yield Reden("achternaam", _BIJNA, "achternaam en roepnaam verwisseld")
    else:
        uitkomst, tekst = _ACHTERNAAM[e.achternaam]
        if e.voorvoegsel_anders and e.achternaam is A.GELIJK:
            tekst = "achternaam gelijk op voorvoegsel na"
        yield Reden("achternaam", uitkomst, tekst)
        yield Reden("roepnaam", *_ROEPNAAM[e.roepnaam])
    yield Reden("geboortedatum", *_DATUM[e.datum])
    if e.is_datum_suspect and e.datum is D.GELIJK:
        yield Reden("geboortedatum", Uitkomst.BEZWAAR, "1 januari staat vaak voor onbekend")
    if e.voornamen in _VOORNAMEN:
        yield Reden("voornamen", *_VOORNAMEN[e.voornamen])
    if e.geslacht is Gelijkenis.ANDERS:
        yield Reden("geslacht", _VERSCHILT, "geslacht verschilt")
    if e.jaarstap in _JAARGROEP:
        yield Reden("jaargroep", *_JAARGROEP[e.jaarstap])
