"""An aanlevering under review, and a beheerder who looks at it."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.screens import Koppelweg
from tests.services.conftest import aanlevering, pupil, teacher
from tests.wereld import lock_all
from webapp.links import CONTROLE_LINK
from webapp.models import (
    Importbatch,
    Koppeling,
    Leerling,
    Mail,
    MailSoort,
)
from webapp.services.inname import inname


@pytest.fixture
def koppeling(weg: Koppelweg) -> Koppeling:
    return weg.running()


@pytest.fixture
def batch(session: Session, koppeling: Koppeling) -> Importbatch:
    """An aanlevering with a new groep, a new leerkracht and two new leerlingen."""
    gegevens = aanlevering(
        pupil("k1", "Noor", "Maan"), pupil("k2", "Bo", "Berk"), leerkrachten=(teacher("t1", "Loes", "Hartog"),)
    )
    batch = inname.take_in(session, koppeling, gegevens)
    session.commit()
    assert batch is not None
    return batch


@pytest.fixture
def browser(weg: Koppelweg, koppeling: Koppeling) -> FlaskClient:
    return weg.browser(koppeling)


@pytest.fixture
def mail_token(app: Flask, session: Session, batch: Importbatch) -> str:
    mail_id = session.scalar(select(Mail.id).where(Mail.soort == MailSoort.KOPPELINGSMAIL))
    assert mail_id is not None
    return CONTROLE_LINK.dumps(mail_id)


@pytest.fixture
def asked(session: Session, koppeling: Koppeling) -> Importbatch:
    """Three questions: two in which all points one way, and one with another ECK iD; the second is answered."""
    lock_all(session)
    for roepnaam, eckid in (("Noor", None), ("Elin", None), ("Anna", "https://ketenid.nl/pilot/c81e")):
        born = date(2016, 3, 12)
        session.add(
            Leerling(
                school_id=koppeling.school_id, roepnaam=roepnaam, achternaam=f"Van{roepnaam}", geboortedatum=born,
                eckid=eckid,
            )
        )  # fmt: skip
    session.flush()
    ana = pupil("k3", "Ana", "VanAnna", eckid="https://ketenid.nl/pilot/7f3a")
    batch = inname.take_in(
        session, koppeling, aanlevering(pupil("k1", "Noora", "VanNoor"), pupil("k2", "Elien", "VanElin"), ana)
    )
    session.commit()
    assert batch is not None
    return batch
