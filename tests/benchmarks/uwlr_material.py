"""Invented answers and results of any size, and a fair way to time one thing against another."""

from __future__ import annotations

import gc
import hashlib
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from webapp.uwlr.namespaces import LEERLINGGEGEVENS, SOAP
from webapp.uwlr.values import Leerresultatenbericht, OsoResultaat, Referentiescore, Resultaat, Toets

_ACHTERNAMEN = (
    "Wolkenveld",
    "Maanzaad",
    "Zilverberk",
    "Dennenappel",
    "Klaproos",
    "Lindenhof",
    "Houtduiver",
    "Eikenblad",
)
_ROEPNAMEN = (
    "Abel",
    "Bram",
    "Noor",
    "Gijs",
    "Saar",
    "Tess",
    "Zoë",
    "Esmée",
    "Yusuf",
    "Levi",
    "Aïcha",
    "Sándor",
    "Fleur",
)
_NIVEAUS = [Referentiescore("IV", "Landelijk", niveau) for niveau in ("I", "II", "III")]


def answer(leerlingen: int, *, groepen: bool = True, leerkrachten: bool = True) -> bytes:
    """An answer to HaalLeerlinggegevens with so many pupils, groups of 25, and staff."""
    random = Random(leerlingen)
    count = max(8, leerlingen // 25)
    parts = [
        f'<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="{SOAP}"><soap:Body>'
        f'<leerlinggegevens_antwoord xmlns="{LEERLINGGEGEVENS}"><leerlinggegevens><school><schooljaar>2026-2027'
        "</schooljaar><brincode>99XX</brincode><dependancecode>00</dependancecode><aanmaakdatum>2026-11-20T02:00:00"
        "</aanmaakdatum><xsdversie>2.2</xsdversie></school>\n"
    ]
    if groepen:
        parts.append("<groepen>\n")
        parts += (
            f'<groep key="g{n}"><naam>Groep {n}</naam><jaargroep>{n % 8 + 1}</jaargroep></groep>\n'
            for n in range(count)
        )
        parts += (
            f'<samengestelde_groep key="s{n}"><naam>Plus {n}</naam></samengestelde_groep>\n' for n in range(count)
        )
        parts.append("</groepen>\n")
    parts.append("<leerlingen>\n")
    parts += (_leerling(number, count if groepen else 0, random) for number in range(leerlingen))
    parts.append("</leerlingen>\n")
    if leerkrachten:
        parts.append("<leerkrachten>\n")
        parts += (
            f'<leerkracht key="L{n}"><achternaam>{random.choice(_ACHTERNAMEN)}</achternaam>'
            f'<groepen><groep key="g{n}"/></groepen></leerkracht>\n'
            for n in range(count)
        )
        parts.append("</leerkrachten>\n")
    parts.append("</leerlinggegevens></leerlinggegevens_antwoord></soap:Body></soap:Envelope>")
    return "".join(parts).encode()


def _leerling(number: int, groepen: int, random: Random) -> str:
    eckid = hashlib.sha512(str(number).encode()).hexdigest()
    born = date(2014, 1, 1) + timedelta(days=random.randrange(2_900))
    voorvoegsel = random.choice(["", "", "\n  <voorvoegsel>van der</voorvoegsel>"])
    groep = f'\n  <groep key="g{number % groepen}"/>' if groepen else ""
    if groepen and number % 3 == 0:
        groep += f'\n  <samengestelde_groepen><samengestelde_groep key="s{number % groepen}"/></samengestelde_groepen>'
    return (
        f' <leerling key="{104_230_000 + number}" eckid="https://ketenid.nl/pilot/{eckid}">\n'
        f"  <achternaam>{random.choice(_ACHTERNAMEN)}</achternaam>{voorvoegsel}\n"
        f"  <voorletters-1>A</voorletters-1>\n  <roepnaam>{random.choice(_ROEPNAMEN)}</roepnaam>\n"
        f"  <geboortedatum>{born}</geboortedatum>\n  <geslacht>{random.choice('12')}</geslacht>\n"
        f"  <jaargroep>{number % 8 + 1}</jaargroep>{groep}\n"
        f"{'  <bsn_ondwnr-4>1234</bsn_ondwnr-4>' if groepen else ''}\n </leerling>\n"
    )


def message(resultaten: int) -> Leerresultatenbericht:
    """A message with so many OSO results, five for each pupil."""
    toetsen = tuple(Toets(f"VB-{n}", "2026", f"Voorbeeldtoets {n}", "5", "Spelling") for n in range(5))
    return Leerresultatenbericht(
        schooljaar="2026-2027",
        brincode="99XX",
        dependancecode="00",
        aanmaakdatum=datetime(2026, 11, 23, tzinfo=UTC),
        auteur="Voorbeeld testcentrum",
        xsdversie="2.2",
        resultaten=tuple(
            Resultaat(
                key=f"{n:032x}",
                leerlingid=str(104_230_000 + n // 5),
                eckid=None,
                afnamedatum=date(2026, 11, 1 + n % 20),
                toetscode=f"VB-{n % 5}",
                versie="2026",
                uitkomst=OsoResultaat(
                    40,
                    n % 41,
                    Decimal(n % 2_000) / 10,
                    (Referentiescore("IV", "Landelijk", ("I", "II", "III")[n % 3]),),
                ),
            )
            for n in range(resultaten)
        ),
        toetsen=toetsen,
    )


def best(timed: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The least CPU seconds of each. Taken in turn, so that a busy machine troubles all alike; short ones repeated."""
    calls = {name: _calls(function) for name, function in timed.items()}
    found = dict.fromkeys(timed, float("inf"))
    gc.collect()
    for _ in range(rounds):
        for name, function in timed.items():
            started = time.process_time()
            for _ in range(calls[name]):
                function()
            found[name] = min(found[name], (time.process_time() - started) / calls[name])
    return found


def _calls(function: Callable[[], object]) -> int:
    """How many calls take some 20 ms; the first call is for warming up."""
    function()
    started = time.process_time()
    function()
    return max(1, round(0.02 / max(time.process_time() - started, 1e-6)))
