"""What a supplier reads when a record is not taken in: a code that stays the same, and a sentence."""

from __future__ import annotations

from webapp.errors import DomainError
from webapp.services.toetsen.aanleveren import OtherStands, SleutelChanged, VersieOld, VerzoekChanged
from webapp.services.toetsen.afnames import AfnameTwice, LeerlingUnknown, NormWrong, ToetsUnknown
from webapp.services.toetsen.invoer import DateInFuture, DateTooOld, ScoreWrong
from webapp.woorden.weigeringen import register

CODES: dict[type[DomainError], tuple[str, str]] = {
    LeerlingUnknown: ("leerling_onbekend", "Deze leerling is er niet, of niet op een school van u."),
    ToetsUnknown: ("toets_onbekend", "Geen toets heeft deze code."),
    ScoreWrong: ("score_te_hoog", "De toets heeft minder opgaven."),
    DateInFuture: ("datum_in_toekomst", "De afnamedatum is nog niet geweest."),
    DateTooOld: ("datum_te_oud", "De afnamedatum is te lang geleden."),
    NormWrong: ("norm_onmogelijk", "Score, niveau, percentiel of moment van normeren kan niet kloppen."),
    AfnameTwice: ("dubbel", "Dit nummer, of deze leerling, toets en dag, staat twee keer in het verzoek."),
    SleutelChanged: ("nummer_gebruikt", "409: dit eigen_nummer en deze versie zijn er al, met een andere inhoud."),
    VersieOld: ("versie_te_laag", "409: van deze afname is een hogere versie aangeleverd."),
    OtherStands: ("andere_score", "409: er staat een andere score, of de school heeft uw score veranderd."),
}
"""What may be wrong with one record."""
ONGELDIG = ("ongeldig", "De velden kloppen niet; `velden` noemt ze.")
SLEUTEL_GEBRUIKT = "Deze Idempotency-Key is gebruikt voor een verzoek met een andere inhoud."

_OWN = (SleutelChanged, VersieOld, OtherStands)
register({kind: CODES[kind][1] for kind in _OWN} | {VerzoekChanged: SLEUTEL_GEBRUIKT})
