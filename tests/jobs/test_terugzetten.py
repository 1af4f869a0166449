"""The database comes out of a backup: nothing goes until the command has compared it with the journals.

Rehearsed with the real `pg_dump` and `pg_restore`, and with a copy in its place; the LAS keeps what it got.
"""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from click.testing import Result
from flask import Flask
from psycopg import sql
from sqlalchemy import func, select, update

from jobs import sweep
from jobs.ophalen import fetch_leerlinggegevens
from jobs.versturen import push_resultaten
from sandbox.lokaal.mailcatcher import plain_url
from sandbox.lokaal.postgres import _binaries
from tests.ground.servers import as_owner
from tests.jobs.test_las_gepauzeerd import UNCHANGED
from tests.las import Administratie, Lost, reply, running_las
from tests.screens import login
from tests.wereld import START, lock_all, make_wereld
from webapp import create_app, journaal, onderdelen
from webapp.config import Settings
from webapp.db import db, unit_of_work
from webapp.models import (
    Aanleiding,
    Account,
    Audit,
    Bezorging,
    Daad,
    Koppeling,
    Levering,
    LeveringStatus,
    Mail,
    MailSoort,
    MailStatus,
    Resultaat,
    Schakelaar,
    Sessie,
    Verzending,
    Werk,
)
from webapp.models.fout import EigenCode
from webapp.models.ids import GroepId, KoppelingId, ResultaatId, SchoolId, ToetsId
from webapp.models.levering import IN_DOUBT
from webapp.queue import Job
from webapp.services import mails, sloten
from webapp.services.clock import database_clock
from webapp.services.toetsen import normering
from webapp.services.versturen import beurt as zendbeurt
from webapp.services.versturen import leveringen, nakijken
from webapp.services.versturen.leveringen import MustBeChecked
from webapp.uwlr.codes import Owner


@dataclass
class Proef:
    """One school, its LAS, the journal of this host, and a backup to go back to."""

    app: Flask
    settings: Settings
    url: str
    tmp: Path
    boek: Administratie = field(default_factory=Administratie)
    vragen: int = 0
    koppeling_id: KoppelingId = field(default_factory=lambda: KoppelingId(0))
    school_id: SchoolId = field(default_factory=lambda: SchoolId(0))
    groep_id: GroepId = field(default_factory=lambda: GroepId(0))
    toets_id: ToetsId = field(default_factory=lambda: ToetsId(0))
    ids: list[ResultaatId] = field(default_factory=list)
    moment: datetime = START

    @property
    def journaal(self) -> Path:
        assert self.settings.journaal is not None
        return self.settings.journaal

    def fill(self, count: int) -> None:
        with unit_of_work() as session:
            wereld = make_wereld(session, self.app.extensions["keyring"])
            wereld.koppeling.gewerkt_op = START
            self.ids = wereld.genormeerd(count)
            self.koppeling_id, self.school_id = wereld.koppeling.id, wereld.school.id
            self.groep_id, self.toets_id = wereld.groep.id, wereld.toetsen["VB-RW-5"].id

    def score(self, resultaat_id: ResultaatId, score: int) -> None:
        """Somebody fills in another score, and norms it."""
        with unit_of_work() as session:
            sloten.hold(session, self.school_id)
            resultaat = session.get_one(Resultaat, resultaat_id)
            resultaat.ruwe_score, resultaat.genormeerd_op = score, None
            session.flush()
            now = database_clock(session)
            normering.normeer(session, self.school_id, self.toets_id, groep_id=self.groep_id, now=now, door=None)

    def push(self) -> None:
        with unit_of_work() as session:
            session.execute(update(Koppeling).values(zenden_op=func.now(), niet_voor=None))
        push_resultaten(self.koppeling_id)

    def back_up(self) -> None:
        with unit_of_work() as session:
            self.moment = database_clock(session)
        self._let_go()
        kopie = f"--file={self.tmp / 'kopie'}"
        self._run("pg_dump", "--enable-row-security", "--format=custom", kopie, self._plain(self.url))

    def restore(self) -> None:
        """Into a new database under the old name, as docs/operations.md says."""
        self._let_go()
        name = self.url.rpartition("/")[2].partition("?")[0]
        with psycopg.connect(self._plain(self.url).replace(f"/{name}", "/postgres", 1), autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        self._run("pg_restore", "--no-owner", f"--dbname={self._plain(self.url)}", str(self.tmp / "kopie"))

    def restore_in_place(self) -> None:
        """The tables anew in the same database."""
        self._let_go()
        args = ("--clean", "--if-exists", "--no-owner", f"--dbname={self._plain(self.url)}")
        self._run("pg_restore", *args, str(self.tmp / "kopie"))

    def command(self, *arguments: str) -> Result:
        done = self.app.test_cli_runner().invoke(
            args=["na-terugzetten", "--moment", self.moment.isoformat(), *arguments]
        )
        assert done.exit_code == 0, done.output
        return done

    def status(self, resultaat_id: ResultaatId) -> LeveringStatus:
        with unit_of_work() as session:
            found = session.scalar(select(Levering.status).where(Levering.resultaat_id == resultaat_id))
            assert found is not None
            return found

    def key(self, resultaat_id: ResultaatId) -> str:
        with unit_of_work() as session:
            return session.scalars(select(Resultaat.sleutel).where(Resultaat.id == resultaat_id)).one()

    def held(self) -> set[Werk]:
        with unit_of_work() as session:
            return set(session.scalars(select(Schakelaar.werk).where(Schakelaar.aanleiding == Aanleiding.TERUGZETTEN)))

    def _let_go(self) -> None:
        db.session.remove()
        db.engine.dispose()

    @staticmethod
    def _plain(url: str) -> str:
        return plain_url(as_owner(url))

    @staticmethod
    def _run(program: str, *arguments: str) -> None:
        done = subprocess.run([str(_binaries() / program), *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.fixture
def proef(fresh_database_url: str, settings: Settings, tmp_path: Path) -> Iterator[Proef]:
    folder = tmp_path / "journaal"
    folder.mkdir()
    found = Proef.__new__(Proef)

    def answer(wire, request):  # type: ignore[no-untyped-def]  # a Behaviour
        is_push = request.startswith(b"POST /leerresultaten")
        found.vragen += not is_push
        (found.boek if is_push else reply(UNCHANGED))(wire, request)

    with running_las(answer) as las:
        here = replace(
            settings,
            database_url=fresh_database_url,
            parnassys_url=las.address,
            journaal=folder,
        )
        app = create_app(here)
        found.__init__(app, here, fresh_database_url, tmp_path)  # type: ignore[misc]  # made anew in the same place
        with app.app_context():
            yield found
            db.session.remove()
            db.engine.dispose()


RESTORES = pytest.mark.parametrize("restore", [Proef.restore, Proef.restore_in_place], ids=["new database", "in place"])


@pytest.mark.fault(40)
@RESTORES
def test_a_restore_is_rehearsed(proef: Proef, restore: Callable[[Proef], None]) -> None:
    """Confirmed at the LAS after the backup: one that changed, one that did not; one never left; one is not known."""
    proef.fill(4)
    changed, same, unsent, corrected = proef.ids
    proef.push()
    proef.score(same, 11)
    proef.back_up()
    proef.score(changed, 26)
    proef.push()
    with unit_of_work() as session:
        sloten.hold(session, proef.school_id)
        made = session.get_one(Resultaat, corrected)
        leerling = made.leerling
        new = Resultaat(
            school_id=made.school_id, leerling_id=made.leerling_id, toets_id=made.toets_id,
            afnamedatum=made.afnamedatum - timedelta(days=1), ruwe_score=7,
        )  # fmt: skip
        session.add(new)
        session.flush()
        new_id, leerlingid = new.id, leerling.las_key
    proef.score(new_id, 7)
    proef.push()
    new_key = proef.key(new_id)
    assert proef.boek.boek[proef.key(changed)] == 26
    proef.score(unsent, 13)

    restore(proef)
    before, wrote = len(proef.boek.berichten), dict(proef.boek.boek)
    with unit_of_work() as session:
        session.execute(update(Koppeling).values(zenden_op=func.now(), ophalen_op=func.now()))
        mails.add(session, MailSoort.GOEDGEKEURD, "a@school.example", koppeling_id=proef.koppeling_id)
    fetch_leerlinggegevens(proef.koppeling_id)  # rung before the restore, say
    proef.push()
    due = sweep.sweep()
    assert {job: due[job] for job in (Job.SEND_MAIL, Job.FETCH_LEERLINGGEGEVENS, Job.PUSH_RESULTATEN)} == {
        Job.SEND_MAIL: 0,
        Job.FETCH_LEERLINGGEGEVENS: 0,
        Job.PUSH_RESULTATEN: 0,
    }
    assert proef.held() == set(Werk)
    assert (len(proef.boek.berichten), proef.vragen) == (before, 0)

    output = proef.command("--journaal", str(proef.journaal)).output
    assert "1 resultaten wachten tot de school ze nakijkt" in output
    assert f"leerling {leerlingid}, resultaat {new_key}: score 7" in output
    assert proef.held() == set()
    assert proef.status(changed) is LeveringStatus.NAKIJKEN
    with unit_of_work() as session:
        levering = session.get_one(Levering, changed)
        assert levering.fout is not None
        assert (levering.fout.code, levering.fout.eigenaar) == (EigenCode.NAKIJKEN, Owner.SCHOOL)
        assert levering.fout.gegevens == {"wij": "0", "las": "26"}
        assert nakijken.te_controleren(session, proef.school_id) == 1
        with pytest.raises(MustBeChecked):
            leveringen.send_again(session, proef.school_id, changed, door=None)
        assert leveringen.free_refused(session, session.get_one(Koppeling, proef.koppeling_id), door=None) == 0
    assert sweep.sweep()[Job.FETCH_LEERLINGGEGEVENS] == 1
    proef.push()
    assert proef.status(same) is LeveringStatus.BEVESTIGD
    assert (proef.boek.boek[proef.key(same)], proef.boek.boek[proef.key(changed)]) == (11, 26)
    assert wrote.items() <= proef.boek.boek.items(), "nothing newer was overwritten"

    proef.score(changed, 25)
    assert proef.status(changed) is LeveringStatus.NAKIJKEN, "norming alone sends nothing"
    with unit_of_work() as session:
        accounts = session.scalars(select(Account.id)).all()
        nakijken.score_is_right(session, proef.school_id, changed, door=accounts[0])
    proef.push()
    assert proef.status(changed) is LeveringStatus.BEVESTIGD
    assert proef.boek.boek[proef.key(changed)] == 25
    with unit_of_work() as session:
        assert session.get_one(Resultaat, changed).versie > 1000


def test_without_a_journal_whatever_a_school_would_send_waits(proef: Proef) -> None:
    proef.fill(2)
    proef.push()
    proef.score(proef.ids[0], 22)
    proef.back_up()
    proef.push()
    proef.restore()
    output = proef.command().output
    assert "99XX: 1" in output
    assert [proef.status(id_) for id_ in proef.ids] == [LeveringStatus.NAKIJKEN, LeveringStatus.BEVESTIGD]
    before = len(proef.boek.berichten)
    proef.push()
    assert len(proef.boek.berichten) == before


def test_without_a_journal_a_school_that_was_not_active_goes_on(proef: Proef) -> None:
    proef.fill(1)
    proef.back_up()
    proef.restore()
    proef.command("--school", "98ZZ")
    proef.push()
    assert proef.status(proef.ids[0]) is LeveringStatus.BEVESTIGD


def test_a_message_whose_answer_got_lost_is_in_the_journal_too(proef: Proef) -> None:
    proef.fill(1)
    proef.push()
    proef.back_up()
    proef.score(proef.ids[0], 26)
    proef.boek.answer = lambda _: Lost()
    proef.push()
    assert proef.status(proef.ids[0]) in IN_DOUBT
    proef.restore()
    proef.boek.answer = lambda _: None
    proef.command("--journaal", str(proef.journaal))
    with unit_of_work() as session:
        levering = session.get_one(Levering, proef.ids[0])
        assert levering.fout is not None
        assert levering.fout.gegevens == {"wij": "0", "las": "26", "misschien": "ja"}


def test_a_disk_that_went_back_in_time_is_recognised_by_the_journal(proef: Proef) -> None:
    """The same server, database and tables, as they were; only the journal knows of a message."""
    proef.fill(1)
    proef.push()
    sweep.sweep()
    assert proef.held() == set()
    with unit_of_work() as session:
        lock_all(session)
        session.execute(update(Verzending).values(begonnen_op=Verzending.begonnen_op - timedelta(hours=1)))
    sweep.sweep()
    assert proef.held() == set(Werk)
    proef.command("--journaal", str(proef.journaal))
    sweep.sweep()
    assert proef.held() == set(), "what was compared tells nothing any more"
    proef.score(proef.ids[0], 9)
    proef.push()
    assert proef.status(proef.ids[0]) is LeveringStatus.BEVESTIGD
    sweep.sweep()
    assert proef.held() == set()


@RESTORES
def test_logins_end_and_mails_that_may_have_gone_wait_for_a_person(
    proef: Proef, restore: Callable[[Proef], None]
) -> None:
    proef.fill(1)
    with unit_of_work() as session:
        account = session.scalars(select(Account)).one()
        browser = login(proef.app, session, account)
        unique, last = account.fs_uniquifier, session.scalar(select(func.max(Mail.id))) or 0
        mail = mails.add(session, MailSoort.GOEDGEKEURD, "a@school.example", koppeling_id=proef.koppeling_id)
        mail_id = mail.id
    sweep.sweep()
    proef.back_up()
    restore(proef)
    sweep.sweep()
    assert proef.held() == set(Werk), "also while nothing ever left, so that no journal tells"
    proef.command()
    with unit_of_work() as session:
        assert session.scalars(select(Sessie.beeindigd_op)).one() is not None
        assert session.scalars(select(Account.fs_uniquifier)).one() != unique, (
            "no link for a password comes back to life"
        )
        found = session.get_one(Mail, mail_id)
        assert (found.status, found.volgende_op) == (MailStatus.ONZEKER, None)
        later = mails.add(session, MailSoort.GOEDGEKEURD, "b@school.example", koppeling_id=proef.koppeling_id)
        assert later.id > last + 1000, "a link in a mail of after the backup leads to no other mail"
        assert Daad.TERUGGEZET in session.scalars(select(Audit.actie)).all()
    assert browser.get("/").status_code == 200
    assert "uitloggen" not in browser.get("/").text.lower()


def test_where_a_result_went_is_kept_also_when_that_row_is_lost(proef: Proef) -> None:
    proef.fill(1)
    proef.back_up()
    proef.push()
    proef.restore()
    proef.command("--journaal", str(proef.journaal))
    with unit_of_work() as session:
        assert session.scalars(select(Bezorging.versie)).one() == 1001
    assert proef.status(proef.ids[0]) is LeveringStatus.KLAAR, "the same version goes again, under the same key"
    proef.push()
    assert len(proef.boek.boek) == 1


def full(proef: Proef) -> None:
    """Fill the disk on which the journal is."""
    for path in proef.journaal.iterdir():
        path.rename(proef.tmp / f"{uuid4()}.tsv")
    with unit_of_work() as session:
        now = database_clock(session)
    (proef.journaal / f"{socket.gethostname()}_{now:%Y-%m}.tsv").symlink_to("/dev/full")


def test_what_cannot_be_written_down_does_not_leave(proef: Proef) -> None:
    proef.fill(3)
    full(proef)
    proef.push()
    assert proef.boek.berichten == []
    assert {proef.status(id_) for id_ in proef.ids} == {LeveringStatus.KLAAR}
    with unit_of_work() as session:
        assert zendbeurt.due(session) == [], "not at once again"
    assert "No space left" in str(onderdelen.check(proef.settings, asks_mail=False)["journaal"])
    next(proef.journaal.iterdir()).unlink()
    proef.push()
    assert {proef.status(id_) for id_ in proef.ids} == {LeveringStatus.BEVESTIGD}


def test_a_confirmation_counts_also_when_it_cannot_be_written_down(
    proef: Proef, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills while the LAS is busy: nothing is lost, nothing goes twice, and the first line stands."""
    from jobs import versturen

    proef.fill(3)
    send = versturen._send

    def send_and_fill(opdracht):  # type: ignore[no-untyped-def]  # as `_send`
        outcome = send(opdracht)
        full(proef)
        return outcome

    monkeypatch.setattr(versturen, "_send", send_and_fill)
    proef.push()
    assert {proef.status(id_) for id_ in proef.ids} == {LeveringStatus.BEVESTIGD}
    proef.push()
    assert len(proef.boek.berichten) == 1
    [kept] = proef.tmp.glob("*.tsv")
    assert [regel.soort for regel in journaal.read(kept)] == [journaal.Soort.GAAT] * 3


def test_the_journal_names_nobody(proef: Proef) -> None:
    proef.fill(2)
    proef.push()
    [path] = proef.journaal.iterdir()
    assert path.stat().st_mode & 0o077 == 0
    assert all(name not in path.read_text() for name in ("Leerling", "Vries", "Regenboog"))
    assert os.path.getsize(path) < 4 * 160
