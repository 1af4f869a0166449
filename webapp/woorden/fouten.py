"""What a stored fault says: to the school, and to klantenservice, who also sees its code."""

from __future__ import annotations

from collections.abc import Mapping

from webapp.models import Koppeling
from webapp.models.fout import EigenCode, Fout, Foutcode, Situatie
from webapp.uwlr.codes import FaultCode, Owner, Reden
from webapp.uwlr.sentences import Uitleg, explain


def uitleg(fout: Fout, las: str) -> Uitleg:
    """Return both sentences for this fault, and who acts; `las` is the name of the LAS of the koppeling."""
    found = _uitleg(fout.code, fout)
    return Uitleg(fout.eigenaar, found.school, found.klantenservice).for_las(las)


def uitleg_van(koppeling: Koppeling, fout: Fout, las: str) -> Uitleg:
    """The same for a fault of this koppeling: a key that worked and is refused has a likelier cause than a mistake."""
    said = uitleg(fout, las)
    if not fout.is_sleutel_geweigerd or fout.situatie is Situatie.GEVRAAGD or koppeling.gewerkt_op is None:
        return said
    return Uitleg(said.owner, _WERKTE_EERDER, said.klantenservice).for_las(las)


def uitleg_van_code(code: Foutcode, las: str, schooljaar: str) -> Uitleg:
    """What a code says by itself, and whose it is: of no school, so of no situation either."""
    return _uitleg(code, Fout(code, Owner.NIEMAND, {"schooljaar": schooljaar})).for_las(las)


def _uitleg(code: FaultCode | Reden | EigenCode, fout: Fout) -> Uitleg:
    if fout.situatie is Situatie.TWIJFEL and code is not EigenCode.VEROUDERD:
        return Uitleg(fout.eigenaar, _TWIJFEL, _TWIJFEL_KS)
    if isinstance(code, EigenCode):
        return _eigen(code, fout)
    found, situatie = explain(code, "{las}"), fout.situatie
    if situatie is Situatie.GEVRAAGD:
        return Uitleg(Owner.SCHOOL, _GEVRAAGD, "Wij vroegen een nieuwe sleutel; de oude is gewist. De school vult in.")
    if situatie is Situatie.BIJ_OPHALEN:
        school = explain(FaultCode.ANDERE_CLIENT, "{las}").school
        return Uitleg(found.owner, school, _BIJ_OPHALEN)
    if situatie is Situatie.ONBEVESTIGD:
        return Uitleg(found.owner, explain(Reden.GEEN_BEVESTIGING, "{las}").school, found.klantenservice)
    if situatie is Situatie.TE_VEEL:
        return Uitleg(found.owner, _TE_VEEL, found.klantenservice)
    if situatie is Situatie.ALLEEN:
        return Uitleg(found.owner, _ALLEEN.get(code, found.school), found.klantenservice)
    return found


def _eigen(code: EigenCode, fout: Fout) -> Uitleg:
    match code:
        case EigenCode.ALLEEN_ECKID:
            return Uitleg(Owner.LAS, _ALLEEN_ECKID, "{las} stuurt voor deze leerling geen eigen leerlingnummer.")
        case EigenCode.GEEN_GEGEVENS:
            schooljaar = fout.gegevens.get("schooljaar", "")
            return Uitleg(
                Owner.SCHOOL,
                f"{{las}} heeft geen gegevens voor schooljaar {schooljaar}. Is daar een ander schooljaar actief? "
                "Kies dat dan op de pagina Koppelen met LAS, onder Ander schooljaar. Er is niets gewijzigd.",
                f"{{las}} heeft geen gegevens voor schooljaar {schooljaar}. De school kiest een ander schooljaar.",
            )
        case EigenCode.VEROUDERD:
            return _verouderd(is_doubted=fout.situatie is Situatie.TWIJFEL)
        case EigenCode.INTERN:
            return Uitleg(
                Owner.KLANTENSERVICE,
                "Bij het verwerken van de gegevens van uw school ging bij ons iets mis. Dit lossen wij op. Er is niets "
                "gewijzigd en u hoeft niets te doen.",
                f"Een fout in ons eigen programma ({fout.gegevens.get('klasse', 'onbekend')}). Herhaalt vanzelf. Meld "
                "het aan beheer, die in het logboek ziet waar het misging.",
            )
        case EigenCode.NAKIJKEN:
            return Uitleg(Owner.SCHOOL, f"{_to_check(fout.gegevens)} {_NAKIJKEN}", _NAKIJKEN_KS)
        case EigenCode.ONBEKEND:
            return Uitleg(
                Owner.KLANTENSERVICE,
                "De uitwisseling met {las} is niet gelukt. Er is niets gewijzigd.",
                f"Een code van een eerdere versie: {fout.gegevens.get('code', 'onbekend')}.",
            )


def _verouderd(*, is_doubted: bool) -> Uitleg:
    school = (
        "{las} gaf oudere gegevens dan de vorige keer. Die nemen we niet over, want ze zouden nieuwere terugdraaien. "
    )
    if is_doubted:
        again = "We proberen het vanzelf opnieuw. Er is niets gewijzigd en u hoeft niets te doen."
        return Uitleg(Owner.NIEMAND, school + again, _VEROUDERD_KS + "Herhaalt vanzelf.")
    theirs = "De leverancier moet dit oplossen; wij nemen contact op. Er is niets gewijzigd en u hoeft niets te doen."
    return Uitleg(Owner.LAS, school + theirs, _VEROUDERD_KS + "Dit duurt al een hele nacht: bel de leverancier.")


_VEROUDERD_KS = (
    "De aanmaakdatum in het antwoord van {las} ligt meer dan een uur voor die van het vorige antwoord: waarschijnlijk "
    "antwoordt daar een reserveserver of een tussenopslag. Niets overgenomen. "
)


def _to_check(gegevens: Mapping[str, str]) -> str:
    wij, las, nummer = gegevens.get("wij", "een score"), gegevens.get("las"), gegevens.get("nummer")
    heeft = "heeft misschien" if "misschien" in gegevens else "heeft"
    if las is None:
        return f"Nakijken: wij hebben {wij} en weten niet of {{las}} iets nieuwers heeft."
    bij = f" bij de leerling met nummer {nummer}" if nummer else ""
    return f"Nakijken: {{las}} {heeft} {las}{bij}, wij {wij}."


_NAKIJKEN = "Wij versturen dit resultaat pas als u het hebt nagekeken."
_NAKIJKEN_KS = "Na het terugzetten van de database kijkt de school na welke score klopt."
_WERKTE_EERDER = (
    "{las} weigert de autorisatiesleutel, die eerder wel werkte. Waarschijnlijk is in {las} een nieuwe sleutel gemaakt "
    "of de koppeling beëindigd. Maak daar een nieuwe sleutel en vul die in. Er is niets gewijzigd."
)
_GEVRAAGD = (
    "Wij vroegen u een nieuwe autorisatiesleutel te maken in {las}; waarom staat in de mail. De oude is gewist. Vul de "
    "nieuwe hier in. Tot die tijd wordt er niets opgehaald en niets verstuurd; er gaat niets verloren."
)
_TWIJFEL = (
    "{las} weigert iets dat eerder wel lukte. Waarschijnlijk is dat een storing. We proberen het vanzelf opnieuw. Er "
    "is niets gewijzigd en u hoeft niets te doen."
)
_TWIJFEL_KS = (
    "{las} weigert iets dat eerder wel lukte. We houden het voor een storing en proberen het opnieuw; pas als het twee "
    "nachten duurt, geldt de weigering."
)
_BIJ_OPHALEN = "{las} antwoordt op een vraag met een fout over resultaten: vraag de leverancier waarom."
_TE_VEEL = "{las} weigert opvallend veel resultaten. We zijn gestopt met versturen en kijken wat er aan de hand is."
_ALLEEN: dict[FaultCode | Reden, str] = {
    FaultCode.LEERLING_ONGELDIG: "{las} kent deze leerling niet (meer) onder dit nummer. Zit de leerling nog op "
    "school? Kies dan bij Koppelen met LAS voor Gegevens importeren; is er iets hersteld, dan gaat het resultaat "
    "vanzelf opnieuw mee. Is de leerling vertrokken, dan hoeft u niets te doen.",
}
_ALLEEN_ECKID = (
    "{las} stuurde voor deze leerling alleen een ECK iD en geen eigen leerlingnummer. Een resultaat terugsturen "
    "kan dan niet met UWLR 2.2. Het resultaat blijft hier bewaard en gaat mee zodra het nummer er is."
)
