"""A night that runs: its course as the sweep wrote it, with a fault of the LAS in it, and results that were refused."""

from __future__ import annotations

from datetime import datetime

from tests.wereld import Wereld
from webapp.config import AMSTERDAM
from webapp.models import Audit, Daad, LeveringStatus, Nacht, Nachtstand, Schoolstand
from webapp.models.fout import Fout
from webapp.services.nachtverloop import PUNT
from webapp.services.versturen import klaarzetten
from webapp.uwlr.codes import FaultCode, Owner

PER_MINUUT, SCHOLEN = 45, 6_012
_STIL = range(12, 14)
"""Points in which the LAS was left alone."""


def begin_night(wereld: Wereld, now: datetime, punten: int) -> Nacht:
    """A night that began so many points ago; of two of them nothing came."""
    session = wereld.session
    begin = now - punten * PUNT
    nacht = Nacht(datum=now.astimezone(AMSTERDAM).date(), begonnen_op=begin, tellingen={"koppelingen": SCHOLEN})
    session.add(nacht)
    session.flush()
    klaar = 0
    for punt in range(1, punten + 1):
        klaar += 0 if punt in _STIL else PER_MINUUT * 3 + punt % 4
        session.add(point(nacht, punt, begin + punt * PUNT, klaar))
    van = begin + (_STIL.start - 1) * PUNT
    for daad, moment in ((Daad.LAS_GEPAUZEERD, van), (Daad.LAS_HERVAT, van + 2 * PUNT)):
        tellingen = {"code": "storing"} if daad is Daad.LAS_GEPAUZEERD else {}
        session.add(Audit(actie=daad, object="las parnassys", op=moment, tellingen=tellingen))
    session.commit()
    return nacht


def point(nacht: Nacht, punt: int, op: datetime, klaar: int) -> Nachtstand:
    """How far it was: of a hundred schools two have a question, and one in a thousand is held."""
    scholen = {
        Schoolstand.GOED: klaar - klaar // 50 - klaar // 1000,
        Schoolstand.MET_VRAAG: klaar // 50,
        Schoolstand.VASTGEHOUDEN: klaar // 1000,
        Schoolstand.TE_GAAN: SCHOLEN - klaar,
        Schoolstand.WACHT_OP_IEMAND: 7,
    }
    return Nachtstand(
        datum=nacht.datum, punt=punt, op=op, scholen={str(key): value for key, value in scholen.items()},
        ophalen=SCHOLEN - klaar, versturen=(SCHOLEN - klaar) // 3,
        bevestigd=klaar * 11, geweigerd=klaar // 14, onzeker=klaar // 80,
    )  # fmt: skip


def refuse(wereld: Wereld, nacht: Nacht, number: int) -> None:
    """Results of the school that were refused in this night."""
    ids = wereld.genormeerd(number)
    wereld.normeer()
    klaarzetten.prepare(wereld.session, wereld.school.id)
    for id_ in ids:
        levering = wereld.breng(id_, LeveringStatus.GEWEIGERD)
        levering.fout = Fout(FaultCode.LEERLING_ONGELDIG, Owner.SCHOOL)
    wereld.koppeling.opgehaald_op, wereld.koppeling.ophaal_ms = nacht.begonnen_op, 4_120
    wereld.koppeling.opgehaald_leerlingen = 486
    wereld.session.commit()
