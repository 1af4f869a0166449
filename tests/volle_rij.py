"""A queue of klantenservice with more than 400 cases, by SQL: made one by one it would take minutes."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

_FILL = """
INSERT INTO registerschool (brin, vestiging, naam, plaats)
  SELECT lpad((n / 676 + 10)::text, 2, '0') || chr(65 + n / 26 % 26) || chr(65 + n % 26), '00', 'De Kring ' || n,
    (ARRAY['Assen', 'Almere', 'Breda', 'Zwolle', 'Deventer', 'Zeist', 'Ede'])[1 + n % 7]
  FROM generate_series(1, {schools}) n ON CONFLICT DO NOTHING;
INSERT INTO school (naam, brin, vestiging)
  SELECT naam, brin, vestiging FROM registerschool WHERE naam LIKE 'De Kring %';
INSERT INTO koppeling (school_id, status, schoolnaam, brin, vestiging, contact_naam, contact_email, las_type, gestart_op,
    aangevraagd_op, opengezet_op, ingediend_op, schooljaar, ophalen_pogingen, zenden_pogingen, opgehaald_op,
    fout_code, fout_eigenaar, fout_gegevens, proef_code, proef_gelukt, proef_gegevens)
  SELECT CASE WHEN n > 86 THEN id END,
    CASE WHEN n <= 86 THEN 'aangevraagd' WHEN n <= 227 THEN 'ingediend' WHEN n <= 255 THEN 'opengezet' ELSE 'actief' END,
    naam, brin, vestiging, 'Anja Bakker', 'anja' || n || '@kring.example', 'parnassys',
    CASE WHEN n > 255 THEN now() - interval '90 days' END, now() - n * interval '1 hour',
    CASE WHEN n > 86 THEN now() - n * interval '50 minutes' - interval '20 days' END,
    CASE WHEN n > 86 THEN now() - n * interval '40 minutes' END, '2026-2027', 0, 0,
    CASE WHEN n > 255 THEN now() END,
    CASE WHEN n BETWEEN 256 AND 258 THEN 'Client' WHEN n BETWEEN 259 AND 286 THEN 'Client.OngeldigeKlantIdentificatie'
      WHEN n BETWEEN 287 AND 314 THEN 'codering' END,
    CASE WHEN n BETWEEN 256 AND 286 THEN 'klantenservice' WHEN n BETWEEN 287 AND 314 THEN 'las' END,
    CASE WHEN n BETWEEN 256 AND 314 THEN '{}'::jsonb END,
    CASE WHEN n BETWEEN 87 AND 227 THEN 'gegevens' END, CASE WHEN n BETWEEN 87 AND 227 THEN n % 3 > 0 END,
    CASE WHEN n BETWEEN 87 AND 227 THEN jsonb_build_object('schoolnaam', naam, 'groepen', 8, 'leerlingen', 203,
      'schooljaar', '2026-2027') END
  FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM school WHERE naam LIKE 'De Kring %') s;
INSERT INTO leerling (school_id, roepnaam, achternaam, status, las_key)
  SELECT id, 'Noor', 'Bo', 'actief', 'k' FROM school WHERE naam LIKE 'De Kring %';
INSERT INTO resultaat (school_id, leerling_id, toets_id, afnamedatum, ruwe_score, versie, genormeerd_op)
  SELECT l.school_id, l.id, (SELECT min(id) FROM toets), date '2026-11-01', 20, 1, now()
  FROM leerling l JOIN koppeling k ON k.school_id = l.school_id AND k.status = 'actief' WHERE l.las_key = 'k' AND k.id % 40 = 0;
INSERT INTO levering (school_id, resultaat_id, versie, bevestigd, status, pogingen, gewijzigd_op, fout_code, fout_eigenaar)
  SELECT school_id, id, 1, 0, 'geweigerd', 1, now() - interval '2 days',
    CASE WHEN id % 2 = 0 THEN 'Client.ToetsNormeringOngeldig' ELSE 'Client.LeerlingOngeldig' END,
    CASE WHEN id % 2 = 0 THEN 'klantenservice' ELSE 'school' END
  FROM resultaat WHERE afnamedatum = date '2026-11-01' AND versie = 1 AND genormeerd_op > now() - interval '1 hour';
INSERT INTO importbatch (school_id, koppeling_id, schooljaar, vingerafdruk, status, vastgehouden, opgehaald_op, vastgehouden_op, rev,
    tellingen)
  SELECT school_id, id, '2026-2027', 'x', 'vastgehouden', '{"leerling": {"ids": [1, 2, 3], "redenen": ["kwart"]}}', now(),
    now() - interval '7 hours', 0, '{}' FROM koppeling WHERE status = 'actief' AND fout_code IS NULL ORDER BY id LIMIT 110;
INSERT INTO mail (soort, ontvanger, school_id, koppeling_id, status, pogingen, probleem, antwoord, aangemaakt_op, gegevens,
    volgende_op)
  SELECT 'goedgekeurd', 'anja' || id || '@kring.example', school_id, id, 'opgegeven', 5, 'adres_geweigerd', '550', now(),
    '{}', NULL FROM koppeling WHERE status = 'actief' ORDER BY id DESC LIMIT 44;
ANALYZE school, koppeling, levering, importbatch, resultaat, mail, registerschool;
"""  # noqa: E501  # a statement that is read as a table


def fill_queue(session: Session, schools: int = 6000) -> None:
    """Make them; the invented tests have to be there."""
    for statement in _FILL.replace("{schools}", str(schools)).split(";\n"):
        if statement.strip():
            session.execute(text(statement))
    session.commit()
