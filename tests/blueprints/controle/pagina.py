"""Where things are on the pages of the review."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.screens import post
from webapp.models import (
    Importbatch,
    Importregel,
    Soort,
)


def regel(session: Session, batch: Importbatch, soort: Soort) -> Importregel:
    found = session.scalars(
        select(Importregel).where(Importregel.batch_id == batch.id, Importregel.soort == soort)
    ).first()
    assert found is not None
    return found


def url(batch: Importbatch, rest: str = "") -> str:
    return f"/controle/{batch.id}/{rest}"


def undo(browser: FlaskClient, page: str) -> None:
    """Press Ongedaan maken in the message on top."""
    form = re.search(r'<form[^>]*action="([^"]+)"[^>]*>((?:(?!</form>).)*Ongedaan maken)', page, re.DOTALL)
    assert form is not None
    post(
        browser,
        form[1],
        dict(re.findall(r'name="(keuze|categorie|kandidaat|soort|terug|gezien)" value="([^"]*)"', form[2])),
    )


def seen(browser: FlaskClient, page: str) -> dict[int, str]:
    """What was chosen for each line as this page shows it."""
    forms = re.findall(r'action="[^"]*/regel/(\d+)/kies"[^>]*>(.*?)</form>', browser.get(page).text, re.DOTALL)
    return {int(id_): re.findall(r'name="gezien" value="([^"]*)"', form)[0] for id_, form in forms}
