"""Makes random messages that a schema allows, by walking through the schema itself. Covers what UWLR uses of XSD."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from random import Random

from lxml import etree

XS = "{http://www.w3.org/2001/XMLSchema}"
_TEXT = "abcXYZ019 -'.éëßğ\u4e2d&<>\"{}"
_TOKEN = re.compile(r"(\\p\{Nd\}|\\p\{Lu\}|\\d|\[[^\]]*\]|.)(?:\{(\d+)(?:,(\d+))?\})?")


class Instances:
    """Random instances of the global elements of a schema, with everything that it includes and imports."""

    def __init__(self, path: Path) -> None:
        self._named: dict[tuple[str, str], tuple[etree._Element, str]] = {}
        self._namespace = self._load(path)

    def _load(self, path: Path, seen: set[Path] | None = None) -> str:
        seen = set() if seen is None else seen
        root = etree.parse(path, etree.XMLParser(remove_comments=True)).getroot()
        namespace = root.get("targetNamespace", "")
        if path in seen:
            return namespace
        seen.add(path)
        for node in root:
            if node.tag in {f"{XS}include", f"{XS}import"} and node.get("schemaLocation"):
                self._load((path.parent / node.get("schemaLocation", "")).resolve(), seen)
            elif node.get("name"):
                self._named[etree.QName(node).localname, f"{{{namespace}}}{node.get('name')}"] = (node, namespace)
        return namespace

    def make(self, name: str, random: Random) -> etree._Element:
        """Make one instance of this global element."""
        node, namespace = self._named["element", f"{{{self._namespace}}}{name}"]
        element = etree.Element(f"{{{namespace}}}{name}")
        self._fill(element, node, namespace, random)
        return element

    def _look_up(self, kind: str, node: etree._Element, name: str) -> tuple[etree._Element, str] | None:
        prefix, _, local = name.rpartition(":")
        return self._named.get((kind, f"{{{node.nsmap.get(prefix or None, '')}}}{local}"))

    def _fill(self, element: etree._Element, declaration: etree._Element, namespace: str, random: Random) -> None:
        """Give an element the content that its declaration wants."""
        if (inline := declaration.find(f"{XS}complexType")) is not None:
            self._complex(element, inline, namespace, random)
        elif (inline := declaration.find(f"{XS}simpleType")) is not None:
            element.text = self._simple(inline, random)
        elif found := self._look_up("complexType", declaration, declaration.get("type", "")):
            self._complex(element, *found, random)
        elif declaration.get("type"):
            element.text = self._type(declaration, declaration.get("type", ""), random)

    def _complex(self, element: etree._Element, node: etree._Element, namespace: str, random: Random) -> None:
        for part in node:
            if part.tag in {f"{XS}simpleContent", f"{XS}complexContent"}:
                extension = part[0]
                base = extension.get("base", "")
                if found := self._look_up("complexType", extension, base):
                    self._complex(element, *found, random)
                else:
                    element.text = self._type(extension, base, random)
                self._complex(element, extension, namespace, random)
            elif part.tag == f"{XS}attribute":
                if part.get("use") == "required" or random.random() < 0.5:
                    element.set(part.get("name", ""), self._type(part, part.get("type", ""), random))
            elif part.tag == f"{XS}attributeGroup":
                if found := self._look_up("attributeGroup", part, part.get("ref", "")):
                    self._complex(element, *found, random)
            else:
                self._particle(element, part, namespace, random)

    def _particle(self, parent: etree._Element, node: etree._Element, namespace: str, random: Random) -> None:
        least = int(node.get("minOccurs", "1"))
        most = least + 2 if node.get("maxOccurs") == "unbounded" else int(node.get("maxOccurs", "1"))
        if self._is_abstract(node):
            return
        for _ in range(random.randint(least, most)):
            if node.tag == f"{XS}sequence":
                for child in node:
                    self._particle(parent, child, namespace, random)
            elif node.tag == f"{XS}choice":
                self._particle(parent, random.choice([c for c in node if not self._is_abstract(c)]), namespace, random)
            elif node.tag == f"{XS}group" and (found := self._look_up("group", node, node.get("ref", ""))):
                self._particle(parent, found[0][-1], found[1], random)
            elif node.tag == f"{XS}element" and (found := self._look_up("element", node, node.get("ref", "-"))):
                self._fill(etree.SubElement(parent, f"{{{found[1]}}}{found[0].get('name')}"), *found, random)
            elif node.tag == f"{XS}element":
                self._fill(etree.SubElement(parent, f"{{{namespace}}}{node.get('name')}"), node, namespace, random)

    def _is_abstract(self, node: etree._Element) -> bool:
        """Whether this needs a type that nobody defined; such elements cannot be made."""
        if node.tag != f"{XS}element":
            return False
        if node.get("name") == "toevoegingen":
            return True
        found = self._look_up("complexType", node, node.get("type", ""))
        return found is not None and found[0].get("abstract") == "true"

    def _type(self, node: etree._Element, name: str, random: Random) -> str:
        if found := self._look_up("simpleType", node, name):
            return self._simple(found[0], random)
        return _builtin(name.rpartition(":")[2], random)

    def _simple(self, node: etree._Element, random: Random) -> str:
        restriction = node.find(f"{XS}restriction")
        assert restriction is not None
        facets: dict[str, list[str]] = {}
        for facet in restriction.iterfind(f"{XS}*"):
            facets.setdefault(etree.QName(facet).localname, []).append(facet.get("value", ""))
        if "enumeration" in facets:
            return random.choice(facets["enumeration"])
        if "pattern" in facets:
            return _match(facets["pattern"][0], random)
        if "minInclusive" in facets:
            low, high = float(facets["minInclusive"][0]), float(facets["maxInclusive"][0])
            base = restriction.get("base", "")
            return (
                f"{random.randint(int(low), int(high))}"
                if base.endswith("Integer")
                else f"{random.uniform(low, high):.2f}"
            )
        if "maxLength" in facets or "minLength" in facets:
            least = int(facets.get("minLength", ["0"])[0])
            length = random.choice(
                [least, min(8, int(facets.get("maxLength", ["8"])[0])), int(facets.get("maxLength", ["9"])[0])]
            )
            return "".join(random.choice(_TEXT) for _ in range(length))
        return self._type(restriction, restriction.get("base", ""), random)


def _match(pattern: str, random: Random) -> str:
    result = ""
    for token, least, most in _TOKEN.findall(pattern):
        for _ in range(random.randint(int(least or 1), int(most or least or 1))):
            match token:
                case "\\p{Nd}" | "\\d":
                    result += random.choice("0123456789012345678901234567890123456789\u0664")
                case "\\p{Lu}":
                    result += random.choice("ABCXYZÉ")
                case "[1-2]":
                    result += random.choice("12")
                case _:
                    result += token
    return result


def _builtin(name: str, random: Random) -> str:
    day = date(2015, 1, 1) + timedelta(days=random.randint(0, 4000))
    zone = random.choice(["", "Z", "+01:00", "-05:30"])
    match name:
        case "date":
            return f"{day.isoformat()}{zone}"
        case "dateTime":
            return f"{day.isoformat()}T{random.randint(0, 23):02}:59:07{random.choice(['', '.5', '.123456'])}{zone}"
        case "int" | "integer" | "decimal":
            return random.choice(["0", "-1", "17", "+5", "0012"])
        case "nonNegativeInteger":
            return random.choice(["0", "5", "99999999999999999999", "+7"])
        case "positiveInteger" | "unsignedByte":
            return str(random.randint(1, 200))
        case "anyURI":
            return "http://voorbeeld.example/lijst"
        case _:
            return "".join(random.choice(_TEXT) for _ in range(random.randint(0, 12)))
