"""The one search box of klantenservice: whatever somebody may have heard of a school, and never a leerling."""

from __future__ import annotations

import re

from sqlalchemy import func, select

from tests.screens import Koppelweg, join, make_account
from tests.wereld import make_wereld
from webapp.models import Audit, Besluit, Daad, Importbatch, Leerkracht, Registerschool, Rol, School, Toetreding
from webapp.models.importbatch import BatchStatus
from webapp.services import sloten

ZOEKEN = "/klantenservice/zoeken/"


def test_everything_of_a_school_is_found_and_nobody_of_its_leerlingen(weg: Koppelweg) -> None:
    session = weg.session
    session.add(Registerschool(brin="12AB", vestiging="00", naam="Kbs Het Mozaïek", plaats="Zoutkamp"))
    wereld = make_wereld(session, weg.app.extensions["keyring"])
    wereld.leerling("Zoëlla", achternaam="Kanarievogel")
    for naam in ("Zwaan", "D'Hertog", "Çelik"):
        session.add(Leerkracht(school_id=wereld.school.id, roepnaam="Bo", achternaam=naam))
    koppeling = weg.approved("Kbs Het Mozaïek", "anja@elders.example")
    school = session.get_one(School, koppeling.school_id)
    second = make_account(session, Rol.BEHEERDER, school)
    second.naam, second.email = "Jörg-Jan d'Hondt", "jj@elders.example"
    other = Koppelweg(weg.app, session, weg.klantenservice, brin="34CD").requested("De Ark", "noach@ark.example")
    session.add(
        Toetreding(school_id=school.id, email="kees@kees.example", naam="Kees Vis", rol=Rol.BEHEERDER, is_verzoek=True)
    )
    batch = Importbatch(
        school_id=school.id, koppeling_id=koppeling.id, schooljaar="2026-2027", vingerafdruk="x",
        status=BatchStatus.AUTOMATISCH_VERWERKT, opgehaald_op=koppeling.aangevraagd_op,
    )  # fmt: skip
    sloten.lock(session, school.id)
    session.add(batch)
    session.flush()
    besluit = Besluit(school_id=school.id, batch_id=batch.id, door=second.id)
    session.add(besluit)
    session.commit()
    join(session, second, wereld.school)
    session.commit()
    clerk = weg.clerk()

    def found(q: str) -> list[str]:
        page = clerk.get(ZOEKEN, query_string={"q": q})
        if page.status_code == 303:
            return [page.headers["Location"]]
        return re.findall(r'<a href="(/klantenservice/(?:school|koppeling)/[^"]+)">', page.text.partition("<main")[2])

    here, asked = f"/klantenservice/school/details/?id={school.id}", f"/klantenservice/koppeling/details/?id={other.id}"
    there = f"/klantenservice/school/details/?id={wereld.school.id}"
    for q in ("12ab", "12AB00", "mozaiek", "MOZAÏEK kbs", "zoutkamp", "het moz", "kees vis", "kees@kees"):
        assert found(q) == [here], q
    assert found("anja@elders") == [here], "who logs in there, not once more as who asked"
    for q in ("hondt jorg", "jj@elders.example", "jörg"):
        assert sorted(found(q)) == sorted([here, there]), q
    for q in ("zwaan", "bo dhertog", "celik", "Çelik bo"):
        assert found(q) == [there], f"{q}: a leerkracht without a login"
    for q in ("de ark", "34cd", "noach@ark.example"):
        assert found(q) == [asked], q
    year = besluit.op.year
    assert found(f" {year}-{besluit.id} ") == [f"/klantenservice/koppeling/details/?id={koppeling.id}"]
    for q in ("", "z", "%", "__", "'", "Kanarievogel", "Zoëlla", f"1999-{besluit.id}", f"{year}-999999999", "x" * 900):
        assert found(q) == [], q
    answer = clerk.get(ZOEKEN, query_string={"q": "hondt"}, headers={"Accept": "application/json"})
    assert {each["naam"] for each in answer.get_json()} == {"Jörg-Jan d'Hondt"}
    assert "Buiten de wachtrij" in clerk.get("/klantenservice/", query_string={"q": "hondt"}).text
    seen = select(func.count()).where(Audit.actie == Daad.NAMEN_GEZIEN, Audit.object == "pagina zoeken")
    assert session.scalar(seen) == 1, "who saw names is written down, once a day"
