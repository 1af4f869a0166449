"""How the server of the board misbehaves, one at a time: each is something that the test centre has to refuse."""

from __future__ import annotations

from enum import StrEnum


class Storing(StrEnum):
    """What is wrong with the next id token, or with the server itself."""

    GEEN = "geen"
    ANDERE_TENANT = "andere tenant"
    ANDERE_AUDIENCE = "andere audience"
    TWEE_AUDIENCES = "andere audience, met ons als azp"
    ANDERE_ISSUER = "andere issuer in het token"
    OUDE_NONCE = "nonce van een vorige keer"
    GEEN_NONCE = "geen nonce"
    ALG_NONE = "geen handtekening"
    GEDEELD_GEHEIM = "handtekening met het geheim van de klant"
    VERLOPEN = "verlopen token"
    ANDERE_SLEUTEL = "sleutel die niemand kent"
    SLEUTELS_WEG = "sleutel die niemand kent, en de sleutels komen geen tweede keer"
    VERVALST = "handtekening van een ander onder onze sleutelnaam"
    CODE_VAKER = "dezelfde code mag vaker"
    VERKEERDE_NAAM = "andere issuer in de beschrijving"
    GEEN_BESCHRIJVING = "beschrijving antwoordt niet"
    ANDER_ADRES = "beschrijving verwijst door"
    TE_GROOT = "beschrijving is eindeloos"
    GENEST = "beschrijving is eindeloos genest"


OF_THE_SERVER = frozenset(
    {Storing.VERKEERDE_NAAM, Storing.GEEN_BESCHRIJVING, Storing.ANDER_ADRES, Storing.TE_GROOT, Storing.GENEST}
)
"""These stop somebody before they reach the page on which they are chosen, so they last for one answer."""
