"""What a year leaves behind at the schools of a load test, beside their results: for `python -m tests.benchmarks.land`.

How much is assumed, from the rates of a year of schools (`tests/jaar`) and from who works at a school; it is stated in
`PER_SCHOOL`, so that a figure about size can be reckoned anew for other rates.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

PER_SCHOOL = {
    "mensen": 7, "gezien": 1_600, "nachten": 365, "met_wijziging": 60, "mails": 40, "regels": 4, "verzendingen": 60,
}  # fmt: skip
"""People who log in, lines about names that were seen, nights, nights that changed something, mails, lines that are
kept of each night with a change, and messages with results."""

_STATEMENTS = (
    """
    INSERT INTO account (email, naam, fs_uniquifier, is_klantenservice, active)
    SELECT 'persoon' || n || '@' || lower(brin) || '.example', 'Persoon ' || n, 'land-' || school_id || '-' || n,
           false, true
    FROM koppeling CROSS JOIN generate_series(1, :mensen) AS n WHERE schoolnaam LIKE 'Belastingproef %'
    """,
    """
    INSERT INTO medewerker (account_id, school_id, rol, sinds, weg_nachten)
    SELECT account.id, split_part(fs_uniquifier, '-', 2)::int,
           CASE WHEN split_part(fs_uniquifier, '-', 3)::int <= 2 THEN 'beheerder' ELSE 'leerkracht' END, now(), 0
    FROM account WHERE fs_uniquifier LIKE 'land-%'
    """,
    """
    INSERT INTO nacht (datum, begonnen_op, opgehaald_op, verzonden_op, klaar_op, tellingen)
    SELECT day, day + interval '1 hour', day + interval '2 hours', day + interval '2 hours', day + interval '2 hours',
           '{}'
    FROM generate_series(current_date - 1 - CAST(:nachten AS int), current_date - 2, interval '1 day') AS day
    ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO schoolnacht (datum, koppeling_id, opgehaald_op, stand, ophaal_ms, bevestigd, geweigerd, onzeker)
    SELECT datum, koppeling.id, begonnen_op + interval '10 minutes', 'goed', 2000, 12, 0, 0
    FROM nacht CROSS JOIN koppeling WHERE koppeling.schoolnaam LIKE 'Belastingproef %'
    """,
    """
    INSERT INTO audit (op, account_id, school_id, actie, object, tellingen)
    SELECT current_date - n % 360 - 2 + interval '9 hours' + n * interval '7 seconds', account_id, school_id,
           'namen gezien', 'controle ' || n / 360, '{"leerlingen": 28}'
    FROM medewerker CROSS JOIN generate_series(1, CAST(:gezien AS int) / :mensen) AS n
    WHERE account_id IN (SELECT id FROM account WHERE fs_uniquifier LIKE 'land-%')
    ORDER BY 1
    """,
    """
    INSERT INTO audit (op, school_id, actie, object, tellingen)
    SELECT current_date - n - 2 + interval '2 hours', school_id, 'opgehaald', 'koppeling ' || koppeling.id,
           '{"groepen": 8, "leerlingen": 233, "leerkrachten": 12}'
    FROM koppeling CROSS JOIN generate_series(1, CAST(:nachten AS int)) AS n
    WHERE koppeling.schoolnaam LIKE 'Belastingproef %'
    """,
    """
    INSERT INTO importbatch (koppeling_id, school_id, status, schooljaar, vingerafdruk, rev, tellingen, vastgehouden,
                             bevestigd, opgehaald_op, herinneren_op, verwerkt_op)
    SELECT koppeling.id, school_id, 'automatisch_verwerkt', schooljaar, encode(sha256(n::text::bytea), 'hex'), 0,
           '{"leerling": {"ongewijzigd": 230, "automatisch": 3}}', '{}', '{}', moment, moment, moment
    FROM koppeling CROSS JOIN generate_series(1, CAST(:met_wijziging AS int)) AS n
    CROSS JOIN LATERAL (SELECT now() - n * interval '6 days' AS moment) AS m
    WHERE koppeling.schoolnaam LIKE 'Belastingproef %'
    """,
    """
    INSERT INTO importregel (batch_id, school_id, soort, las_key, eckid, achternaam, roepnaam, geboortedatum, geslacht,
                             jaargroep, groep_keys, voorstel, matchregel, redenen, kandidaten, keuze, via_groep,
                             gevraagd_op, herinnerd)
    SELECT batch.id, batch.school_id, 'leerling', leerling.las_key, eckid, achternaam, roepnaam, geboortedatum,
           geslacht, jaargroep, ARRAY['g1'], 'zeker', 'zelfde_sleutel', ARRAY['naam_gelijk', 'geboortedatum_gelijk'],
           '[]', 'koppel', false, batch.opgehaald_op, 0
    FROM importbatch AS batch
    JOIN LATERAL (SELECT * FROM leerling WHERE school_id = batch.school_id ORDER BY id LIMIT :regels) AS leerling
         ON true
    WHERE batch.status = 'automatisch_verwerkt'
    """,
    """
    INSERT INTO handeling (school_id, wat, batch_id, op)
    SELECT school_id, 'aanlevering', id, opgehaald_op FROM importbatch WHERE status = 'automatisch_verwerkt'
    """,
    """
    INSERT INTO mutatie (handeling_id, school_id, soort, record_id, voor, na)
    SELECT handeling.id, handeling.school_id, 'leerling', leerling.id, '{"jaargroep": "5", "groep_id": 12}',
           '{"jaargroep": "6", "groep_id": 13}'
    FROM handeling
    JOIN LATERAL (SELECT id FROM leerling WHERE school_id = handeling.school_id ORDER BY id LIMIT :regels) AS leerling
         ON true
    """,
    """
    INSERT INTO mail (soort, ontvanger, school_id, koppeling_id, gegevens, status, pogingen, volgende_op,
                      geprobeerd_op, aangemaakt_op, verzonden_op, onderwerp, tekst)
    SELECT 'herinnering', contact_email, school_id, koppeling.id, '{"vragen": 3, "herinnering": 1}', 'verzonden', 1,
           NULL, m, m, m, '3 vragen van ParnasSys', repeat('Beste Anja Bakker, er wachten 3 vragen op u. ', 30)
    FROM koppeling CROSS JOIN generate_series(1, CAST(:mails AS int)) AS n
    CROSS JOIN LATERAL (SELECT now() - n * interval '9 days' AS m) AS t
    WHERE koppeling.schoolnaam LIKE 'Belastingproef %'
    """,
    """
    INSERT INTO verzending (school_id, koppeling_id, claim, aantal, aanmaakdatum, begonnen_op, klaar_op, uitkomst)
    SELECT school_id, koppeling.id, gen_random_uuid(), 47, m, m, m, 'bevestigd'
    FROM koppeling CROSS JOIN generate_series(1, CAST(:verzendingen AS int)) AS n
    CROSS JOIN LATERAL (SELECT now() - n * interval '6 days' AS m) AS t
    WHERE koppeling.schoolnaam LIKE 'Belastingproef %'
    """,
)


def fill(session: Session) -> None:
    """Add it to the schools that `nachtvulling` made. Whoever calls sees all schools."""
    for statement in _STATEMENTS:
        session.execute(text(statement), {name: n for name, n in PER_SCHOOL.items() if f":{name}" in statement})
