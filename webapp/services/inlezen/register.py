"""The register of all schools: a copy that the test centre gets, written anew where it differs."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.models import Registerschool
from webapp.services.inlezen.fouten import Fout, Mis
from webapp.services.inlezen.stand import Telling, doubles
from webapp.services.inlezen.velden import Rij

_AT_ONCE = 1_000


@dataclass
class Registerplan:
    """The rows that are new or other than here."""

    rijen: list[Rij] = field(default_factory=list)
    telling: Telling = field(default_factory=Telling)
    fouten: list[Fout] = field(default_factory=list)


def judge(session: Session, rows: list[Rij]) -> Registerplan:
    """Compare the file with the register that is here."""
    plan, twice = Registerplan(), doubles(f"{row['brin']}{row['vestiging']}" for row in rows)
    here = {(each.brin, each.vestiging): each for each in session.scalars(select(Registerschool))}
    for row in rows:
        if f"{row['brin']}{row['vestiging']}" in twice:
            plan.fouten.append(row.fout(Mis.DUBBEL, "brin"))
        known = here.get((row["brin"], row["vestiging"]))
        if known is not None and all(getattr(known, name) == value for name, value in row.waarden.items()):
            plan.telling.ongewijzigd += 1
            continue
        plan.rijen.append(row)
        if known is None:
            plan.telling.nieuw += 1
        else:
            plan.telling.gewijzigd += 1
    return plan


def write(session: Session, plan: Registerplan) -> None:
    """In the order of the BRIN, so that two at once do not wait for each other."""
    rows = sorted((dict(row.waarden) for row in plan.rijen), key=lambda row: (row["brin"], row["vestiging"]))
    for begin in range(0, len(rows), _AT_ONCE):
        statement = insert(Registerschool).values(rows[begin : begin + _AT_ONCE])
        same = {name: statement.excluded[name] for name in rows[0] if name not in ("brin", "vestiging")}
        session.execute(statement.on_conflict_do_update(index_elements=["brin", "vestiging"], set_=same))
