"""Groepen, leerkrachten and leerlingen of one school: what each row comes to, and writing it."""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from webapp.models import Leerkracht, Leerling
from webapp.models.ids import SchoolId
from webapp.services.inlezen.fouten import Fout, Mis
from webapp.services.inlezen.stand import TABELLEN, Eigen, Stand, Telling, doubles
from webapp.services.inlezen.velden import Bestand, Rij
from webapp.services.inname import gewist

_NAMEN = ("roepnaam", "voorvoegsel", "achternaam")
VAN_ONS = {
    Bestand.GROEPEN: ("naam", "jaargroep", "schooljaar"),
    Bestand.LEERKRACHTEN: (*_NAMEN, "email", "groepen"),
    Bestand.LEERLINGEN: (*_NAMEN, "geboortedatum", "geslacht", "jaargroep", "groep"),
}
"""What a file may change as long as no LAS and no person of the school owns it."""
_NUMMERS = {"extern_nummer": "las_key", "eck_id": "eckid"}
"""Numbers of the LAS, as a file and as a record call them."""
_OLDEST = 30
"""Years: older is no leerling."""
_ENOUGH = 5
"""So many numbers of which most pass the check of a BSN are no accident."""


@dataclass(frozen=True)
class Stap:
    """One record that is made or changed, with the values that it gets."""

    record: Eigen | None
    waarden: dict[str, Any]


@dataclass
class Plan:
    """What the rows of one kind come to."""

    bestand: Bestand
    stappen: list[Stap] = field(default_factory=list)
    telling: Telling = field(default_factory=Telling)
    fouten: list[Fout] = field(default_factory=list)
    records: dict[str, Eigen | None] = field(default_factory=dict)
    """The record of each number in the file; None is to be made."""
    gewist: set[str] = field(default_factory=set)
    """Numbers of who was erased on request."""


def judge(bestand: Bestand, rows: list[Rij], stand: Stand, groepen: set[str], today: date) -> Plan:
    """Compare the rows with what is here; `groepen` holds the own numbers of all groepen that there will be."""
    plan = Plan(bestand)
    plan.fouten += [*_doubles(rows), *_like_bsn(rows, stand.every(bestand))]
    recognised, owners = _recognise(bestand, rows, stand), _owners(bestand, stand)
    for row in rows:
        nummer = row["eigen_nummer"]
        record = stand.records[bestand].get(nummer) or recognised.get(nummer)
        plan.fouten += [*_dangling(row, groepen), *_contradictions(row, record, owners)]
        if bestand is Bestand.LEERLINGEN and not _can_be_born(row["geboortedatum"], today):
            plan.fouten.append(row.fout(Mis.DATUM_BUITEN, "geboortedatum"))
        if record is None and _is_erased(row, stand):
            plan.gewist.add(nummer)
            plan.telling.gewist += 1
            continue
        plan.records[nummer] = record
        if record is None:
            plan.stappen.append(Stap(None, _values_of_new(row, stand)))
            plan.telling.nieuw += 1
        else:
            _compare(plan, row, record, stand)
    return plan


def write(session: Session, school_id: SchoolId, plannen: Mapping[Bestand, Plan], stand: Stand) -> None:
    """Make and change the records of a school that is locked; afterwards `stand` has them all."""
    for bestand, table in TABELLEN.items():
        for stap in plannen[bestand].stappen if bestand in plannen else ():
            values = _with_groepen(stap.waarden, stand)
            if stap.record is None:
                record: Eigen = table(school_id=school_id, **values)
                session.add(record)
            else:
                record = stap.record
                for name, value in values.items():
                    setattr(record, name, value)
            stand.records[bestand][str(record.eigen_nummer)] = record
        session.flush()


def _with_groepen(waarden: dict[str, Any], stand: Stand) -> dict[str, Any]:
    """The same values, with records in the place of the numbers of groepen."""
    values = dict(waarden)
    groepen = stand.records[Bestand.GROEPEN]
    if "groep" in values:
        nummer = values.pop("groep")
        values["groep_id"] = groepen[nummer].id if nummer is not None else None
    if "groepen" in values:
        values["groepen"] = [groepen[nummer] for nummer in dict.fromkeys(values["groepen"] or ())]
    return values


def _values_of_new(row: Rij, stand: Stand) -> dict[str, Any]:
    """Numbers of the LAS only as long as no koppeling can have made any."""
    numbers = {} if stand.is_ingediend else {mine: row[theirs] for theirs, mine in _NUMMERS.items() if row[theirs]}
    present = {name: row[name] for name in VAN_ONS[row.bestand] if name in row.waarden}
    return {"eigen_nummer": row["eigen_nummer"], **present, **numbers}


def _compare(plan: Plan, row: Rij, record: Eigen, stand: Stand) -> None:
    present = (name for name in VAN_ONS[plan.bestand] if name in row.waarden)
    differs = {name: row[name] for name in present if _differs(row, record, name)}
    is_left = bool(differs) and stand.owned_by_las(record)
    waarden = {} if is_left else differs
    if record.eigen_nummer is None:
        waarden = waarden | {"eigen_nummer": row["eigen_nummer"]}
    if waarden:
        plan.stappen.append(Stap(record, waarden))
        plan.telling.gewijzigd += 1
    elif is_left:
        plan.telling.gelaten += 1
    else:
        plan.telling.ongewijzigd += 1


def _differs(row: Rij, record: Eigen, name: str) -> bool:
    if isinstance(record, Leerling) and name == "groep":
        return bool(row[name] != (record.groep.eigen_nummer if record.groep is not None else None))
    if isinstance(record, Leerkracht) and name == "groepen":
        return {each.eigen_nummer for each in record.groepen} != set(row[name] or ())
    return bool(getattr(record, name) != row[name])


def _doubles(rows: list[Rij]) -> Iterator[Fout]:
    for kolom in ("eigen_nummer", *_NUMMERS):
        twice = doubles(row[kolom] for row in rows)
        yield from (row.fout(Mis.DUBBEL, kolom) for row in rows if row[kolom] in twice)


def _like_bsn(rows: list[Rij], here: Sequence[Eigen]) -> Iterator[Fout]:
    """A column that holds the BSN under another name; with what is here: over the API they may come one by one."""
    for kolom, attribute in {"eigen_nummer": "eigen_nummer", "extern_nummer": "las_key"}.items():
        came = {row[kolom] for row in rows if row[kolom]}
        known = {getattr(each, attribute) for each in here} - {None}
        if came and (_are_like_bsn(came) or _are_like_bsn(came | known)):
            yield rows[0].fout(Mis.LIJKT_BSN, kolom)


def _are_like_bsn(values: set[str]) -> bool:
    return len(values) >= _ENOUGH and sum(map(_passes_as_bsn, values)) * 2 > len(values)


def _passes_as_bsn(value: str) -> bool:
    digits = value.zfill(9)
    if not (value.isascii() and digits.isdecimal() and len(digits) == 9 and len(value) > 7):
        return False
    weighed = sum(int(digit) * weight for digit, weight in zip(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True))
    return weighed % 11 == 0


def _dangling(row: Rij, groepen: set[str]) -> Iterator[Fout]:
    for kolom, named in (("groep", [row["groep"]] if row["groep"] else []), ("groepen", row["groepen"] or [])):
        if not groepen.issuperset(named):
            yield row.fout(Mis.VERWIJST_NERGENS, kolom)


def _can_be_born(day: date | None, today: date) -> bool:
    return day is None or (day <= today and day.year >= today.year - _OLDEST)


def _owners(bestand: Bestand, stand: Stand) -> dict[tuple[str, str], Eigen]:
    every = stand.every(bestand)
    found = ((attribute, getattr(each, attribute), each) for each in every for attribute in _NUMMERS.values())
    return {(attribute, value): each for attribute, value, each in found if value is not None}


def _contradictions(row: Rij, record: Eigen | None, owners: dict[tuple[str, str], Eigen]) -> Iterator[Fout]:
    """A number of the LAS that is another's, or other than the record has: a file makes no link of it."""
    for kolom, attribute in _NUMMERS.items():
        if row[kolom] is None:
            continue
        if record is not None and getattr(record, attribute) not in (None, row[kolom]):
            yield row.fout(Mis.SPREEKT_TEGEN, kolom)
        elif owners.get((attribute, row[kolom]), record) is not record:
            yield row.fout(Mis.BEZET, kolom)


def _is_erased(row: Rij, stand: Stand) -> bool:
    if row.bestand is not Bestand.LEERLINGEN or not stand.gewist or stand.school is None:
        return False
    names = {name: row[name] for name in (*_NAMEN, "geboortedatum", "eigen_nummer")}
    somebody = Leerling(**names, las_key=row["extern_nummer"], eckid=row["eck_id"])
    return not stand.gewist.isdisjoint(gewist.prints_of(stand.school.id, somebody))


def _recognise(bestand: Bestand, rows: list[Rij], stand: Stand) -> dict[str, Eigen]:
    """Records that came from the LAS before this school was read in, of whom both sides have one and no other.

    Who left counts as well: they may be the one in the file, and then nobody is certain.
    """
    if not stand.zonder[bestand]:
        return {}
    in_file, here = dict[Hashable, list[Rij]](), dict[Hashable, list[Eigen]]()
    for row in rows:
        in_file.setdefault(_signature(bestand, row.waarden), []).append(row)
    for record in stand.every(bestand):
        here.setdefault(_signature(bestand, record.__dict__), []).append(record)
    found = ((in_file[key], here[key]) for key in in_file.keys() & here.keys() if key is not None)
    return {
        rows_[0]["eigen_nummer"]: records[0]
        for rows_, records in found
        if len(rows_) == len(records) == 1 and records[0].eigen_nummer is None and _fits(rows_[0], records[0])
    }


def _fits(row: Rij, record: Eigen) -> bool:
    """Two numbers of a LAS that differ are two records; so are two names at one address."""
    pairs = [(row[theirs], getattr(record, mine)) for theirs, mine in _NUMMERS.items()]
    if isinstance(record, Leerkracht):
        pairs += [(_folded(row[part]), _folded(getattr(record, part))) for part in _NAMEN]
    return all(not theirs or not mine or theirs == mine for theirs, mine in pairs)


def _signature(bestand: Bestand, values: Mapping[str, Any]) -> Hashable:
    """What makes somebody certain; None where nothing does: a birth date on 1 January is often not known.

    Two leerkrachten of one name are two people, and an account of the one would see the groepen of the other.
    """
    if bestand is Bestand.GROEPEN:
        return (_folded(values.get("naam")), values["schooljaar"]) if values.get("schooljaar") else None
    if bestand is Bestand.LEERKRACHTEN:
        return _folded(values.get("email")) or None
    naam = tuple(_folded(values.get(part)) for part in _NAMEN)
    if len(naam[0]) < 2 or len(naam[2]) < 2:
        return None
    day = values.get("geboortedatum")
    return (*naam, day) if day is not None and (day.month, day.day) != (1, 1) else None


def _folded(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFKC", text or "").casefold().split())


def groepen_after(rows: list[Rij], stand: Stand) -> set[str]:
    """The own numbers of all groepen that there will be."""
    return {*stand.records[Bestand.GROEPEN], *(str(row["eigen_nummer"]) for row in rows)}
