"""One question as a card: what comes in beside the best candidate, why we ask, and what each answer does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import url_for
from sqlalchemy.orm import Session

from webapp.filters import aantal, moment
from webapp.matching import bewijs
from webapp.matching.bewijs import Bewijs, Bezwaar
from webapp.models import Groep, Importregel, Keuze, Leerling
from webapp.models.ids import RegelId
from webapp.services.controle import gewaagd, kandidaten
from webapp.services.controle.batch import name_of_account
from webapp.services.controle.kandidaten import Kandidaat, Omgeving
from webapp.services.controle.keuzes import stand
from webapp.services.inname import dubbel
from webapp.services.inname.soorten import KINDS
from webapp.services.inname.soorten.soort import proven
from webapp.services.inname.soorten.velden import Jaargroep, Oordeel, Veld
from webapp.woorden import kaart as woorden
from webapp.woorden.controle import SOORTEN, VELDEN, name_of, said, value
from webapp.woorden.namen import Namen

_DIFFERS = frozenset({Oordeel.ANDERS, Oordeel.TEGEN})


@dataclass(frozen=True, slots=True)
class Kant:
    """What one of the two sides has in a field."""

    tekst: str
    onder: str = ""


@dataclass(frozen=True, slots=True)
class Veldrij:
    """Two values of one field, side by side."""

    label: str
    onder: str
    links: Kant
    rechts: Kant
    oordeel: str
    """How the row looks: `gelijk`, `past`, `anders`, `tegen`, or nothing to compare."""
    woorden: str
    letters: bool = False
    """Whether the letters in which they differ are marked."""

    @property
    def is_anders(self) -> bool:
        return self.oordeel in _DIFFERS


@dataclass(frozen=True, slots=True)
class Antwoord:
    """A button, the key that presses it, and what it does."""

    waarde: str
    tekst: str
    toets: str
    gevolg: str = ""
    is_gekozen: bool = False


@dataclass(frozen=True, slots=True)
class Ander:
    """Another candidate, folded: why it is not the first, or where the two are merged."""

    kop: str
    velden: list[Veldrij]
    waarom: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Gegeven:
    """The answer that is there already."""

    tekst: str
    door: str | None
    wanneer: str


@dataclass(frozen=True, slots=True)
class Plaats:
    """Where a question stands among all of them."""

    nummer: int
    totaal: int
    klaar: list[bool]
    """For each question whether it is answered."""


@dataclass(frozen=True, slots=True)
class Kaart:
    """A question."""

    regel_id: RegelId
    plaats: Plaats
    wie: str
    vraag: str
    inleiding: str
    waarom: str
    velden: list[Veldrij]
    antwoorden: list[Antwoord]
    """The two that matter; of somebody who is linked already only the one."""
    stil: list[Antwoord]
    is_eenzijdig: bool
    """Whether the first answer may be offered as the likely one."""
    anderen: list[Ander]
    kandidaat: int | None
    gegeven: Gegeven | None
    gezien: str
    """What was chosen when the page was made, posted back with the answer."""
    zoek_url: str
    """Empty where the link itself is not asked about."""
    zoek_tekst: str
    dubbel: tuple[str, str] | None = None
    """That two of the candidates look like one child, and where they are merged."""


def card(session: Session, regel: Importregel, groep: str, plaats: Plaats, namen: Namen) -> Kaart:
    """The question about one line; `groep` names the groepen that it stands in."""
    found = kandidaten.proposed(session, regel)
    soort = SOORTEN[regel.soort]
    is_asked = dubbel.is_asked(regel)
    zoek = f"Een andere {soort.een} zoeken" if found else f"Een {soort.een} zoeken"
    best = found[0] if found else None
    omgeving = kandidaten.around(session, regel, best) if best else Omgeving([], None)
    weighed = _weigh(regel, found, omgeving)
    return Kaart(
        regel_id=regel.id,
        plaats=plaats,
        wie=", ".join(filter(None, (soort.een.capitalize(), groep))),
        vraag=soort.vraag,
        inleiding=_lead(regel, weighed, omgeving, best, namen) if best else "",
        waarom=woorden.sentences(best.redenen if best else (), regel.matchregel),
        velden=_fields(regel, best, groep, namen) if best else [],
        antwoorden=_same_or_not(regel) if is_asked else list(_answers(regel, best, weighed)),
        stil=[
            *([] if is_asked else [Antwoord("niet", "Niet importeren", "o", *_left_out(regel, best))]),
            Antwoord("later", "Later", "l"),
        ],
        is_eenzijdig=weighed.is_eenzijdig and not is_asked,
        anderen=[_other(regel, each, groep, namen) for each in found[1:]],
        kandidaat=best.doel.id if best else None,
        gegeven=_given(session, regel),
        gezien=stand(regel),
        zoek_url="" if is_asked else url_for("controle.search", batch_id=regel.batch_id, regel_id=regel.id),
        zoek_tekst=zoek,
        dubbel=_twice(session, found) if KINDS[regel.soort].has_results else None,
    )


def _twice(session: Session, found: Sequence[Kandidaat]) -> tuple[str, str] | None:
    leerlingen = sorted((proven(each.doel, Leerling) for each in found), key=lambda each: each.id)
    pairs = dubbel.alike(session, leerlingen)
    if not pairs:
        return None
    one, other = pairs[0]
    return woorden.twice(one.naam), _merge_url(one.id, other.id)


def _merge_url(doel_id: int | None, met: int) -> str:
    return url_for("overzicht.merge", doel_id=doel_id, met=met)


def _weigh(regel: Importregel, found: Sequence[Kandidaat], omgeving: Omgeving) -> Bewijs:
    if not found:
        return Bewijs((), is_genoeg=False)
    return bewijs.weigh(
        regel.matchregel,
        found[0].redenen,
        [other.redenen for other in found[1:]],
        is_bezet=found[0].bezet,
        heeft_tweeling=bool(omgeving.tweelingen),
        is_elders=omgeving.nummer_bij is not None,
    )


def _answers(regel: Importregel, best: Kandidaat | None, weighed: Bewijs) -> Iterable[Antwoord]:
    """The answers that matter: whoever is linked already cannot be chosen here."""
    ja, nee = woorden.answers(regel.soort, is_eenzijdig=weighed.is_eenzijdig)
    if best is None:
        yield Antwoord("nieuw", nee, "n", is_gekozen=regel.keuze is Keuze.NIEUW)
        return
    has_results = KINDS[regel.soort].has_results
    has_twin = Bezwaar.TWEELING in weighed.tegen
    is_named = has_results and bool(gewaagd.against(regel, proven(best.doel, Leerling), has_twin=has_twin))
    yes, no = woorden.does(regel, best, weighed, has_results=has_results, is_named=is_named)
    if not best.bezet:
        is_chosen = regel.keuze is Keuze.KOPPEL and regel.doel_id == best.doel.id
        yield Antwoord("koppel", ja, "k", yes, is_chosen)
    yield Antwoord("nieuw", nee, "n", no, regel.keuze is Keuze.NIEUW)


def _same_or_not(regel: Importregel) -> list[Antwoord]:
    """Whether one of ours is another one of ours: yes leads to the page that merges them."""
    yes, no = woorden.SAME_OR_NOT
    return [Antwoord("koppel", *yes), Antwoord("nieuw", *no, is_gekozen=not regel.is_vraag)]


def _lead(regel: Importregel, weighed: Bewijs, omgeving: Omgeving, best: Kandidaat, namen: Namen) -> str:
    if dubbel.is_asked(regel):
        return woorden.may_be_another(regel, best, namen)
    return woorden.lead(weighed, best.redenen, omgeving, best, namen)


def _left_out(regel: Importregel, best: Kandidaat | None) -> tuple[str, bool]:
    """What leaving out does, and whether it is chosen."""
    return woorden.leaves_out(regel, best, has_results=KINDS[regel.soort].has_results), regel.keuze is Keuze.NIET


def _other(regel: Importregel, other: Kandidaat, groep: str, namen: Namen) -> Ander:
    groepen = ", ".join(each.naam for each in _groepen(regel, other))
    naam = f"{name_of(other.doel)} ({groepen})" if groepen else name_of(other.doel)
    velden, waarom = _fields(regel, other, groep, namen), woorden.sentences(other.redenen)
    if not dubbel.is_asked(regel):
        return Ander(f"Waarom niet {naam}?", velden, waarom)
    return Ander(f"Of is het {naam}?", velden, waarom, _merge_url(regel.toegepast_id, other.doel.id))


def _given(session: Session, regel: Importregel) -> Gegeven | None:
    if regel.keuze is None:
        return None
    door = name_of_account(session, regel.school_id, regel.gekozen_door)
    when = moment(regel.gekozen_op) if regel.gekozen_op is not None else ""
    return Gegeven(woorden.TWO if dubbel.is_asked(regel) else said(regel.keuze), door, when)


def _fields(regel: Importregel, best: Kandidaat, groep: str, namen: Namen) -> list[Veldrij]:
    """How two compare, with where ours stands and what hangs on it."""
    more = [_row(Veld.NU, None, Kant("in deze aanlevering"), Kant(*woorden.now(best, namen)), ())]
    if best.resultaten:
        number = Kant(aantal(best.resultaten, "toets", "toetsen"))
        more.append(_row(Veld.RESULTATEN, None, Kant(""), number, ()))
    return compared(regel, best, groep, more)


def compared(regel: Importregel, best: Kandidaat, groep: str, more: Sequence[Veldrij] = ()) -> list[Veldrij]:
    """The name on top, because it says who it is about; then what differs, then what is the same."""
    kind, ours, theirs = KINDS[regel.soort], name_of(best.doel), regel.weergavenaam
    same = None if not theirs else Oordeel.GELIJK if theirs == ours else Oordeel.ANDERS
    rows = []
    for f in kind.compare(regel, best.doel, groep=groep):
        links, rechts = value(f.links), value(f.rechts)
        if isinstance(f.rechts, Jaargroep) and f.veld is Veld.GROEP and rechts not in ("", "–"):
            rechts = f"jaargroep {rechts}"
        onder = _last_year(regel, best) if f.veld is Veld.GROEP else ""
        rows.append(_row(f.veld, f.oordeel, Kant(links), Kant(rechts, onder), best.redenen))
    name = _row(Veld.NAAM, same, Kant(theirs), Kant(ours), best.redenen)
    return [name, *sorted([*rows, *more], key=lambda row: not row.is_anders)]


def _row(veld: Veld, oordeel: Oordeel | None, links: Kant, rechts: Kant, redenen: Sequence[str]) -> Veldrij:
    return Veldrij(
        label=VELDEN[veld].label,
        onder=woorden.ONDER.get(veld, ""),
        links=links,
        rechts=rechts,
        oordeel=oordeel or "",
        woorden=woorden.compared(veld, oordeel, links.tekst, rechts.tekst, redenen),
        letters=veld is Veld.NAAM,
    )


def _last_year(regel: Importregel, best: Kandidaat) -> str:
    """The school year of the groep that somebody stands in, when it is another one."""
    years = {each.schooljaar for each in _groepen(regel, best)} - {None, regel.batch.schooljaar}
    return f"schooljaar {', '.join(sorted(filter(None, years)))}" if years else ""


def _groepen(regel: Importregel, kandidaat: Kandidaat) -> Sequence[Groep]:
    return KINDS[regel.soort].groepen_of_doel(kandidaat.doel)
