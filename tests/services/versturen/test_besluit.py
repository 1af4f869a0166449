"""What follows from every outcome there is: one table, and the rules that no row may break."""

from __future__ import annotations

from datetime import timedelta

import pytest

from webapp.models import Uitkomst
from webapp.models.fout import Fout, Situatie
from webapp.models.ids import LeerlingId, ResultaatId, ToetsId
from webapp.services.versturen import besluit
from webapp.services.versturen.besluit import Lot, Reeks, Vervolg, Zendbesluit, Zender, decide
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
    Reden.BERICHT_ONGELDIG: (Kring.RESULTAAT, True),
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


def after(
    error: UwlrError | None, stukken: tuple[Stuk, ...] = TWEE, reeks: Reeks | None = None, **zender: object
) -> Zendbesluit:
    return decide(error, stukken, Zender(**zender), reeks or Reeks(), afkoeling=AFKOELING)  # type: ignore[arg-type]


def test_every_code_there_is_has_a_row() -> None:
    assert set(GEWEIGERD) == {*FaultCode, *Reden}


@pytest.mark.parametrize("code", GEWEIGERD, ids=str)
@pytest.mark.parametrize("kind", [UwlrUnavailable, UwlrUnsure, UwlrNotUnderstood, UwlrRefused])
def test_every_error_in_every_class(kind: type[UwlrError], code: FaultCode | Reden) -> None:
    error, (kring, may_be_message) = kind(code), GEWEIGERD[code]
    found = after(error)
    match error:
        case UwlrUnavailable():
            expected = Zendbesluit(
                Uitkomst.NIET_VERZONDEN, Lot.TERUG, Vervolg.LATER, wacht=timedelta(minutes=1), fout=Fout.of(error)
            )
        case UwlrUnsure() | UwlrNotUnderstood():
            expected = Zendbesluit(
                Uitkomst.ONBEKEND, Lot.ONZEKER, Vervolg.AFKOELEN, wacht=AFKOELING, fout=Fout.of(error)
            )
        case _ if kring is Kring.KOPPELING:
            expected = Zendbesluit(
                Uitkomst.GEWEIGERD,
                Lot.TERUG,
                Vervolg.STOP,
                Reeks(geweigerd=1),
                fout=Fout.of(error),
                meldt=error.owner is Owner.SCHOOL,
            )
        case _:
            expected = Zendbesluit(
                Uitkomst.GEWEIGERD,
                Lot.TERUG,
                Vervolg.VERDER,
                Reeks(geweigerd=1),
                delen=([TWEE[1].resultaat_id], [TWEE[0].resultaat_id]),
            )
            alone = after(error, EEN)
            assert alone.apart == (kring, Fout.of(error, Situatie.ALLEEN))
            assert (alone.delen, alone.reeks) == ((), Reeks(geweigerd=1, apart=int(may_be_message)))
    assert found == expected


@pytest.mark.parametrize("code", GEWEIGERD, ids=str)
@pytest.mark.parametrize("kind", [UwlrUnavailable, UwlrUnsure, UwlrNotUnderstood, UwlrRefused])
def test_whoever_lost_the_claim_leaves_the_school_alone(kind: type[UwlrError], code: FaultCode | Reden) -> None:
    found = after(kind(code), is_ours=False)
    surely_not_there = kind in (UwlrUnavailable, UwlrRefused)
    assert (found.lot, found.vervolg) == (None if surely_not_there else Lot.GEWANTROUWD, Vervolg.VAN_EEN_ANDER)


def test_a_confirmation() -> None:
    assert after(None) == Zendbesluit(Uitkomst.BEVESTIGD, Lot.BEVESTIGD, Vervolg.VERDER, Reeks(bevestigd=1))
    assert after(None, is_ours=False) == Zendbesluit(Uitkomst.BEVESTIGD, Lot.GEWANTROUWD, Vervolg.VAN_EEN_ANDER)


def test_what_our_own_check_names_is_found_at_once() -> None:
    error = BerichtOngeldig([Probleem("x", "x", resultaat_key="r2")])
    assert after(error).delen == ([2], [1])
    assert after(error, TWEE[1:]).apart == (Kring.RESULTAAT, Fout.of(error, Situatie.ALLEEN))


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


@pytest.mark.parametrize(
    ("reeks", "stops"),
    [
        (Reeks(apart=2), True),
        (Reeks(apart=1), False),
        (Reeks(apart=2, bevestigd=1), False),
        (Reeks(bevestigd=1, geweigerd=besluit.MAX_REFUSALS - 1), True),
    ],
)
def test_when_everything_is_refused_a_person_looks_before_all_is_set_apart(reeks: Reeks, stops: bool) -> None:
    found = after(UwlrRefused(FaultCode.ONGELDIG_BERICHT), EEN, reeks)
    assert found.apart is not None
    assert (found.vervolg is Vervolg.STOP) is stops
    if stops:
        assert found.fout == Fout(FaultCode.ONGELDIG_BERICHT, Owner.KLANTENSERVICE, {"situatie": Situatie.TE_VEEL})
        assert not found.meldt
