"""Schools for load tests, coupled for years, with the results of those years at the LAS: `flask nachtvulling`.

The LAS of a load test makes the same leerlingen from the same numbers (`leerlingen`), so that every one of them fits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha512
from string import ascii_uppercase

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from sandbox.proef.toetsen import ensure_invented
from webapp.crypto import Keyring
from webapp.models import Groep, Koppeling, KoppelingStatus, Leerkracht, Leerling, School
from webapp.schooljaar import days_of
from webapp.services import sloten
from webapp.services.clock import database_now
from webapp.services.geschiedenis import ZONDER

JAREN, PER_JAAR = 3, 12
"""So many years of results, and so many results of each leerling in each, are at the LAS already."""
_LEERKRACHTEN, _JAARGROEPEN = 12, 8
_SYLLABLES = [f"{first}{second}" for first in "BDFGHJKLMNPRSTVWZ" for second in "ae"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A leerling of a load test, as the LAS sends it and we have it."""

    key: str
    eckid: str
    achternaam: str
    roepnaam: str
    geboortedatum: date
    jaargroep: str


def brin_of(number: int) -> str:
    """The BRIN of the school with this number; none of them is one of the practice schools."""
    rest, last = divmod(number, 26)
    tens, first = divmod(rest, 26)
    return f"{10 + tens:02}{ascii_uppercase[first]}{ascii_uppercase[last]}"


def leerlingen(brin: str, schooljaar: str, number: int) -> Iterator[Kind]:
    """The leerlingen of a school, all called otherwise."""
    begin, _ = days_of(schooljaar)
    for n in range(number):
        jaargroep = n % _JAARGROEPEN + 1
        yield Kind(
            key=f"{brin}-{n}",
            eckid=f"https://ketenid.nl/201703/{sha512(f'{brin}{n}'.encode()).hexdigest()}",
            achternaam=f"{_word(n // 7 + 5)}{_word(n * 5 + 3).lower()}",
            roepnaam=_word(n * 11 + n // 34),
            geboortedatum=date(begin.year - 4 - jaargroep, 10, 1) + timedelta(days=n % 365),
            jaargroep=str(jaargroep),
        )


def leerkrachten(brin: str) -> Iterator[tuple[str, str, str]]:
    """Key, achternaam and roepnaam of the leerkrachten of a school."""
    return ((f"{brin}-L{n}", f"{_word(n * 7)}{_word(n).lower()}", _word(n * 3 + 1)) for n in range(_LEERKRACHTEN))


def _word(number: int) -> str:
    return "".join((_SYLLABLES[number % 34], _SYLLABLES[number // 34 % 34].lower(), "nrstl"[number % 5]))


def fill(
    session: Session, keyring: Keyring, schooljaar: str, *, scholen: int, aantal: int, toetsen: int, jaren: int = JAREN
) -> None:
    """Make so many schools of so many leerlingen, and for each leerling so many results that must go yet."""
    ensure_invented(session)
    for number in range(scholen):
        _fill_school(session, keyring, brin_of(number), schooljaar, aantal, jaren)
    begin, _ = days_of(schooljaar)
    session.execute(_RESULTS, {"year": begin.year, "years": jaren, "per": PER_JAAR, "known": True})
    session.execute(_DELIVERED)
    session.execute(_SENT, {"messages": jaren * PER_JAAR * aantal // 200 + 1})
    norm(session, schooljaar, toetsen)


def norm(session: Session, schooljaar: str, toetsen: int) -> None:
    """Give every leerling so many results more, which must go."""
    begin, _ = days_of(schooljaar)
    session.execute(_RESULTS, {"year": begin.year + 1, "years": 1, "per": toetsen, "known": False})
    session.execute(_READY)


def _fill_school(session: Session, keyring: Keyring, brin: str, schooljaar: str, aantal: int, jaren: int) -> None:
    now = database_now(session)
    school = School(naam=f"Belastingproef {brin}", brin=brin)
    session.add(school)
    session.flush()
    koppeling = Koppeling(
        school_id=school.id,
        status=KoppelingStatus.ACTIEF,
        schoolnaam=school.naam,
        brin=brin,
        contact_naam="Proef",
        contact_email=f"proef@{brin.lower()}.example",
        schooljaar=schooljaar,
        gestart_op=now - timedelta(days=366) * (jaren + 1),
        opgehaald_op=now - timedelta(days=1),
        opgehaald_leerlingen=aantal,
        gewerkt_op=now - timedelta(days=1),
        vorm={"schooljaar": schooljaar},
    )
    groepen = [
        Groep(school_id=school.id, naam=f"Groep {n}", jaargroep=str(n), schooljaar=schooljaar, las_key=f"{brin}-g{n}")
        for n in range(1, _JAARGROEPEN + 1)
    ]
    sloten.lock(session, school.id)
    session.add_all([koppeling, *groepen])
    session.flush()
    koppeling.sleutel = keyring.encrypt("belastingproef", koppeling.identity)
    session.add_all(
        Leerkracht(school_id=school.id, las_key=key, achternaam=achternaam, roepnaam=roepnaam, groepen=[groepen[n % 8]])
        for n, (key, achternaam, roepnaam) in enumerate(leerkrachten(brin))
    )
    rows = [
        {
            "school_id": school.id, "las_key": kind.key, "eckid": kind.eckid, "achternaam": kind.achternaam,
            "roepnaam": kind.roepnaam, "geboortedatum": kind.geboortedatum, "geslacht": "1",
            "jaargroep": kind.jaargroep, "groep_id": groepen[int(kind.jaargroep) - 1].id,
        }
        for kind in leerlingen(brin, schooljaar, aantal)
    ]  # fmt: skip
    session.execute(insert(Leerling), rows, execution_options=ZONDER)
    session.flush()


_RESULTS = text("""
    INSERT INTO resultaat (school_id, leerling_id, toets_id, afnamedatum, ruwe_score, vaardigheidsscore, niveau,
                           percentiel, genormeerd_op, versie, klaargezet)
    SELECT leerling.school_id, leerling.id, toets.id, day, (leerling.id + n) % 25, 100 + n, 'III', 50,
           CASE WHEN :known THEN day + interval '1 day' ELSE clock_timestamp() END, 1, 1
    FROM leerling
    CROSS JOIN generate_series(1, CAST(:years AS int)) AS y CROSS JOIN generate_series(1, CAST(:per AS int)) AS n
    CROSS JOIN LATERAL (SELECT make_date(:year - y, 10, 1) + n AS day) AS d
    JOIN LATERAL (SELECT id FROM toets WHERE code LIKE 'VB-%' ORDER BY id OFFSET n % 10 LIMIT 1) AS toets ON true
    WHERE leerling.school_id IN (SELECT id FROM school WHERE naam LIKE 'Belastingproef %')
    ON CONFLICT DO NOTHING
""")
_READY = text("""
    INSERT INTO levering (resultaat_id, school_id, versie, bevestigd, status, pogingen)
    SELECT resultaat.id, resultaat.school_id, 1, 0, 'klaar', 0 FROM resultaat
    WHERE resultaat.school_id IN (SELECT id FROM school WHERE naam LIKE 'Belastingproef %')
    ON CONFLICT DO NOTHING
""")
_DELIVERED = text("""
    WITH made AS (
        INSERT INTO levering (resultaat_id, school_id, versie, bevestigd, status, pogingen, bevestigd_op)
        SELECT resultaat.id, resultaat.school_id, 1, 1, 'bevestigd', 1, genormeerd_op
        FROM resultaat WHERE resultaat.school_id IN (SELECT id FROM school WHERE naam LIKE 'Belastingproef %')
        ON CONFLICT DO NOTHING RETURNING resultaat_id
    )
    INSERT INTO bezorging (sleutel, school_id, resultaat_id, leerlingid, las_key, eckid, aanwezig, versie, bevestigd_op)
    SELECT sleutel, resultaat.school_id, resultaat.id, leerling.las_key, leerling.las_key, eckid, true, 1, genormeerd_op
    FROM made JOIN resultaat ON resultaat.id = made.resultaat_id JOIN leerling ON leerling.id = resultaat.leerling_id
""")
_SENT = text("""
    INSERT INTO verzending (school_id, koppeling_id, claim, aantal, aanmaakdatum, begonnen_op, klaar_op, uitkomst)
    SELECT koppeling.school_id, koppeling.id, gen_random_uuid(), 200, m, m, m, 'bevestigd'
    FROM koppeling CROSS JOIN generate_series(1, CAST(:messages AS int)) AS n
    CROSS JOIN LATERAL (SELECT now() - interval '1 year' + n * interval '1 hour' AS m) AS t
    WHERE koppeling.school_id IN (SELECT id FROM school WHERE naam LIKE 'Belastingproef %')
""")
