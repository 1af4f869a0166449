"""The example folder, and the command that reads it in."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.inlezen import VOORBEELD
from webapp.models import (
    Koppeling,
    KoppelingStatus,
    Leerling,
    School,
)

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The example, to be changed by a test."""
    shutil.copytree(VOORBEELD, tmp_path / "map")
    return tmp_path / "map"


@pytest.fixture
def run(app: Flask, session: Session, folder: Path) -> Run:
    def invoke(*options: str, code: int = 0) -> Result:
        done = app.test_cli_runner().invoke(args=["inlezen", *options, str(folder)])
        assert done.exit_code == code, done.output
        session.expire_all()
        return done

    return invoke


def put(folder: Path, name: str, old: str, new: str) -> None:
    """Change the text of a file."""
    text = (folder / f"{name}.csv").read_text()
    assert old in text
    (folder / f"{name}.csv").write_text(text.replace(old, new))


def named(session: Session, nummer: str) -> Leerling:
    return session.scalars(select(Leerling).where(Leerling.eigen_nummer == nummer)).one()


def the_school(session: Session) -> School:
    return session.scalars(select(School).where(School.brin == "99ZZ")).one()


def couple(session: Session, school: School) -> None:
    """A koppeling that was approved a moment ago."""
    session.add(
        Koppeling(
            school_id=school.id, status=KoppelingStatus.GOEDGEKEURD, schoolnaam=school.naam, brin=school.brin,
            contact_naam="Anja", contact_email="anja@x.example", schooljaar="2026-2027", gestart_op=func.now(),
        )
    )  # fmt: skip
    session.flush()
