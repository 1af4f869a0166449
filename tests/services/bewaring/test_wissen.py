"""Erasing one leerling: nothing of them is left, nobody brings them back, and the proof says so without a name."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from tests.services.conftest import aanlevering, make_beheerder, pupil
from tests.wereld import AFNAME, NOW, Wereld, make_wereld
from webapp.errors import NotAllowed
from webapp.models import (
    Advies,
    Afnamesleutel,
    Audit,
    BatchStatus,
    Bezorging,
    Daad,
    Importbatch,
    Importregel,
    Keuze,
    Leerling,
    LeveringStatus,
    Lidmaatschap,
    Overdrachtvraag,
    Resultaat,
    Rol,
    Soort,
    Uitzondering,
    Wissing,
)
from webapp.models.ids import ToetsId
from webapp.models.vastgehouden import Vastgehouden
from webapp.services import sloten
from webapp.services.bewaring import inzage, wissen
from webapp.services.bewaring.wissen import VraagOpen, WordtVerstuurd
from webapp.services.clock import database_clock
from webapp.services.controle import adviseren, doorgeven, keuzes, vastleggen
from webapp.services.controle.samenvatting import summarise
from webapp.services.inname import inname
from webapp.services.inname.batch import hold, open_of
from webapp.services.koppeling import einde
from webapp.services.toetsen import aanleveren, leveranciers
from webapp.services.toetsen.aanleveren import Aangeboden
from webapp.services.toetsen.afnames import Afgenomen
from webapp.woorden import zeg
from webapp.woorden.namen import Namen

KANARIE = "Kanariegeel"
NAMEN = Namen("ParnasSys", "Boom testcentrum", "Boom")


@pytest.fixture
def wereld(session: Session, app: Any) -> Wereld:
    return make_wereld(session, app.extensions["keyring"])


def _everything(session: Session) -> str:
    """All rows of all tables, as text."""
    session.flush()
    tables = session.scalars(
        text("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    ).all()
    return "\n".join(str(row) for table in tables for row in session.scalars(text(f"SELECT t::text FROM {table} t")))


def _take_in(wereld: Wereld, *leerlingen: Any) -> Importbatch | None:
    found = inname.take_in(wereld.session, wereld.koppeling, aanlevering(*leerlingen))
    wereld.session.flush()
    return found


def _import(wereld: Wereld) -> None:
    batch = open_of(wereld.session, wereld.school.id)
    assert batch is not None
    digest = summarise(wereld.session, batch).digest
    vastleggen.commit(wereld.session, wereld.school.id, batch.id, digest=digest, door=wereld.beheerder.id)


def _child(wereld: Wereld, roepnaam: str) -> Leerling:
    return wereld.session.scalars(select(Leerling).where(Leerling.roepnaam == roepnaam)).one()


def _names(wereld: Wereld) -> list[str | None]:
    of_school = Leerling.school_id == wereld.school.id
    return list(wereld.session.scalars(select(Leerling.roepnaam).where(of_school).order_by(Leerling.roepnaam)))


def _erase(wereld: Wereld, leerling: Leerling) -> Wissing:
    return wissen.erase(wereld.session, wereld.school.id, leerling.id, door=wereld.beheerder.id)


def _pupils(batch: Importbatch) -> list[Importregel]:
    return [regel for regel in batch.regels if regel.soort is Soort.LEERLING]


KIND = pupil("k-kanarie", "Kaatje", KANARIE, "2016-02-29", eckid="eck-kanarie")
ANDER = pupil("k2", "Bram", "Weg", "2016-05-01")


def test_nothing_of_an_erased_leerling_is_left_in_any_table(wereld: Wereld) -> None:
    session = wereld.session
    _take_in(wereld, KIND, ANDER)
    _import(wereld)
    kind = _child(wereld, "Kaatje")
    _take_in(wereld, KIND._replace(achternaam="Getrouwd"), ANDER)
    _take_in(wereld, KIND, ANDER)
    assert [each["achternaam"] for each in kind.bekende_namen] == [KANARIE, "Getrouwd"]
    wereld.resultaat(kind)
    stays = wereld.resultaat(_child(wereld, "Bram"))
    session.add(Uitzondering(school_id=wereld.school.id, soort="leerling", eckid="eck-kanarie", omschrijving=KANARIE))
    session.flush()
    assert KANARIE in _everything(session)

    wissing = _erase(wereld, kind)

    left = _everything(session)
    assert not [word for word in (KANARIE, "Getrouwd", "2016-02-29", "k-kanarie", "eck-kanarie") if word in left]
    assert session.scalars(select(Resultaat.id)).all() == [stays.id]
    assert wissing.aantallen == {
        "leveringen": 0, "open_regels": 0, "regels": 1, "uitzonderingen": 1, "resultaten": 1, "mutaties": 3,
        "teruggenomen": 0, "leerlingen": 1,
    }  # fmt: skip
    trail = session.scalars(select(Audit).where(Audit.actie == Daad.LEERLING_GEWIST)).one()
    assert (trail.object, trail.account_id, trail.tellingen["resultaten"]) == (
        f"leerling {wissing.leerling_id}", wereld.beheerder.id, 1,
    )  # fmt: skip


@pytest.mark.parametrize("is_emptied", [False, True])
def test_what_a_supplier_handed_in_is_shown_and_goes_with_them(wereld: Wereld, *, is_emptied: bool) -> None:
    session, kind, other = wereld.session, wereld.leerling("Kaatje"), wereld.leerling("Bram")
    leverancier, _ = leveranciers.make(session, "Toetsmaker", [], door=wereld.beheerder.id)
    records = [
        Aangeboden(f"s-{each.roepnaam}", 1, "x", "VB-RW-5", Afgenomen(each.id, ToetsId(0), AFNAME, 25))
        for each in (kind, other)
    ]
    sloten.hold(session, wereld.school.id)
    given: dict[str, Any] = {"normeren": False, "now": NOW, "today": AFNAME}
    aanleveren.take_in(session, leverancier.id, wereld.school.id, records, **given)
    if is_emptied:
        session.execute(delete(Resultaat))
        session.expire_all()
    found = inzage.of_leerling(session, wereld.school.id, kind.id, door=wereld.beheerder.id)
    [row] = found["aangeleverd door een leverancier"]
    assert (row["sleutel"], row["ruwe_score"]) == ("s-Kaatje", 25)
    _erase(wereld, kind)
    assert list(session.scalars(select(Afnamesleutel.sleutel))) == ["s-Bram"]


@pytest.mark.parametrize(
    "again",
    [
        KIND,
        KIND._replace(eckid=None),
        KIND._replace(key="nieuw-nummer"),
        KIND._replace(key="nieuw-nummer", eckid=None),
        KIND._replace(achternaam="Getrouwd"),
    ],
    ids=["the same", "by number", "by eckid", "by name and birth date", "under another name"],
)
def test_the_next_aanlevering_does_not_bring_them_back(wereld: Wereld, again: Any) -> None:
    _take_in(wereld, KIND, ANDER)
    _import(wereld)
    _erase(wereld, _child(wereld, "Kaatje"))
    new = pupil("k3", "Ids", "Later", "2016-02-29")
    batch = _take_in(wereld, again, ANDER, new)
    assert batch is not None
    assert [regel.roepnaam for regel in _pupils(batch)] == ["Ids"]
    assert batch.tellingen["leerling"]["gewist"] == 1
    assert _names(wereld) == ["Bram"]


def test_who_only_looks_like_them_comes_in(wereld: Wereld) -> None:
    _take_in(wereld, KIND)
    _import(wereld)
    _erase(wereld, _child(wereld, "Kaatje"))
    twin = KIND._replace(key="k9", eckid=None, roepnaam="Keesje")
    no_date = KIND._replace(key="k8", eckid=None, geboortedatum=None)
    batch = _take_in(wereld, twin, no_date)
    assert batch is not None
    assert len(_pupils(batch)) == 2


@pytest.mark.parametrize("is_here", [True, False])
def test_a_number_exchanged_with_who_was_erased_is_no_longer_ours(wereld: Wereld, *, is_here: bool) -> None:
    """Jop was erased; then the LAS exchanges the numbers of the twins, or Jip is away as well."""
    born = "2019-01-30"
    jip, jop = (
        wereld.leerling(naam, achternaam="Wolters", geboortedatum=date(2019, 1, 30), las_key=None)
        for naam in ("Jip", "Jop")
    )
    _take_in(wereld, pupil("k1", "Jip", "Wolters", born), pupil("k2", "Jop", "Wolters", born))
    assert (jip.las_key, jop.las_key) == ("k1", "k2")
    wissen.erase(wereld.session, wereld.school.id, jop.id, door=wereld.beheerder.id)
    there = [pupil("k2", "Jip", "Wolters", born)] if is_here else []
    _take_in(wereld, pupil("k1", "Jop", "Wolters", born), pupil("k9", "Fien", "Bloem", "2014-09-09"), *there)
    assert jip.las_key == ("k2" if is_here else None)
    assert wereld.session.scalars(select(Leerling.roepnaam).where(Leerling.roepnaam == "Jop")).all() == []


def test_who_has_a_number_stays_linked_when_a_double_is_erased(wereld: Wereld) -> None:
    _take_in(wereld, KIND._replace(eckid=None), ANDER)
    _import(wereld)
    kind = _child(wereld, "Kaatje")
    double = wereld.leerling("Kaatje", achternaam=KANARIE, geboortedatum=kind.geboortedatum, las_key=None)
    _erase(wereld, double)
    _take_in(wereld, KIND._replace(eckid=None), ANDER)
    assert (kind.las_key, kind.status) == (KIND.key, Lidmaatschap.ACTIEF)


def test_another_school_may_have_them(wereld: Wereld, app: Any) -> None:
    other = make_wereld(wereld.session, app.extensions["keyring"], brin="98ZZ")
    _take_in(wereld, KIND)
    _import(wereld)
    kind = _child(wereld, "Kaatje")
    with pytest.raises(NotAllowed):
        wissen.erase(wereld.session, other.school.id, kind.id, door=other.beheerder.id)
    _erase(wereld, kind)
    assert _take_in(other, KIND) is not None


def test_once_the_school_says_so_they_come_back_as_new(wereld: Wereld) -> None:
    _take_in(wereld, KIND)
    _import(wereld)
    wissing = _erase(wereld, _child(wereld, "Kaatje"))
    wissen.let_back(wereld.session, wereld.school.id, wissing.id, door=wereld.beheerder.id)
    for _ in range(3):
        batch = _take_in(wereld, KIND)
        assert batch is not None
        assert [regel.roepnaam for regel in _pupils(batch)] == ["Kaatje"]


def test_an_open_question_about_them_is_answered_first(wereld: Wereld) -> None:
    kind = wereld.leerling("Kaatje", achternaam=KANARIE, las_key=None)
    batch = _take_in(wereld, KIND)
    assert batch is not None
    (regel,) = _pupils(batch)
    assert regel.is_vraag
    with pytest.raises(VraagOpen) as refused:
        _erase(wereld, kind)
    assert "om die vraag te beantwoorden" in zeg(refused.value, NAMEN)
    assert _names(wereld) == ["Kaatje"]
    keuzes.choose(wereld.session, wereld.school.id, regel.id, Keuze.KOPPEL, door=wereld.beheerder.id)
    wissing = _erase(wereld, kind)
    assert wissing.aantallen["open_regels"] == 1
    assert batch.status is BatchStatus.VERWERKT, "it asked nothing else"
    assert "Kanarie" not in _everything(wereld.session)
    assert _take_in(wereld, KIND) is None, "the line was them too"


def test_who_was_said_not_to_be_them_stays_in_the_review(wereld: Wereld) -> None:
    kind = wereld.leerling("Kaatje", achternaam=KANARIE, las_key=None)
    batch = _take_in(wereld, KIND)
    assert batch is not None
    (regel,) = _pupils(batch)
    keuzes.choose(wereld.session, wereld.school.id, regel.id, Keuze.NIEUW, door=wereld.beheerder.id)
    _erase(wereld, kind)
    assert [each.kandidaten for each in _pupils(batch)] == [[]]
    _import(wereld)
    assert _names(wereld) == ["Kaatje"], "the other one"


def test_what_a_colleague_said_of_them_beside_another_is_theirs_too(wereld: Wereld) -> None:
    kind = wereld.leerling("Kaatje", achternaam=KANARIE, las_key=None)
    kind.geboortedatum = None
    wereld.session.flush()
    batch = _take_in(wereld, KIND)
    assert batch is not None
    (regel,) = _pupils(batch)
    anja, door = make_beheerder(wereld.session, wereld.school, "anja@x.example", Rol.LEERKRACHT), wereld.beheerder.id
    doorgeven.hand_over(wereld.session, wereld.school.id, batch.id, [regel.id], aan=anja.id, bericht="", door=door)
    (asked,) = wereld.session.scalars(select(Overdrachtvraag))
    adviseren.advise(wereld.session, wereld.school.id, asked.id, Advies.ANDER, f"Nee: {KANARIE} is jarig", door=anja.id)
    keuzes.choose(wereld.session, wereld.school.id, regel.id, Keuze.NIEUW, door=door)
    found = inzage.of_leerling(wereld.session, wereld.school.id, kind.id, door=door)
    assert [each["advies"] for each in found["adviezen van collega's"]] == ["ander"]
    _erase(wereld, kind)
    assert "is jarig" not in _everything(wereld.session)


def test_a_review_that_ended_with_its_koppeling_lets_them_go_too(wereld: Wereld) -> None:
    kind = wereld.leerling("Kaatje", achternaam=KANARIE, las_key=None)
    batch = _take_in(wereld, KIND)
    assert batch is not None
    (regel,) = _pupils(batch)
    keuzes.choose(wereld.session, wereld.school.id, regel.id, Keuze.KOPPEL, door=wereld.beheerder.id)
    wereld.koppeling.einde_gevraagd_op = database_clock(wereld.session)
    einde.end(wereld.session, wereld.koppeling.id, door=wereld.beheerder.id)
    assert KANARIE in _everything(wereld.session), "not erased by that"
    _erase(wereld, kind)
    assert [(regel.achternaam, regel.gewist_op is not None) for regel in _pupils(batch)] == [(None, True)]
    assert KANARIE not in _everything(wereld.session)


def test_a_groep_with_the_same_number_stays_in_the_review(wereld: Wereld) -> None:
    batch = _take_in(wereld, ANDER)
    assert batch is not None
    groep = next(regel for regel in batch.regels if regel.soort is Soort.GROEP)
    kind = wereld.leerling("Kaatje", id=groep.doel_id)
    _erase(wereld, kind)
    assert groep in batch.regels


def test_a_link_that_was_corrected_is_imported_first(wereld: Wereld) -> None:
    wereld.leerling("Kaatje", achternaam=KANARIE, las_key=None, geboortedatum=date(2016, 2, 29))
    batch = _take_in(wereld, KIND._replace(eckid=None), ANDER)
    assert batch is not None
    regel = next(each for each in batch.regels if each.roepnaam == "Kaatje")
    assert regel.toegepast_id is not None
    keuzes.choose(wereld.session, wereld.school.id, regel.id, Keuze.NIEUW, door=wereld.beheerder.id)
    with pytest.raises(VraagOpen) as refused:
        _erase(wereld, _child(wereld, "Kaatje"))
    assert "op Gegevens importeren te drukken" in zeg(refused.value, NAMEN)
    assert "beantwoorden" not in zeg(refused.value, NAMEN)


def test_a_hold_no_longer_counts_them(wereld: Wereld) -> None:
    kind, other = wereld.leerling("Kaatje"), wereld.leerling("Bram")
    batch = _take_in(wereld, pupil("k7", "Eva", "Nieuw"), *_known(kind, other))
    assert batch is not None
    held = {"leerling": Vastgehouden(ids=[kind.id, other.id], redenen=[])}
    hold(wereld.session, batch, held, since=database_clock(wereld.session))
    _erase(wereld, kind)
    assert batch.held(Soort.LEERLING) == [other.id]
    _erase(wereld, other)
    assert batch.vastgehouden == {}
    assert batch.status is BatchStatus.WACHT_OP_CONTROLE


def _known(*leerlingen: Leerling) -> list[Any]:
    return [pupil(each.las_key, each.roepnaam or "", each.achternaam or "") for each in leerlingen]


def test_the_proof_lists_what_stands_in_the_las(wereld: Wereld) -> None:
    kind = wereld.leerling("Kaatje")
    sent, _ = wereld.resultaat(kind), wereld.resultaat(kind, toets="VB-BL-5")
    for toets in ("VB-RW-5", "VB-BL-5"):
        wereld.normeer(toets)
    key = sent.sleutel
    wereld.session.add(
        Bezorging(sleutel=key, school_id=wereld.school.id, resultaat_id=sent.id, leerlingid=kind.las_key)
    )
    wereld.session.flush()
    wissing = _erase(wereld, kind)
    assert [(each["sleutel"], each["afnamedatum"]) for each in wissing.in_las] == [(key, "2026-11-20")]
    assert wissing.aantallen["leveringen"] == 2
    assert wereld.count_sendable() == 0


def test_while_results_are_being_sent_nobody_is_erased(wereld: Wereld) -> None:
    kind = wereld.leerling("Kaatje")
    wereld.resultaat(kind)
    now = database_clock(wereld.session)
    wereld.koppeling.zenden_claim = "00000000-0000-4000-8000-000000000001"
    wereld.koppeling.zenden_claim_tot = now + timedelta(minutes=1)
    wereld.session.flush()
    with pytest.raises(WordtVerstuurd):
        _erase(wereld, kind)
    wereld.koppeling.zenden_claim_tot = now - timedelta(seconds=1)
    wereld.session.flush()
    _erase(wereld, kind)
    assert _names(wereld) == []


def test_inzage_shows_every_row_about_a_leerling_and_is_in_the_trail(wereld: Wereld) -> None:
    _take_in(wereld, KIND, ANDER)
    _import(wereld)
    kind = _child(wereld, "Kaatje")
    wereld.resultaat(kind)
    wereld.normeer()
    wereld.breng(wereld.session.scalars(select(Resultaat.id)).one(), LeveringStatus.BEVESTIGD)
    kind.bekende_namen = [{"las_key": "k-kanarie", "roepnaam": "Kaat"}]
    found = inzage.of_leerling(wereld.session, wereld.school.id, kind.id, door=wereld.beheerder.id)
    assert found["leerling"]["bekende_namen"] == kind.bekende_namen
    assert found["leerling"]["geboortedatum"] == "2016-02-29"
    assert [each["ruwe_score"] for each in found["resultaten"]] == [25]
    assert [each["status"] for each in found["leveringen"]] == ["bevestigd"]
    assert [each["achternaam"] for each in found["regels van aanleveringen"]] == [KANARIE]
    assert "Bram" not in str(found)
    assert wereld.session.scalars(select(Audit.object).where(Audit.actie == Daad.LEERLING_INGEZIEN)).one() == (
        f"leerling {kind.id}"
    )
