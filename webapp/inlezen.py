"""`flask --app wsgi inlezen MAP`: what the test centre already has, from a folder of files (`docs/inlezen.md`)."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.db import db, in_transaction, unit_of_work
from webapp.models import Daad
from webapp.muur import alle_scholen
from webapp.services import audit
from webapp.services.inlezen import register, school, toetsen
from webapp.services.inlezen.fouten import BestandenGeweigerd, Fout
from webapp.services.inlezen.map import Map, open_map
from webapp.services.inlezen.school import Schoolrijen, Toetsen
from webapp.services.inlezen.stand import Tellingen, add_up
from webapp.services.inlezen.velden import VAN_EEN_SCHOOL, Bestand, Rij, Sleutel
from webapp.woorden import inlezen as woorden

VOORBEELD = Path(__file__).with_name("voorbeeld")
_EVERY = 1.0
"""Seconds between two lines of progress."""
_PATIENCE = "2min"
_ONE_AT_A_TIME = 0x696E6C7A
"""Tests and the register are written by one at a time; schools have their own locks."""
_OF_NO_SCHOOL = (Bestand.REGISTER, Bestand.TOETSEN, Bestand.NORMEN)


@click.command("inlezen")
@click.argument("folder", metavar="MAP", type=click.Path(file_okay=False, path_type=Path))
@click.option("--proef", is_flag=True, help="Kijk alles na en tel; schrijf niets.")
@click.option("--uitnodigen", is_flag=True, help="Mail wie in accounts.csv staat en nog geen uitnodiging kreeg.")
@click.option("--voorbeeld", is_flag=True, help="Schrijf een voorbeeld in deze map, die er nog niet is.")
@with_appcontext
def inlezen_command(folder: Path, proef: bool, uitnodigen: bool, voorbeeld: bool) -> None:
    """Lees scholen, groepen, leerkrachten, leerlingen, accounts, toetsen, resultaten en het register in."""
    with _permitted():
        if voorbeeld:
            _write_example(folder)
            return
        if not folder.is_dir():
            raise click.ClickException(f"{folder} is geen map. Er is niets geschreven.")
        found = open_map(folder)
    werk = Inlezing(found, is_mailed=uitnodigen)
    werk.check()
    if werk.fouten:
        _say(werk.fouten)
        raise click.ClickException(woorden.refused(len(set(werk.fouten))))
    if proef:
        werk.only_count()
    else:
        werk.write()
    _say(werk.fouten)
    click.echo(woorden.summary(werk.tellingen, is_proef=proef))
    if werk.over:
        raise click.ClickException(woorden.left_over(werk.over))


@contextmanager
def _permitted() -> Iterator[None]:
    """Files that are root's alone, as those of who runs the command often are, are named."""
    try:
        yield
    except PermissionError as error:
        raise click.ClickException(
            f"{error.filename} mag deze gebruiker niet lezen of maken. Er is niets geschreven."
        ) from error


def _write_example(folder: Path) -> None:
    if folder.exists():
        raise click.ClickException(f"{folder} is er al. Kies een map die er nog niet is.")
    shutil.copytree(VOORBEELD, folder)
    click.echo(f"Het voorbeeld staat in {folder}. Probeer het met: flask --app wsgi inlezen --proef {folder}")


def _say(fouten: Iterable[Fout]) -> None:
    for line in woorden.fouten(fouten):
        click.echo(line, err=True)


class Inlezing:
    """One folder: all of it is judged, then it is written school by school."""

    def __init__(self, files: Map, *, is_mailed: bool) -> None:
        self._files, self._is_mailed = files, is_mailed
        self._werk: list[Sleutel] = []
        """The schools of which something has to be written."""
        self._straks: Tellingen = {}
        """What that will be."""
        self.fouten: list[Fout] = list(files.fouten)
        self.tellingen: Tellingen = {}
        self.over = 0
        """How many schools were not written, because something changed there in between."""

    def check(self) -> None:
        """Judge every row; nothing is written."""
        rows = {each: self._rows(each) for each in _OF_NO_SCHOOL}
        if self.fouten:
            return
        with _reading() as session:
            plan = toetsen.judge(session, rows[Bestand.TOETSEN], rows[Bestand.NORMEN])
            names = register.judge(session, rows[Bestand.REGISTER])
        self.fouten += [*plan.fouten, *names.fouten]
        add_up(self._straks, {Bestand.REGISTER: names.telling} | plan.tellingen)
        for key in self._each(self._files.schools(), woorden.CHECKED):
            self._check_school(key, plan.toetsen)

    def _check_school(self, key: Sleutel, known: Toetsen) -> None:
        rows = read_school(self._files, key)
        if rows.fouten:
            self.fouten += rows.fouten
            return
        with _reading() as session:
            found = school.judge(session, rows, known)
        self.fouten += found.fouten
        is_work = any(telling.is_werk for telling in found.tellingen.values())
        if is_work or (self._is_mailed and rows.of(Bestand.ACCOUNTS)):
            self._werk.append(key)
            add_up(self._straks, found.tellingen)
        else:
            add_up(self.tellingen, found.tellingen)

    def only_count(self) -> None:
        """Let what would be written count as well."""
        add_up(self.tellingen, self._straks)

    def write(self) -> None:
        """Write what is of no school, then each school; whatever was written stays when this ends halfway."""
        try:
            known = self._write_what_is_of_no_school()
        except BestandenGeweigerd as refused:
            self.fouten += refused.fouten
            self.over = len(self._werk)
            return
        for key in self._each(self._werk, woorden.WRITTEN):
            try:
                add_up(self.tellingen, self._write_school(key, known))
            except BestandenGeweigerd as refused:
                self.fouten += refused.fouten
                self.over += 1
            db.session.remove()

    def _write_school(self, key: Sleutel, known: Toetsen) -> Tellingen:
        rows = read_school(self._files, key)
        if rows.fouten:  # the file is another one by now
            raise BestandenGeweigerd(rows.fouten)
        with alle_scholen():
            return in_transaction(_write_school, rows, known, is_mailed=self._is_mailed)

    def _write_what_is_of_no_school(self) -> Toetsen:
        rows = {each: self._rows(each) for each in _OF_NO_SCHOOL}
        tests = rows[Bestand.TOETSEN], rows[Bestand.NORMEN]
        with alle_scholen(), unit_of_work() as session:
            _be_patient(session)
            session.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
            plan, names = toetsen.judge(session, *tests), register.judge(session, rows[Bestand.REGISTER])
            if wrong := [*plan.fouten, *names.fouten, *self.fouten]:
                raise BestandenGeweigerd(wrong)
            tellingen = {Bestand.REGISTER: names.telling} | plan.tellingen
            if any(telling.is_werk for telling in tellingen.values()):
                register.write(session, names)
                toetsen.write(session, *tests)
                counts = {str(each): telling.nieuw + telling.gewijzigd for each, telling in tellingen.items()}
                audit.record(session, Daad.INGELEZEN, "toetsen en register", door=None, school_id=None, **counts)
            add_up(self.tellingen, tellingen)
            return toetsen.judge(session, [], []).toetsen

    def _rows(self, bestand: Bestand) -> list[Rij]:
        rows, wrong = self._files.rows(bestand)
        self.fouten += wrong
        return rows

    def _each(self, keys: list[Sleutel], what: str) -> Iterator[Sleutel]:
        """One after the other, and say now and then how far it is."""
        leerlingen, said = 0, 0.0
        for number, key in enumerate(keys, 1):
            yield key
            leerlingen += self._files.count(Bestand.LEERLINGEN, key)
            if monotonic() - said > _EVERY or number == len(keys):
                said = monotonic()
                click.echo(woorden.progress(what, number, len(keys), leerlingen), err=True)


def _write_school(session: Session, rows: Schoolrijen, known: Toetsen, *, is_mailed: bool) -> Tellingen:
    _be_patient(session)
    return school.write(session, rows, known, is_mailed=is_mailed)


def _be_patient(session: Session) -> None:
    """Nobody waits in front of a screen, and a school may be busy with its import."""
    for limit in ("lock_timeout", "statement_timeout"):
        session.execute(select(func.set_config(limit, _PATIENCE, True)))


def read_school(files: Map, key: Sleutel) -> Schoolrijen:
    """All rows of one school."""
    found = Schoolrijen(key)
    for bestand in VAN_EEN_SCHOOL:
        found.rijen[bestand], wrong = files.rows(bestand, key)
        found.fouten += wrong
    return found


@contextmanager
def _reading() -> Iterator[Session]:
    """Look, and let go of what was looked at: only one school at a time is in memory."""
    with alle_scholen():
        yield db.session()
    db.session.rollback()
    db.session.remove()
