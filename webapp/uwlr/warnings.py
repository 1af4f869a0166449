"""What a warning says, in Dutch: it names no person and quotes no value. A code is kept, so it is never renamed."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "andere_locatie": "Niet overgenomen: leerlingen van een andere locatie ({detail}).",
    "dubbel_gelijk": "Een gelijk record stond er meer dan een keer in.",
    "eckid_onbruikbaar": "Wat geen ECK iD is, is niet als ECK iD gebruikt.",
    "emailadres_onleesbaar": "Het e-mailadres is onleesbaar en is niet overgenomen.",
    "geboortedatum_onleesbaar": "De geboortedatum is onleesbaar en is niet overgenomen.",
    "geboortedatum_onmogelijk": "De geboortedatum kan niet en is niet overgenomen.",
    "geboortedatum_onwaarschijnlijk": "De geboortedatum is onwaarschijnlijk.",
    "geen_leerlingen": "Er staat geen enkele leerling in de aanlevering.",
    "groep_onbekend": "Verwijst naar een groep die niet in de aanlevering staat.",
    "niet_gevraagd": "Niet overgenomen: leerlingen uit groepen die niet zijn opgevraagd ({detail}).",
    "niets_ontvangen": "Er zijn geen leerkrachten ontvangen; wie er al waren, blijven.",
    "school_niet_genoemd": "Het antwoord noemt niet van welke school het is.",
    "sleutel_dubbel": "Deze sleutel of dit ECK iD hoort bij meer dan een persoon; niemand daarvan is overgenomen.",
    "stamgroep_dubbel": "Een leerling staat in twee stamgroepen; de eerste is gebruikt.",
    "tekens_verminkt": "Het veld {detail} bevat tekens die verminkt lijken.",
    "veld_dubbel": "Het veld {detail} staat er twee keer in, met een verschil, en is niet overgenomen.",
    "verwijzing_onbruikbaar": "Een verwijzing naar een groep heeft geen sleutel en is niet overgenomen.",
    "vestiging_onbruikbaar": "De locatie van een leerling heeft geen sleutel; die telt als deze locatie.",
    "waarde_onbekend": "De waarde van {detail} is onbekend en is niet overgenomen.",
    "waarde_onleesbaar": "Het veld {detail} bevat opmaak en is niet overgenomen.",
    "waarde_te_lang": "Het veld {detail} is te lang en is niet overgenomen.",
    "xsd": "Het bericht wijkt af van de standaard: {detail}.",
    "zonder_naam": "Een groep heeft geen naam; de sleutel staat op die plaats.",
    "zonder_sleutel": "Een {onderdeel} zonder sleutel en zonder ECK iD is niet overgenomen{plaats}.",
}
_OF_GROEPEN = {
    "sleutel_dubbel": "Twee groepen hebben deze sleutel; de eerste telt.",
    "zonder_sleutel": "Een groep zonder sleutel is niet overgenomen.",
}


def say(soort: str, onderdeel: str, detail: str | None = None) -> str:
    """Say one warning: `onderdeel` is the kind of record, `detail` the field, the number or the finding.

    A warning from before there were codes has none, and its sentence as detail.
    """
    if onderdeel == "groep" and soort in _OF_GROEPEN:
        return _OF_GROEPEN[soort]
    plaats = f" ({onderdeel} {detail} in de aanlevering)" if detail else ""
    return SENTENCES.get(soort, "{detail}").format(onderdeel=onderdeel, detail=detail, plaats=plaats)
