"""What follows from every outcome there is: one table, and the rules that no row may break."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from webapp.models import Uitkomst
from webapp.models.fout import Fout, Situatie
from webapp.models.ids import LeerlingId, ResultaatId, ToetsId
from webapp.services.versturen import besluit
from webapp.services.versturen.besluit import Deel, Lot, Reeks, Schuldige, Vervolg, Zendbesluit, Zender, decide
from webapp.services.versturen.weigering import Kring, Stuk
from webapp.uwlr.codes import FaultCode, Owner, Reden
from webapp.uwlr.faults import BerichtOngeldig, UwlrError, UwlrNotUnderstood, UwlrRefused, UwlrUnavailable, UwlrUnsure
from webapp.uwlr.problems import Probleem

AFKOELING = timedelta(minutes=15)
TWEE = tuple(
    Stuk(
        resultaat_id=ResultaatId(n),
        versie=1,
        sleutel=f"r{n}",
        leerling_id=LeerlingId(n),
        leerlingid=f"l{n}",
        toets_id=ToetsId(n),
        toetscode=f"t{n}",
    )
    for n in (1, 2)
)
EEN = TWEE[:1]

GEWEIGERD: dict[FaultCode | Reden, tuple[Kring, bool]] = {
    FaultCode.ONGELDIG_BERICHT: (Kring.RESULTAAT, True),
    FaultCode.ONGELDIGE_KLANTIDENTIFICATIE: (Kring.KOPPELING, False),
    FaultCode.AUTORISATIE_ONGELDIG: (Kring.KOPPELING, False),
    FaultCode.VOCABULAIRETERM_ONGELDIG: (Kring.TOETS, False),
    FaultCode.XSDVERSIE_ONGELDIG: (Kring.KOPPELING, False),
    FaultCode.LEERLING_ONGELDIG: (Kring.LEERLING, False),
    FaultCode.TOETSNORMERING_ONGELDIG: (Kring.TOETS, False),
    FaultCode.SCORE_ONGELDIG: (Kring.RESULTAAT, False),
    FaultCode.ELDRESULTAAT_ONGELDIG: (Kring.RESULTAAT, False),
    FaultCode.INTERNE_FOUT: (Kring.RESULTAAT, False),
    FaultCode.TIJDELIJK_NIET_BESCHIKBAAR: (Kring.RESULTAAT, False),
    FaultCode.ANDERE_CLIENT: (Kring.RESULTAAT, True),
    FaultCode.ANDERE_SERVER: (Kring.RESULTAAT, False),
    Reden.NAAM_ONBEKEND: (Kring.RESULTAAT, False),
    Reden.GEEN_VERBINDING: (Kring.RESULTAAT, False),
    Reden.CERTIFICAAT_LAS: (Kring.RESULTAAT, False),
    Reden.CERTIFICAAT_LAS_VERLOPEN: (Kring.RESULTAAT, False),
    Reden.CERTIFICAAT_LAS_ONBEKEND: (Kring.RESULTAAT, False),
    Reden.CERTIFICAAT_LAS_NAAM: (Kring.RESULTAAT, False),
    Reden.TLS_VEROUDERD: (Kring.RESULTAAT, False),
    Reden.CA_LIJST: (Kring.RESULTAAT, False),
    Reden.CERTIFICAAT_GEWEIGERD: (Kring.RESULTAAT, False),
    Reden.CERTIFICAAT_VERLOPEN: (Kring.KOPPELING, False),
    Reden.BEZET: (Kring.RESULTAAT, False),
    Reden.TIJD_VERSTREKEN: (Kring.RESULTAAT, False),
    Reden.VERBINDING_VERBROKEN: (Kring.RESULTAAT, False),
    Reden.STORING: (Kring.RESULTAAT, False),
    Reden.GEEN_BEVESTIGING: (Kring.RESULTAAT, False),
    Reden.OMLEIDING: (Kring.KOPPELING, False),
    Reden.GEEN_TOEGANG: (Kring.KOPPELING, False),
    Reden.ADRES_ONJUIST: (Kring.KOPPELING, False),
    Reden.HTTP_GEWEIGERD: (Kring.KOPPELING, False),
    Reden.BERICHT_TE_GROOT: (Kring.RESULTAAT, True),
    Reden.BERICHT_ONGELDIG: (Kring.RESULTAAT, False),
    Reden.LEEG: (Kring.RESULTAAT, False),
    Reden.GEEN_XML: (Kring.RESULTAAT, False),
    Reden.AFGEKAPT: (Kring.RESULTAAT, False),
    Reden.CODERING: (Kring.RESULTAAT, False),
    Reden.COMPRESSIE: (Kring.RESULTAAT, False),
    Reden.DOCTYPE: (Kring.RESULTAAT, False),
    Reden.TE_GROOT: (Kring.RESULTAAT, False),
    Reden.GEEN_SOAP: (Kring.RESULTAAT, False),
    Reden.ANDERE_VERSIE: (Kring.RESULTAAT, False),
    Reden.ANDER_BERICHT: (Kring.RESULTAAT, False),
    Reden.ONVOLLEDIG: (Kring.RESULTAAT, False),
    Reden.ANDERE_SCHOOL: (Kring.RESULTAAT, False),
    Reden.ANDERE_LOCATIE: (Kring.RESULTAAT, False),
    Reden.ANDER_SCHOOLJAAR: (Kring.RESULTAAT, False),
}
"""Per code, once the LAS refuses with it: what is wrong, and whether that may be the message as a whole."""
KINDS = (UwlrUnavailable, UwlrUnsure, UwlrNotUnderstood, UwlrRefused)


def after(
    error: UwlrError | None, stukken: tuple[Stuk, ...] = TWEE, reeks: Reeks | None = None, **zender: object
) -> Zendbesluit:
    return decide(error, stukken, Zender(**zender), reeks or Reeks(), afkoeling=AFKOELING)  # type: ignore[arg-type]


def schuldige(kring: Kring, error: UwlrError, stukken: tuple[Stuk, ...]) -> Schuldige:
    return Schuldige(kring, Fout.of(error, Situatie.ALLEEN), stukken)


def test_every_code_there_is_has_a_row() -> None:
    assert set(GEWEIGERD) == {*FaultCode, *Reden}


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_in_every_class(kind: type[UwlrError]) -> None:
    for code, (kring, may_be_message) in GEWEIGERD.items():
        error = kind(code)
        found, alone = after(error), after(error, EEN)
        assert found == _expected(error, kring, may_be_message=may_be_message), code
        if found.reeks.is_beproefd:
            assert (alone.apart, alone.reeks) == ((schuldige(kring, error, EEN),), Reeks(geweigerd=1)), code


def _expected(error: UwlrError, kring: Kring, *, may_be_message: bool) -> Zendbesluit:
    match error:
        case UwlrUnavailable():
            return Zendbesluit(
                Uitkomst.NIET_VERZONDEN,
                Lot.TERUG,
                Vervolg.LATER,
                wacht=timedelta(minutes=1),
                fout=Fout.of(error),
                is_storing=True,
            )
        case UwlrUnsure() | UwlrNotUnderstood():
            return Zendbesluit(
                Uitkomst.ONBEKEND, Lot.ONZEKER, Vervolg.AFKOELEN, wacht=AFKOELING, fout=Fout.of(error), is_storing=True
            )
        case _ if may_be_message or error.reason is FaultCode.XSDVERSIE_ONGELDIG:
            return Zendbesluit(
                Uitkomst.GEWEIGERD,
                Lot.TERUG,
                Vervolg.LATER,
                Reeks(geweigerd=1),
                wacht=timedelta(minutes=1),
                fout=Fout.of(error, Situatie.TWIJFEL, Owner.NIEMAND),
                is_storing=True,
            )
        case _ if kring is Kring.KOPPELING:
            return Zendbesluit(
                Uitkomst.GEWEIGERD,
                Lot.TERUG,
                Vervolg.STOP,
                Reeks(geweigerd=1),
                fout=Fout.of(error),
                meldt=error.owner is Owner.SCHOOL,
            )
        case _:
            return Zendbesluit(
                Uitkomst.GEWEIGERD,
                Lot.TERUG,
                Vervolg.VERDER,
                Reeks(
                    geweigerd=1,
                    delen=(Deel((TWEE[1].resultaat_id,), is_andere_helft=True), Deel((TWEE[0].resultaat_id,))),
                    is_beproefd=True,
                ),
                is_goed=True,
            )


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_lost_the_claim_leaves_the_school_alone(kind: type[UwlrError]) -> None:
    surely_not_there = kind in (UwlrUnavailable, UwlrRefused)
    expected = None if surely_not_there else Lot.GEWANTROUWD, Vervolg.VAN_EEN_ANDER
    for code in GEWEIGERD:
        found = after(kind(code), is_ours=False)
        assert (found.lot, found.vervolg) == expected, code


def test_a_confirmation() -> None:
    assert after(None) == Zendbesluit(Uitkomst.BEVESTIGD, Lot.BEVESTIGD, Vervolg.VERDER, is_goed=True)
    assert after(None, is_ours=False) == Zendbesluit(Uitkomst.BEVESTIGD, Lot.GEWANTROUWD, Vervolg.VAN_EEN_ANDER)


def test_what_our_own_check_names_is_found_at_once() -> None:
    error = BerichtOngeldig([Probleem("x", "x", resultaat_key="r2")])
    assert [deel.ids for deel in after(error).reeks.delen] == [(2,), (1,)]
    assert after(error, TWEE[1:]).apart == (schuldige(Kring.RESULTAAT, error, TWEE[1:]),)
    assert not after(error).is_goed, "the LAS was not asked"


def test_pauses_and_cool_downs_grow_to_a_limit() -> None:
    away, unsure = UwlrUnavailable(Reden.GEEN_VERBINDING), UwlrUnsure(Reden.TIJD_VERSTREKEN)
    assert [after(away, pogingen=n).wacht for n in (0, 3, 6, 20)] == [timedelta(minutes=m) for m in (1, 8, 60, 60)]
    assert [after(unsure, pogingen=n).wacht for n in (0, 1, 2, 3)] == [AFKOELING * n for n in (1, 2, 4, 4)]


def test_a_las_that_names_a_time_is_not_asked_before_it() -> None:
    busy = UwlrUnavailable(Reden.BEZET)
    busy.retry_after = timedelta(minutes=40)
    assert after(busy).wacht == timedelta(minutes=40)
    assert after(busy, pogingen=6).wacht == timedelta(minutes=60)


def test_a_refusal_of_a_key_that_was_replaced_meanwhile_stops_nothing() -> None:
    found = after(UwlrRefused(FaultCode.AUTORISATIE_ONGELDIG), heeft_andere_sleutel=True)
    assert (found.vervolg, found.fout, found.meldt) == (Vervolg.NIEUWE_SLEUTEL, None, False)


def test_the_school_hears_of_its_key_once() -> None:
    refused = UwlrRefused(FaultCode.AUTORISATIE_ONGELDIG)
    assert after(refused).meldt
    assert not after(refused, bekend=frozenset({FaultCode.AUTORISATIE_ONGELDIG})).meldt


def test_a_school_that_worked_is_stopped_after_a_night_only() -> None:
    for code, (kring, may_be_message) in GEWEIGERD.items():
        if not may_be_message and kring is not Kring.KOPPELING:
            continue
        error = UwlrRefused(code)
        found = after(error, heeft_gewerkt=True)
        assert (found.vervolg, found.meldt, found.apart, found.is_storing) == (Vervolg.LATER, False, (), True), code
        believed = after(error, heeft_gewerkt=True, duurt_een_nacht=True)
        assert (believed.vervolg, believed.apart, believed.is_storing) == (Vervolg.STOP, (), True), code
        assert believed.fout is not None
        assert believed.fout.eigenaar is (error.owner if kring is Kring.KOPPELING else Owner.KLANTENSERVICE), code


def test_many_refusals_are_for_a_person() -> None:
    found = after(UwlrRefused(FaultCode.SCORE_ONGELDIG), EEN, Reeks(geweigerd=besluit.MAX_REFUSALS - 1))
    assert (found.vervolg, found.meldt) == (Vervolg.STOP, False)
    assert found.fout == Fout(FaultCode.SCORE_ONGELDIG, Owner.KLANTENSERVICE, {"situatie": Situatie.TE_VEEL})


DOUBTFUL = UwlrRefused(FaultCode.ONGELDIG_BERICHT)


@pytest.mark.parametrize("answer", [
    None, DOUBTFUL, UwlrRefused(FaultCode.LEERLING_ONGELDIG), UwlrRefused(FaultCode.AUTORISATIE_ONGELDIG),
    UwlrUnsure(Reden.STORING), UwlrUnavailable(Reden.GEEN_VERBINDING),
], ids=lambda answer: "confirmed" if answer is None else answer.code)  # fmt: skip
def test_a_control_blames_the_culprit_only_when_the_las_does_its_work(answer: UwlrError | None) -> None:
    found = after(DOUBTFUL, EEN, heeft_controle=True)
    assert (found.apart, found.reeks.vraagt_controle, found.vervolg) == ((), True, Vervolg.VERDER)
    proven = after(answer, TWEE[1:], found.reeks, heeft_controle=True, heeft_gewerkt=True)
    does_its_work = answer is None or answer.reason is FaultCode.LEERLING_ONGELDIG
    assert proven.apart == ((schuldige(Kring.RESULTAAT, DOUBTFUL, EEN),) if does_its_work else ())
    assert proven.lot is None, "what the LAS has of it stays confirmed"
    assert (proven.vervolg is Vervolg.VERDER) is does_its_work


Refuses = Callable[[int, frozenset[int]], bool]


def search(size: int, refuses: Refuses, *, confirmed: bool, again: bool = False) -> tuple[int, set[int], bool]:
    """Send so many results to a LAS that refuses the nth message when told to: calls, set apart, ended in trouble.

    The control is result -1.
    """
    stukken = {n: replace(EEN[0], resultaat_id=ResultaatId(n), sleutel=f"r{n}") for n in range(-1, size)}
    todo, apart, reeks, calls = set(range(size)), set[int](), Reeks(), 0
    while todo:
        part = frozenset({-1} if reeks.vraagt_controle else reeks.delen[-1].ids if reeks.delen else todo)
        error = DOUBTFUL if refuses(calls, part) else None
        found = after(
            error, tuple(stukken[n] for n in sorted(part)), reeks, heeft_controle=confirmed, is_herhaling=again
        )
        calls, reeks = calls + 1, found.reeks
        if error is None and part != {-1}:
            todo, confirmed = todo - part, True
        apart |= {stuk.resultaat_id for each in found.apart for stuk in each.stukken}
        todo -= apart
        if found.vervolg is not Vervolg.VERDER:
            return calls, apart, True
    return calls, apart, False


@pytest.mark.fault(25)
def test_one_culprit_in_200_costs_at_most_18_calls() -> None:
    for where in range(200):
        refuses = partial(_has, where)
        calls, apart, _ = search(200, refuses, confirmed=True)
        assert (apart, calls <= 18) == ({where}, True)
        calls, apart, _ = search(200, refuses, confirmed=False, again=True)
        assert (apart, calls <= 17) == ({where}, True), "and one before the pause"


def _has(where: int, _call: int, part: frozenset[int]) -> bool:
    return where in part


@given(st.sets(st.integers(0, 59)))
def test_every_culprit_is_found_and_nobody_else(bad: set[int]) -> None:
    _, apart, trouble = search(60, lambda _, part: bool(bad & part), confirmed=True)
    assert (apart, trouble) == (bad, False)


@given(st.sets(st.integers(0, 199), max_size=3), st.integers(0, 40), st.booleans())
@example({85}, 15, False)
def test_trouble_that_begins_anywhere_blames_no_good_result(bad: set[int], begins: int, confirmed: bool) -> None:
    calls, apart, _ = search(
        200, lambda call, part: call >= begins or bool(bad & part), confirmed=confirmed, again=True
    )
    assert apart <= bad
    assert calls <= begins + 12


def test_trouble_costs_one_call_where_nothing_was_confirmed_and_three_after_each_pause() -> None:
    assert search(200, lambda *_: True, confirmed=False) == (1, set(), True)
    assert search(200, lambda *_: True, confirmed=False, again=True) == (3, set(), True)
    assert search(200, lambda *_: True, confirmed=True) == (3, set(), True)
