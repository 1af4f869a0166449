"""Damaged answers by the thousand: the reader never crashes, and never takes a changed name or key for the true one.

What is true is decided by another parser (expat, through ElementTree) that reads the same damaged bytes on its own.
`make fuzz` reads a hundred thousand.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from random import Random
from unittest.mock import patch

from lxml import etree

from tests.uwlr.shared import SAMPLES
from webapp.uwlr import safexml
from webapp.uwlr.faults import UwlrError
from webapp.uwlr.namespaces import LEERLINGGEGEVENS, SOAP
from webapp.uwlr.reader import Antwoord, read_leerlinggegevens
from webapp.uwlr.values import Leerling, Leerlinggegevens

OWN_SAMPLES = Path(__file__).parent / "samples"
LG = f"{{{LEERLINGGEGEVENS}}}"
NAMES = {
    "achternaam": "achternaam",
    "voorvoegsel": "voorvoegsel",
    "roepnaam": "roepnaam",
    "voornamen": "voornamen",
    "voorletters-1": "voorletters",
}
PIECES = (
    b"<b/>", b"<!-- x -->", b"<?p x?>", b"<![CDATA[x]]>", b"]]>", b"&#x85;", b"&amp;", b"&lt;", b"&x;", b"\x00",
    b"\xff", b"\xef\xbf\xbd", b"\xc3\x83\xc2\xab", b"<leerling>", b"</leerling>", b'<leerling key="1"/>', b'key="1"',
    b"\n\n", b" ", b"<achternaam>", b"</achternaam>", b"<roepnaam>Anders</roepnaam>", b"<leerlingen>", b"</leerlingen>",
    b'xmlns=""', b'xmlns="urn:x"', b"<!DOCTYPE x>", b"<geengegevens/>", b"\xe2\x80\x8b", b"'", b'"', b">", b"<",
)  # fmt: skip
TEXTS = (
    "", " ", "Noor", "Zo\u00eb", "\ufffd", "\x85", "x" * 300, "1", "2017-03-04", "30-02-2017", "0", "A & B <c>",
    "\u200b", "Anna\n  Noor", "https://ketenid.nl/pilot/a1", "onbekend", "\U0001f600",
)  # fmt: skip


def seeds() -> list[bytes]:
    """The answers to damage: the large samples where they are, and our own."""
    paths = [*sorted(SAMPLES.glob("ok-*.xml")), *sorted(SAMPLES.glob("bad-*.xml")), *sorted(OWN_SAMPLES.glob("*.xml"))]
    found = [path.read_bytes() for path in paths]
    return [data for data in found if 0 < len(data) < 50_000]  # large ones add time, not kinds of damage


def mutate(data: bytes, random: Random) -> bytes:
    """Damage an answer: mostly its elements, so that it stays XML, and else its bytes."""
    if random.random() < 0.6:
        try:
            return _mutate_tree(data, random)
        except etree.XMLSyntaxError:
            pass  # it was no XML to begin with
    return _mutate_bytes(data, random)


def _mutate_tree(data: bytes, random: Random) -> bytes:
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    for _ in range(random.randint(1, 5)):
        element = random.choice(list(root.iter("*")))
        other = random.choice(list(root.iter("*")))
        parent = element.getparent()
        match random.randrange(10):
            case 0 if parent is not None:
                parent.insert(random.randrange(len(parent) + 1), deepcopy(element))
            case 1 if parent is not None:
                parent.remove(element)
            case 2:
                other.append(deepcopy(element))
            case 3:
                element.text = random.choice(TEXTS)
            case 4:
                element.set(random.choice(["key", "eckid", "nieuw"]), random.choice(TEXTS))
            case 5:
                for name in list(element.attrib):
                    del element.attrib[name]
            case 6:
                element.tag = random.choice([other.tag, f"{{urn:x}}{etree.QName(element).localname}"])
            case 7:
                element.append(random.choice([etree.Comment("x"), etree.PI("p", "x"), etree.Element(str(other.tag))]))
                element[-1].tail = random.choice(TEXTS)
            case 8:
                element.tail = random.choice(TEXTS)
            case 9:
                element.text, other.text = other.text, element.text
    encoding = random.choice(["utf-8", "utf-8", "utf-8", "iso-8859-1", "utf-16", "us-ascii"])
    return bytes(etree.tostring(root, encoding=encoding, xml_declaration=True))  # type: ignore[arg-type]  # stubs


def _mutate_bytes(data: bytes, random: Random) -> bytes:
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(data) + 1)
        length = random.choice([1, 1, 2, 5, 20, 200])
        match random.randrange(7):
            case 0:
                data = data[:at] + bytes([random.randrange(256)]) + data[at + 1 :]
            case 1:
                data = data[:at] + data[at + length :]
            case 2:
                data = data[:at] + data[at : at + length] + data[at:]
            case 3:
                data = data[:at] + random.choice(PIECES) + data[at:]
            case 4:
                data = data[:at] if random.random() < 0.2 else data
            case 5:
                data = _move_element(data, random)
            case 6:
                other = random.randrange(len(data) + 1)
                data = data[:at] + data[other : other + length] + data[at + length :]
    return data


def _move_element(data: bytes, random: Random) -> bytes:
    """Repeat or drop a piece from one `<` to another, so that much of the damage stays well-formed."""
    starts = [index for index in range(len(data)) if data[index : index + 1] == b"<"]
    if len(starts) < 4:
        return data
    first = random.randrange(len(starts) - 1)
    last = min(first + random.choice([1, 2, 2, 4, 8]), len(starts) - 1)
    start, end = starts[first], starts[last]
    if random.random() < 0.5:
        return data[:start] + data[end:]
    return data[:end] + data[start:end] + data[end:]


def problem_with(data: bytes) -> str | None:
    """Read the bytes; tell what is wrong with how they were read, or None."""
    found = outcome_of(data)
    if found != _outcome_in_pieces(data):
        return "it reads differently in pieces"
    if not isinstance(found, Leerlinggegevens):
        return None
    try:
        truth = list(_pupils(ET.fromstring(data.lstrip())))
    except (ET.ParseError, ValueError, LookupError) as error:
        if b"\xef\xbf\xbd" in data:
            return None  # in a name of an element or attribute, where editions of XML differ about it
        return f"another parser refuses it: {error}"
    return _compare(found, truth)


def _pupils(root: ET.Element) -> Iterator[ET.Element]:
    for answer in root.findall(f"{{{SOAP}}}Body/*"):
        for content in answer:
            if content.tag.startswith(f"{LG}leerlinggegevens"):
                for pupils in content.findall(f"{LG}leerlingen"):
                    yield from pupils.findall(f"{LG}leerling")


def _compare(found: Leerlinggegevens, truth: list[ET.Element]) -> str | None:
    warned = Counter((warning.soort, warning.key) for warning in found.waarschuwingen)
    told = {key for (soort, key) in warned if soort.startswith(("waarde_", "veld_", "tekens_"))}
    ours = [*found.leerlingen, *found.betwiste_leerlingen]
    unknown = sum(w.soort == "zonder_sleutel" and w.onderdeel == "leerling" for w in found.waarschuwingen)
    missing = len(truth) - len(ours) - unknown
    kinds = {soort for soort, _ in warned}
    if missing and "dubbel_gelijk" not in kinds:
        return f"{missing} pupils are missing without a word"
    loose_eckid = "eckid_onbruikbaar" in kinds
    for leerling in ours:
        if not any(_is_the_same(leerling, element, told, loose_eckid=loose_eckid) for element in truth):
            return f"pupil {leerling.key} is not as it was sent"
    return None


def _is_the_same(leerling: Leerling, element: ET.Element, told: set[str | None], *, loose_eckid: bool) -> bool:
    if leerling.key != _usable(element.get("key")):
        return False
    if leerling.eckid != _eckid(element.get("eckid")) and not (loose_eckid and leerling.eckid is None):
        return False
    for tag, name in NAMES.items():
        sent = {" ".join("".join(child.itertext()).split()) or None for child in element.findall(f"{LG}{tag}")} or {
            None
        }
        ours = getattr(leerling, name)
        if ours is None and (leerling.key in told or sent == {None}):
            continue
        if ours not in sent or (len(sent) > 1 and leerling.key not in told and None not in sent):
            return False
    return True


def _eckid(value: str | None) -> str | None:
    """Blanks left out and the hash in small letters, the only things that may be changed."""
    if value is None or not (text := "".join(value.split())):
        return None
    head, slash, digits = text.rpartition("/")
    return head + slash + (digits.lower() if len(digits) == 128 else digits)


def _usable(key: str | None) -> str | None:
    return key if key is not None and key.strip() and len(key) <= 256 else None


def run(count: int, seed: int) -> tuple[Counter[str], list[tuple[int, str]]]:
    """Damage and read so many answers; return how they ended and what went wrong, by number."""
    material = seeds()
    ends: Counter[str] = Counter()
    wrong = []
    for number in range(count):
        random = Random(f"{seed}:{number}")
        data = mutate(random.choice(material), random)
        try:
            ends[_end(data)] += 1
            problem = problem_with(data)
        except Exception as error:  # noqa: BLE001  # that is what we look for
            problem = f"{type(error).__name__}: {error}"
        if problem is not None:
            wrong.append((number, problem))
    return ends, wrong


def outcome_of(data: bytes) -> Antwoord | str:
    """What the bytes are read as, or the code of the refusal."""
    try:
        return read_leerlinggegevens(data, None)
    except UwlrError as error:
        return error.code


def _outcome_in_pieces(data: bytes) -> Antwoord | str:
    """The same for a message that is too large to be parsed at once."""
    with patch.multiple(safexml, _AT_ONCE=0, _PIECE=700):
        return outcome_of(data)


def _end(data: bytes) -> str:
    outcome = outcome_of(data)
    return outcome if isinstance(outcome, str) else type(outcome).__name__


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; exit 1 when anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=20261123)
    chosen = parser.parse_args(arguments)
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    ends, wrong = run(chosen.count, chosen.seed)
    growth = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"{chosen.count} damaged answers in {time.monotonic() - started:.0f} s, memory +{growth:.0f} MB")
    for end, number in ends.most_common():
        print(f"{number:8} {end}")
    for number, problem in wrong[:20]:
        print(f"WRONG {number}: {problem}")
    print(f"{len(wrong)} wrong")
    return 1 if wrong or growth > 200 else 0


if __name__ == "__main__":
    sys.exit(main())
