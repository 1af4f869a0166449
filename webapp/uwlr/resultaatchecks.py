"""What must hold before results may go out, as far as no schema says it; each problem names a result or a test."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from webapp.uwlr.problems import Probleem
from webapp.uwlr.values import (
    Leerresultatenbericht,
    Normering,
    OsoResultaat,
    Resultaat,
    Score,
    Toets,
    Vocabulaireterm,
)
from webapp.uwlr.verzoeken import BRIN, LOCATIE, is_schooljaar

_FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
REFERENTIECODES = frozenset([
    "AE", "CAE", "IV", "CIV", "FN", "ON", "DLE", "Percentiel", "Percentage", "T-score", "Stanine", "DQ", "IQ", "ERK",
    "C-score", "Norm", "RNTRM", "ZML", "LGH", "AVI", "NAZ", "LM", "Standaardscore", "LA"
])  # fmt: skip
"""OSO list 11."""
VERGELIJKINGSGROEPEN = frozenset(("BB+", "BB", "KB", "GT", "HAVO", "VWO", "Landelijk"))
"""OSO list 22."""


def check_bericht(bericht: Leerresultatenbericht) -> list[Probleem]:
    """Find everything that makes this message invalid or untrue; an empty list means it may be sent."""
    problemen = [*_envelope(bericht), *_toetsen(bericht.toetsen)]
    toetsen = {toets.toetscode: toets for toets in bericht.toetsen}
    with_key = bericht.xsdversie.startswith("2.3")
    double = {key for key, count in Counter(r.key for r in bericht.resultaten).items() if count > 1}
    for resultaat in bericht.resultaten:
        for soort, tekst in _resultaat(resultaat, toetsen.get(resultaat.toetscode), eckid_is_enough=with_key):
            problemen.append(Probleem(soort, tekst, resultaat.key, resultaat.toetscode))
        if resultaat.key in double:
            problemen.append(Probleem("resultaat_dubbel", "De sleutel staat twee keer in het bericht.", resultaat.key))
    return problemen


def _envelope(bericht: Leerresultatenbericht) -> Iterator[Probleem]:
    if not is_schooljaar(bericht.schooljaar):
        yield Probleem("schooljaar", "Het schooljaar bestaat niet uit twee jaren die op elkaar volgen.")
    if BRIN.fullmatch(bericht.brincode) is None:
        yield Probleem("brincode", "Het BRIN is niet twee cijfers en twee hoofdletters.")
    if LOCATIE.fullmatch(bericht.dependancecode) is None:
        yield Probleem("dependancecode", "De locatie is niet twee cijfers.")
    if not _is_aware(bericht.aanmaakdatum):
        yield Probleem("aanmaakdatum", "De aanmaakdatum heeft geen tijdzone.")
    if not _fits(bericht.auteur, 128) or not _fits(bericht.xsdversie, 32):
        yield Probleem("afzender", "Auteur of versie ontbreekt, is te lang of bevat verboden tekens.")
    if not bericht.resultaten:
        yield Probleem("leeg", "Het bericht bevat geen resultaten.")


def _is_aware(moment: datetime) -> bool:
    return moment.tzinfo is not None and moment.utcoffset() is not None


def _fits(text: str | None, limit: int) -> bool:
    if text is None or not 0 < len(text) <= limit:
        return False
    return text.isprintable() or _FORBIDDEN.search(text) is None  # the first is quick and nearly always enough


def _resultaat(resultaat: Resultaat, toets: Toets | None, *, eckid_is_enough: bool) -> Iterator[tuple[str, str]]:
    if not _fits(resultaat.key, 256):
        yield "sleutel", "De sleutel van het resultaat ontbreekt of is te lang."
    known = _fits(resultaat.leerlingid, 256) if resultaat.leerlingid is not None else eckid_is_enough
    if not known or (resultaat.leerlingid is None and resultaat.eckid is None):
        yield "leerling_zonder_sleutel", "De leerling heeft geen sleutel van het LAS, en zonder die kan UWLR 2.2 niets."
    if not all(
        _fits(t, 256) for t in (resultaat.eckid, resultaat.resultaatverwerkerid, resultaat.versie) if t is not None
    ):
        yield "verwijzing", "ECK iD, leerkracht of versie is leeg, te lang of bevat verboden tekens."
    if toets is None:
        yield "toets_onbekend", "De toets van dit resultaat staat niet in het bericht."
        return
    if resultaat.versie is not None and resultaat.versie != toets.versie:
        yield "versie", "Het resultaat hoort bij een andere versie dan de toets in het bericht."
    if resultaat.toetsonderdeelcode is not None and resultaat.toetsonderdeelcode not in {
        o.code for o in toets.onderdelen
    }:
        yield "onderdeel_onbekend", "De toets heeft dit onderdeel niet."
    yield from _uitkomst(resultaat.uitkomst)


def _uitkomst(uitkomst: OsoResultaat | Score) -> Iterator[tuple[str, str]]:
    if isinstance(uitkomst, Score):
        if not _is_count(uitkomst.waarde):
            yield "score", "Een score is een geheel getal van 0 of meer."
        return
    if uitkomst == OsoResultaat():
        yield "oso_leeg", "Het resultaat is leeg."
    for count in (uitkomst.aantalopgaven, uitkomst.aantalgoed):
        if count is not None and not _is_count(count):
            yield "oso_aantal", "Een aantal opgaven is een geheel getal van 0 of meer."
    if uitkomst.aantalopgaven is not None and (uitkomst.aantalgoed or 0) > uitkomst.aantalopgaven:
        yield "oso_aantal", "Er zijn meer opgaven goed dan er opgaven zijn."
    if uitkomst.vaardigheidsscore is not None and not uitkomst.vaardigheidsscore.is_finite():
        yield "oso_vaardigheidsscore", "De vaardigheidsscore is geen getal."
    for referentie in uitkomst.referentiescores:
        if referentie.code not in REFERENTIECODES or referentie.vergelijkingsgroep not in VERGELIJKINGSGROEPEN:
            yield "oso_code", "De soort referentiescore of de vergelijkingsgroep bestaat niet in OSO."
        if not _fits(referentie.waarde, 256) or (
            referentie.kwalificatie is not None and not _fits(referentie.kwalificatie, 256)
        ):
            yield "oso_waarde", "Een referentiescore heeft geen waarde."


def _is_count(number: object) -> bool:
    """A whole number that fits xs:int; True is not one."""
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**31


def _toetsen(toetsen: tuple[Toets, ...]) -> Iterator[Probleem]:
    if not toetsen:
        yield Probleem("leeg", "Het bericht bevat geen toetsen.")
    for code, count in Counter(toets.toetscode for toets in toetsen).items():
        if count > 1:
            yield Probleem("toets_dubbel", "Twee versies van een toets kunnen niet in een bericht.", toetscode=code)
    for toets in toetsen:
        for soort, tekst in _toets(toets):
            yield Probleem(soort, tekst, toetscode=toets.toetscode)


def _toets(toets: Toets) -> Iterator[tuple[str, str]]:
    if not _fits(toets.toetscode, 256) or (toets.toetsnaam is not None and not _fits(toets.toetsnaam, 128)):
        yield "toets", "Code of naam van de toets ontbreekt, is te lang of bevat verboden tekens."
    if not all(_term(term) for term in (toets.versie, toets.leerjaar, toets.vakgebied, *toets.hierarchie)):
        yield "toets", "Versie, leerjaar, vakgebied of plaats van de toets is leeg, te lang of bevat verboden tekens."
    for name in ("volgnummer", "code"):
        values = [getattr(onderdeel, name) for onderdeel in toets.onderdelen]
        if len(set(values)) < len(values):
            yield "onderdeel_dubbel", f"Twee onderdelen van de toets hebben hetzelfde {name}."
    for onderdeel in toets.onderdelen:
        if onderdeel.volgnummer < 1 or not _fits(onderdeel.code, 256):
            yield "onderdeel", "Een onderdeel heeft geen volgnummer vanaf 1 of geen code."
        if onderdeel.naam is not None and not _fits(onderdeel.naam, 128):
            yield "onderdeel", "De naam van een onderdeel is leeg, te lang of bevat verboden tekens."
    for normering in (toets.normering, *(onderdeel.normering for onderdeel in toets.onderdelen)):
        if normering is not None:
            yield from _normering(normering)


def _term(term: Vocabulaireterm | str | None) -> bool:
    return term is None or _fits(term.waarde if isinstance(term, Vocabulaireterm) else term, 256)


def _normering(normering: Normering) -> Iterator[tuple[str, str]]:
    normen = sorted(normering.normen, key=lambda norm: norm.van)
    if not normen:
        yield "norm", "Een normering heeft geen enkele norm."
    if not all(_is_count(norm.van) and _is_count(norm.tot_en_met) and norm.van <= norm.tot_en_met for norm in normen):
        yield "norm", "Een norm loopt van een geheel getal tot en met een geheel getal dat niet kleiner is."
    if any(after.van != before.tot_en_met + 1 for before, after in pairwise(normen)):
        yield "norm", "Tussen de normen zit een gat, of ze overlappen."
    if not all(_fits(n.term, 64) and (n.omschrijving is None or _fits(n.omschrijving, 128)) for n in normen):
        yield "norm", "Een norm heeft geen term, of een term of omschrijving die te lang is."
    for norm in normen:
        if norm.kleur is not None and not (
            all(0 <= part <= 255 for part in (norm.kleur.rood, norm.kleur.groen, norm.kleur.blauw))
            and 0 <= norm.kleur.transparantie <= 1
        ):
            yield "norm", "De kleur van een norm bestaat niet."
        for cijfer in (norm.schoolcijfer_vanaf, norm.schoolcijfer_totenmet):
            if cijfer is not None and not 1 <= cijfer <= 10:
                yield "norm", "Een schoolcijfer loopt van 1 tot en met 10."
