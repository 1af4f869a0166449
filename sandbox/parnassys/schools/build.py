"""From a plan to a whole school: the same pupils on every machine and in every version of Python."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date

from sandbox.parnassys.schools.names import (
    JONGEN,
    MEISJE,
    eckid,
    number,
    pick_achternaam,
    pick_roepnaam,
    split_achternaam,
)
from sandbox.parnassys.schools.plan import Anders, Bijzonder, Geboren, Jaarplan, Schoolplan
from sandbox.parnassys.schools.values import (
    GroepBijTestcentrum,
    InventedLeerkracht,
    InventedLeerling,
    InventedSchool,
    LeerlingBijTestcentrum,
)

_KEY_STEP = 7
_OLD_NUMBER_EVERY = 9
_FIRST_JAAR_WITH_TESTS = 3


def build_school(plan: Schoolplan, schooljaar: str) -> InventedSchool:
    """Invent the whole school for the schooljaar in which the sandbox is filled."""
    start = int(schooljaar[:4])
    leerlingen = tuple(
        _leerling(plan, wie, index, start=start, groep=jaar.groep)
        for index, (jaar, wie) in enumerate((jaar, wie) for jaar in plan.jaren for wie in _pupils(plan, jaar))
    )
    return InventedSchool(
        naam=plan.naam,
        brin=plan.brin,
        vestiging="00",
        schooljaar=schooljaar,
        groepen=plan.groepen,
        samengestelde_groepen=plan.samengestelde_groepen,
        leerlingen=leerlingen,
        leerkrachten=tuple(_leerkrachten(plan)),
        groepen_bij_testcentrum=tuple(_groepen_bij_testcentrum(plan)),
        vertrokken=tuple(
            _bij_testcentrum(plan, wie, index, start=start, jaargroep=9)
            for index, wie in enumerate(_invented(plan, 9, count=plan.vertrokken, bekend=plan.vertrokken), start=900)
        ),
    )


def _pupils(plan: Schoolplan, jaar: Jaarplan) -> Iterator[Bijzonder]:
    """The pupils with a story of this jaargroep first, then as many invented ones as the group needs."""
    chosen = [wie for wie in plan.bijzonder if wie.jaargroep == jaar.jaargroep]
    known = sum(wie.bij_testcentrum is not None for wie in chosen)
    yield from chosen
    yield from _invented(plan, jaar.jaargroep, count=jaar.leerlingen - len(chosen), bekend=jaar.bekend - known)


def _invented(plan: Schoolplan, jaargroep: int, *, count: int, bekend: int) -> Iterator[Bijzonder]:
    """Pupils nobody has to remember; in their jaargroep nobody else has their first name."""
    taken = {wie.roepnaam for wie in plan.bijzonder}
    made = 0
    for attempt in itertools.count():
        if made == count:
            return
        seed = (plan.brin, jaargroep, attempt)
        geslacht = JONGEN if number("geslacht", *seed) % 2 else MEISJE
        roepnaam = pick_roepnaam(geslacht, *seed)
        if roepnaam in taken:
            continue
        taken.add(roepnaam)
        geboren = Geboren(2 + number("dag", *seed) % 27, 1 + number("maand", *seed) % 12)
        known = Anders() if made < bekend else None
        yield Bijzonder(
            jaargroep,
            pick_achternaam(*seed),
            roepnaam,
            geslacht,
            geboren,
            known,
            eckid=number("eckid", *seed) % 20 != 0,
        )
        made += 1


def _geboortedatum(geboren: Geboren, jaargroep: int, start: int) -> date:
    """Somebody in jaargroep 1 turned four between the October before last and this September."""
    year = start - jaargroep - (4 if geboren.maand >= 10 else 3)
    return date(year, geboren.maand, geboren.dag)


def _leerling(plan: Schoolplan, wie: Bijzonder, index: int, *, start: int, groep: str) -> InventedLeerling:
    voorvoegsel, achternaam = split_achternaam(wie.naam)
    key = str(plan.eerste_key + index * _KEY_STEP)
    samengesteld = [to for jaargroep, to in plan.samengesteld_per_jaargroep if jaargroep == wie.jaargroep]
    if plan.plusgroep and wie.jaargroep >= 5 and index % 5 == 0:
        samengesteld.append(plan.plusgroep)
    known = wie.bij_testcentrum is not None
    return InventedLeerling(
        key=key,
        eckid=eckid("leerling", plan.brin, key) if wie.eckid else None,
        achternaam=achternaam,
        voorvoegsel=voorvoegsel,
        voorletters="" if wie.roepnaam == "." else wie.roepnaam[0],
        roepnaam=wie.roepnaam,
        geboortedatum=_geboortedatum(wie.geboren, wie.jaargroep, start),
        geslacht=wie.geslacht,
        jaargroep=str(wie.jaargroep),
        groep=groep if wie.in_groep else None,
        samengestelde_groepen=tuple(samengesteld),
        bsn_laatste_vier=f"{number('bsn', plan.brin, key) % 10_000:04}",
        bij_testcentrum=_bij_testcentrum(plan, wie, index, start=start, jaargroep=wie.jaargroep) if known else None,
    )


def _bij_testcentrum(
    plan: Schoolplan, wie: Bijzonder, index: int, *, start: int, jaargroep: int
) -> LeerlingBijTestcentrum:
    anders = wie.bij_testcentrum or Anders()
    voorvoegsel, achternaam = split_achternaam(wie.naam)
    if anders.voorvoegsel_in_achternaam:
        voorvoegsel, achternaam = None, wie.naam
    vorige = jaargroep if anders.zelfde_jaargroep else jaargroep - 1
    return LeerlingBijTestcentrum(
        achternaam=anders.achternaam or achternaam,
        voorvoegsel=None if anders.zonder_voorvoegsel else voorvoegsel,
        roepnaam=anders.roepnaam or wie.roepnaam,
        geboortedatum=(
            None if anders.zonder_geboortedatum else _geboortedatum(anders.geboren or wie.geboren, jaargroep, start)
        ),
        geslacht=wie.geslacht,
        groepnaam=_groepnaam(plan, vorige),
        jaargroep=str(vorige),
        extern_nummer=f"EDEX-{plan.brin}-{index:03}" if index % _OLD_NUMBER_EVERY == 0 else None,
    )


def _groepnaam(plan: Schoolplan, jaargroep: int) -> str:
    key = next(jaar.groep for jaar in plan.jaren if jaar.jaargroep == jaargroep)
    return next(groep.naam for groep in plan.groepen if groep.key == key)


def _groepen_bij_testcentrum(plan: Schoolplan) -> Iterator[GroepBijTestcentrum]:
    """Last year's groups from jaargroep 3 on, where the tests begin."""
    with_tests = {jaar.groep for jaar in plan.jaren if jaar.jaargroep >= _FIRST_JAAR_WITH_TESTS}
    for index, groep in enumerate(groep for groep in plan.groepen if groep.key in with_tests):
        old = f"EDEX-{plan.brin}-G{index}" if index < 2 else None
        yield GroepBijTestcentrum(groep.naam, groep.jaargroep, old)


def _leerkrachten(plan: Schoolplan) -> Iterator[InventedLeerkracht]:
    for index, wie in enumerate(plan.leerkrachten):
        voorvoegsel, achternaam = split_achternaam(wie.naam)
        key = str(880_000 + plan.eerste_key % 1_000_000 // 10 + index)
        yield InventedLeerkracht(
            key=key,
            eckid=eckid("leerkracht", plan.brin, key) if index % 3 else None,
            achternaam=achternaam,
            voorvoegsel=voorvoegsel,
            roepnaam=wie.roepnaam,
            emailadres=wie.emailadres,
            groepen=wie.groepen,
            samengestelde_groepen=wie.samengestelde_groepen,
            bij_testcentrum=wie.bij_testcentrum,
        )
