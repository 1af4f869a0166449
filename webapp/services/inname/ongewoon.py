"""What is unusual in an aanlevering beside departures: other keys, other names, many new, lost groepen, empty fields.

`vorm.py` judges; here the values are gathered, and what is held is kept as it was. A new school year has other groepen
and other people, and a first import everybody new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from webapp.models import Keuze, Koppeling, Leerling, Soort, Zekerheid
from webapp.models.koppeling import KoppelingAct
from webapp.models.regel import AnyRegel
from webapp.models.vastgehouden import ALLES_NIEUW, Ongewoon, Vastgehouden, Vorm, parts, topic
from webapp.services.inname import vorm
from webapp.services.inname.aanlevering import Aanlevering
from webapp.services.inname.soorten import identity
from webapp.services.inname.soorten.soort import proven
from webapp.services.inname.vertrek import Stand
from webapp.services.inname.voorstellen import Gelezen
from webapp.services.inname.vorm import Beeld, Gevuld
from webapp.uwlr.values import Leerlinggegevens

ZONDER_GROEP = "zonder groep"


def strangers(
    koppeling: Koppeling,
    per_kind: Sequence[Gelezen],
    before: Sequence[Stand],
    hernummerd: Collection[Soort] = frozenset(),
) -> dict[str, Vastgehouden]:
    """Who has another key or another name, when these are so many that nothing may be taken in.

    The keys of a kind that is surely renumbered are no surprise.
    """
    if koppeling.mag(KoppelingAct.EERSTE_IMPORT):
        return {}
    found = [one for each in zip(per_kind, before, strict=True) for one in _strangers(*each)]
    expected = {topic(Ongewoon.SLEUTELS, soort) for soort in hernummerd}
    return {key: held for key, held in found if key not in expected and not _is_agreed(koppeling, key, held)}


def hernummerd(per_kind: Sequence[Gelezen], before: Sequence[Stand], gegevens: Leerlinggegevens) -> dict[Soort, int]:
    """Of which kinds a LAS surely made all keys anew, by its leerlingen, and how many of ours came; none otherwise.

    Each of ours then comes in by the rules of any night: by ECK iD, or by name and birth date.
    """
    [(gelezen, stand)] = [each for each in zip(per_kind, before, strict=True) if each[0].bestand.kind.has_results]
    kind = gelezen.bestand.kind
    ours = [proven(doel, Leerling) for doel in gelezen.bestand.records]
    had = {each["las_key"] for doel in ours for each in doel.bekende_namen} | {doel.las_key for doel in ours}
    linked = [(doel.eckid, kind.beeld(doel)) for doel in ours if doel.las_key and doel.id in stand.linked]
    came = [(each.regel.eckid, kind.beeld(each.regel)) for each in gelezen.everything]
    if not had.isdisjoint(kind.contested(gegevens)) or not vorm.is_renumbered(linked, came, had):
        return {}
    new = [each for each in per_kind if kind.soort is each.bestand.kind.soort or not _has_known_key(each)]
    return {each.bestand.kind.soort: len(_certain(each)) for each in new}


def _has_known_key(gelezen: Gelezen) -> bool:
    known = {doel.las_key for doel in gelezen.bestand.records if doel.las_key}
    return any(each.regel.las_key in known for each in gelezen.everything)


def _strangers(gelezen: Gelezen, stand: Stand) -> Iterator[tuple[str, Vastgehouden]]:
    kind = gelezen.bestand.kind
    ours: dict[int, Beeld] = {
        doel.id: beeld
        for doel in gelezen.bestand.records
        if doel.id in stand.linked and (beeld := kind.beeld(doel)) is not None and beeld.key
    }
    theirs = [beeld for inkomend in gelezen.everything if (beeld := kind.beeld(inkomend.regel)) is not None]
    linked = {
        regel.doel_id
        for regel in (inkomend.regel for inkomend in gelezen.binnen)
        if regel.keuze is Keuze.KOPPEL
        and regel.doel_id in ours
        and regel.las_key not in (None, ours[regel.doel_id].key)
    }
    keys = vorm.renewed(ours, theirs) | {id_ for id_ in linked if id_ is not None}
    names = vorm.renamed(ours, theirs)
    came = len({beeld.key for beeld in theirs} & {beeld.key for beeld in ours.values()})
    if vorm.too_many_renewed(len(keys), len(ours)):
        yield topic(Ongewoon.SLEUTELS, kind.soort), _about(keys, len(ours))
    if vorm.too_many_renamed(len(names), came):
        yield topic(Ongewoon.NAMEN, kind.soort), _about(names, came)


def _about(ids: frozenset[int], of: int) -> Vastgehouden:
    return Vastgehouden(ids=sorted(ids), redenen=[], aantal=len(ids), van=of)


def hold(
    aanlevering: Aanlevering,
    per_kind: Sequence[Gelezen],
    before: Sequence[Stand],
    gegevens: Leerlinggegevens,
) -> None:
    """Hold lost groepen, empty fields and many who are new, before anything is written."""
    pairs = list(zip(per_kind, before, strict=True))
    for gelezen in per_kind:
        aanlevering.held |= _emptied(aanlevering, gelezen)
    if aanlevering.is_new_schooljaar:
        return
    groepen = _groepen_that_came(per_kind)
    for gelezen, _ in pairs:
        aanlevering.held |= _lost_groepen(aanlevering, gelezen, groepen)
    if not aanlevering.koppeling.mag(KoppelingAct.EERSTE_IMPORT):
        namen = {groep.key: groep.naam for groep in gegevens.groepen}
        for gelezen, stand in pairs:
            _hold_new(aanlevering, gelezen, stand, namen)
        _hold_groepen_of_new(aanlevering, per_kind)


def _emptied(aanlevering: Aanlevering, gelezen: Gelezen) -> dict[str, Vastgehouden]:
    """Fields that came empty; that erases nothing of ours (`PersoonKind`), but a beheerder must know."""
    soort, held = gelezen.bestand.kind.soort, dict[str, Vastgehouden]()
    was = aanlevering.koppeling.vorm.get("gevuld", {}).get(soort, {})
    for veld, now in _measured(gelezen).items():
        if veld not in was or (aanlevering.is_new_schooljaar and veld == "jaargroep"):
            continue
        if vorm.is_emptied(Gevuld(*was[veld]), now):
            empty = Vastgehouden(ids=[], redenen=[], aantal=now.van - now.aantal, van=now.van)
            held[topic(Ongewoon.VELD, soort, veld)] = {**empty, "was": was[veld], "nu": list(now)}
    return held


def _measured(gelezen: Gelezen) -> dict[str, Gevuld]:
    """How full the fields are; who is new was never measured before."""
    kind = gelezen.bestand.kind
    regels = [each.regel for each in gelezen.everything if each.regel.voorstel is not Zekerheid.NIEUW]
    return {veld: Gevuld(sum(kind.is_filled(regel, veld) for regel in regels), len(regels)) for veld in kind.gevuld}


def _groepen_that_came(per_kind: Sequence[Gelezen]) -> dict[str, int]:
    """Our groep for each key in this aanlevering that is surely one of ours."""
    groepen = (_certain(gelezen) for gelezen in per_kind if gelezen.bestand.kind.takes_along)
    return {regel.las_key: id_ for each in groepen for id_, regel in each.items() if regel.las_key}


def _certain(gelezen: Gelezen) -> dict[int, AnyRegel]:
    """The line about each of ours that surely came."""
    regels = [inkomend.regel for inkomend in gelezen.binnen]
    return {regel.doel_id: regel for regel in regels if regel.keuze is Keuze.KOPPEL and regel.doel_id is not None}


def _lost_groepen(aanlevering: Aanlevering, gelezen: Gelezen, groepen: Mapping[str, int]) -> dict[str, Vastgehouden]:
    """Who lost a groep that is still there: one that is gone itself is a departure. They keep it."""
    kind, keys, certain = gelezen.bestand.kind, {id_: key for key, id_ in groepen.items()}, _certain(gelezen)
    known = aanlevering.koppeling.vorm.get("bewaard", {}).get(kind.soort, {})
    key = topic(Ongewoon.GROEPEN, kind.soort)
    eerder = aanlevering.eerder[key]["verloren"] if key in aanlevering.eerder else {}
    had = {
        id_: ids
        for id_ in certain
        if (ids := kind.groep_ids(gelezen.bestand.by_id[id_]).intersection(keys).difference(known.get(str(id_), ())))
    }
    has = {id_: frozenset[int | str](groepen.get(k, k) for k in regel.groep_keys) for id_, regel in certain.items()}
    lost = vorm.lost_links(had, has, {int(id_): ids for id_, ids in eerder.items()})
    if not lost:
        return {}
    verloren = {id_: sorted(had[id_] & ids) for id_, ids in lost.items()}
    for id_, groep_ids in verloren.items():
        certain[id_].groep_keys = [*certain[id_].groep_keys, *(keys[groep_id] for groep_id in groep_ids)]
    held = _about(frozenset(lost), len(had))
    return {key: {**held, "verloren": {str(id_): ids for id_, ids in verloren.items()}}}


def _kept(gelezen: Gelezen, groepen: Mapping[str, int]) -> dict[str, list[int]]:
    """The groepen that ours keep without a hold, though the LAS names none of them: it did not lose them tonight."""
    kind, kept = gelezen.bestand.kind, dict[str, list[int]]()
    for id_, regel in _certain(gelezen).items():
        named = {groepen.get(key) for key in regel.groep_keys}
        if ids := kind.groep_ids(gelezen.bestand.by_id[id_]).intersection(groepen.values()).difference(named):
            kept[str(id_)] = sorted(ids)
    return kept


def _hold_new(aanlevering: Aanlevering, gelezen: Gelezen, stand: Stand, namen: Mapping[str, str]) -> None:
    """Keep nothing of those who are new, when they are many; who is asked about already stays asked about."""
    kind = gelezen.bestand.kind
    known = {identity(regel.las_key, regel.eckid) for regel in gelezen.bestand.wachtend}
    new = [
        inkomend.regel
        for inkomend in gelezen.binnen
        if inkomend.regel.voorstel is Zekerheid.NIEUW
        and inkomend.identity not in known
        and not gelezen.bestand.has_its_key(inkomend.regel)
    ]
    if not vorm.too_many_new(len(new), len(stand.linked)):
        return
    groepen = Counter(regel.naam or namen.get("".join(regel.groep_keys[:1]), ZONDER_GROEP) for regel in new)
    held = Vastgehouden(ids=[], redenen=[], aantal=len(new), van=len(stand.linked), groepen=dict(groepen))
    key = topic(Ongewoon.NIEUW, kind.soort)
    if not _is_agreed(aanlevering.koppeling, key, held):
        aanlevering.held[key] = held
        aanlevering.buiten.update(new)


def _hold_groepen_of_new(aanlevering: Aanlevering, per_kind: Sequence[Gelezen]) -> None:
    """A new groep with nobody in it but leerlingen who are held stays out along with them."""
    held, others = set[str](), set[str]()
    for gelezen in per_kind:
        if gelezen.bestand.kind.follows_groep:
            for inkomend in gelezen.binnen:
                (held if inkomend.regel in aanlevering.buiten else others).update(inkomend.regel.groep_keys)
    for gelezen in per_kind:
        if gelezen.bestand.kind.takes_along:
            new = [each.regel for each in gelezen.binnen if each.regel.voorstel is Zekerheid.NIEUW]
            aanlevering.buiten.update(regel for regel in new if regel.las_key in held - others)


def _is_agreed(koppeling: Koppeling, key: str, held: Vastgehouden) -> bool:
    """Whether a beheerder said of this, or of more than this, that it is right."""
    akkoord, (wat, _, _) = koppeling.vorm.get("akkoord", {}), parts(key)
    if wat is Ongewoon.NIEUW and ALLES_NIEUW in akkoord:
        return True
    if key not in akkoord:
        return False
    said = akkoord[key]
    may_come = said.get("groepen", {})
    return set(held["ids"]) <= set(said["ids"]) and all(
        number <= may_come.get(naam, 0) for naam, number in held.get("groepen", {}).items()
    )


def agree(koppeling: Koppeling, key: str, held: Vastgehouden) -> None:
    """Take this in the next time."""
    koppeling.vorm = {**koppeling.vorm, "akkoord": {**koppeling.vorm.get("akkoord", {}), key: held}}


def expect(koppeling: Koppeling, soort: str, veld: str, gevuld: list[int]) -> None:
    """Compare a field with this from now on."""
    known = koppeling.vorm.get("gevuld", {})
    koppeling.vorm = {**koppeling.vorm, "gevuld": {**known, soort: {**known.get(soort, {}), veld: gevuld}}}


def remember(aanlevering: Aanlevering, per_kind: Sequence[Gelezen]) -> None:
    """Remember the shape of what was taken in; a field that is held is compared with what it was."""
    known, groepen = aanlevering.koppeling.vorm, _groepen_that_came(per_kind)
    gevuld, bewaard = dict(known.get("gevuld", {})), dict(known.get("bewaard", {}))
    for gelezen in per_kind:
        soort = str(gelezen.bestand.kind.soort)
        if gelezen.everything:
            gevuld[soort] = {veld: list(now) for veld, now in _measured(gelezen).items() if now.van}
            bewaard[soort] = _kept(gelezen, groepen)
    niet = sum(each.jaargroep_niet for each in per_kind if each.bestand.kind.has_results)
    aanlevering.koppeling.vorm = Vorm(
        schooljaar=aanlevering.schooljaar,
        gevuld=gevuld,
        bewaard=bewaard,
        jaargroep_niet=niet,
        dubbel=aanlevering.dubbel,
    )
    for key, held in aanlevering.held.items():
        if "was" in held:
            _, soort, veld = parts(key)
            expect(aanlevering.koppeling, soort, veld, held["was"])
