"""Writing results with all checks, in multiples of lxml only parsing them: python -m tests.benchmarks.uwlr_write"""

from __future__ import annotations

import sys
from typing import Any

import zeep
from lxml import etree

from tests.benchmarks.uwlr_material import best, message
from webapp.uwlr.namespaces import LEERRESULTATEN
from webapp.uwlr.schema import LEERRESULTATEN_WSDL
from webapp.uwlr.values import Leerresultatenbericht, OsoResultaat
from webapp.uwlr.writer import write_leerresultaten

LIMIT, ZEEP_LIMIT = 8.0, 5.0


def main() -> int:
    """Print the figures; return 1 when one is over its limit."""
    print("| resultaten | MB | lxml ms | write ms | x | zeep ms | zeep / write |\n|---|---|---|---|---|---|---|")
    is_held = True
    for count, rounds in ((250, 40), (2_500, 15)):
        bericht = message(count)
        data = etree.tostring(write_leerresultaten(bericht))
        with_zeep = _zeep(bericht)
        timed = {
            "lxml": lambda d=data: etree.fromstring(d),
            "write": lambda b=bericht: write_leerresultaten(b),
            "zeep": with_zeep,
        }
        found = best(timed, rounds)
        ratio, gain = found["write"] / found["lxml"], found["zeep"] / found["write"]
        print(
            f"| {count} | {len(data) / 1e6:.2f} | {found['lxml'] * 1e3:.1f} | {found['write'] * 1e3:.1f} | {ratio:.2f} "
            f"| {found['zeep'] * 1e3:.0f} | {gain:.1f} |"
        )
        is_held &= ratio <= LIMIT and (gain >= ZEEP_LIMIT or count < 2_500)
    return 0 if is_held else 1


def _zeep(bericht: Leerresultatenbericht) -> Any:
    """The same message from zeep's own objects, without any check."""
    client: Any = zeep.Client(str(LEERRESULTATEN_WSDL))  # type: ignore[no-untyped-call]  # zeep
    service = client.create_service(f"{{{LEERRESULTATEN}}}LeerresultatenSoap", "http://las.invalid")
    header = {"autorisatie": {"autorisatiesleutel": "s", "klantcode": "c", "klantnaam": "n"}}

    def write() -> object:
        return client.create_message(service, "BrengLeerresultaten", **_objects(bericht), _soapheaders=header)

    return write


def _objects(bericht: Leerresultatenbericht) -> dict[str, Any]:
    per_leerling: dict[str, list[dict[str, Any]]] = {}
    for resultaat in bericht.resultaten:
        uitkomst = resultaat.uitkomst
        assert isinstance(uitkomst, OsoResultaat)
        score = {
            "aantalopgaven": uitkomst.aantalopgaven,
            "aantalgoed": uitkomst.aantalgoed,
            "vaardigheidsscore": uitkomst.vaardigheidsscore,
        }
        referenties = [
            {"codereferentiescore": r.code, "codevergelijkingsgroep": r.vergelijkingsgroep, "waarde": r.waarde}
            for r in uitkomst.referentiescores
        ]
        per_leerling.setdefault(str(resultaat.leerlingid), []).append(
            {
                "key": resultaat.key,
                "afnamedatum": resultaat.afnamedatum,
                "toetscode": resultaat.toetscode,
                "versie": resultaat.versie,
                "osoresultaat": {"toetsscore": score, "referentiescore": referenties},
            }
        )
    return {
        "school": {
            "schooljaar": bericht.schooljaar,
            "brincode": bericht.brincode,
            "dependancecode": bericht.dependancecode,
            "aanmaakdatum": bericht.aanmaakdatum,
            "auteur": bericht.auteur,
            "xsdversie": bericht.xsdversie,
        },
        "toetsafnames": {
            "toetsafname": [
                {"leerlingid": leerlingid, "resultaten": {"resultaat": results}}
                for leerlingid, results in per_leerling.items()
            ]
        },
        "toetsen": {
            "toets": [
                {"toetscode": t.toetscode, "versie": t.versie, "toetsnaam": t.toetsnaam, "leerjaar": t.leerjaar}
                for t in bericht.toetsen
            ]
        },
    }


if __name__ == "__main__":
    sys.exit(main())
