"""References inside the Body: `href="#ref1"` in place of what stands at `id="ref1"`, as PHP's SoapServer writes it."""

from __future__ import annotations

import copy

from lxml import etree

from webapp.uwlr.codes import Reden
from webapp.uwlr.namespaces import LEERLINGGEGEVENS, SOAP
from webapp.uwlr.safexml import UnsafeXml

_OURS = f"{{{LEERLINGGEGEVENS}}}"
_MOST = 4_000_000
"""What following the references of one answer may cost, in characters looked at or copied: a school needs a tenth."""
_PER_ELEMENT = 16
_DEEPEST = 20
"""How many references may lead on to the next; a LAS needs one or two."""


def may_refer(data: bytes, encoding: str) -> bool:
    """Whether there can be a reference in these bytes; a quick no for nearly every answer."""
    words = [b"href"] if encoding != "utf-16" else ["href".encode("utf-16-le"), "href".encode("utf-16-be")]
    return b"#" in data and any(word in data for word in words)


def resolve(root: etree._Element) -> None:
    """Put a copy of what is meant in the place of every reference of the standard's own elements.

    Raise UnsafeXml when one leads nowhere, to more than one place, to another kind of element or round in a circle,
    when it says something itself too, or when following them all would cost too much: nothing is taken half.
    """
    body = root.find(f"{{{SOAP}}}Body")
    if body is not None:
        _References(body).follow_all()


class _References:
    def __init__(self, body: etree._Element) -> None:
        self._budget = _MOST
        self._places: dict[str, etree._Element | None] = {}
        """The element of each id; None for an id that stands there twice."""
        self._followed: set[str] = set()
        self._pointers: list[etree._Element] = []
        for element in body.iter(etree.Element):
            if (name := element.get("id")) is not None:
                self._places[name] = None if name in self._places else element
            if _is_reference(element):
                self._pointers.append(element)

    def follow_all(self) -> None:
        for pointer in self._pointers:
            if _is_reference(pointer):
                self._follow(pointer, ())

    def _follow(self, pointer: etree._Element, trail: tuple[str, ...]) -> None:
        name = pointer.get("href", "")[1:]
        place = self._places.get(name)
        if place is None or place.tag != pointer.tag or _says_something(pointer):
            raise UnsafeXml(Reden.ONVOLLEDIG)
        self._complete(name, place, trail)
        del pointer.attrib["href"]  # only now: on the way round in a circle it is met again
        self._pay(place)
        pointer.text = place.text
        pointer.extend(copy.deepcopy(child) for child in place)
        for attribute, value in place.attrib.items():
            if attribute != "id":
                pointer.set(attribute, value)

    def _complete(self, name: str, place: etree._Element, trail: tuple[str, ...]) -> None:
        """Follow the references inside what is meant first, so that each place is worked out once."""
        if name in trail or len(trail) >= _DEEPEST:
            raise UnsafeXml(Reden.ONVOLLEDIG)
        if name in self._followed:
            return
        self._pay(place)
        for inner in [element for element in place.iter(etree.Element) if _is_reference(element)]:
            if _is_reference(inner):
                self._follow(inner, (*trail, name))
        self._followed.add(name)

    def _pay(self, place: etree._Element) -> None:
        for element in place.iter(etree.Element):
            self._budget -= _PER_ELEMENT + len(element.text or "") + sum(map(len, element.attrib.values()))
            if self._budget < 0:
                raise UnsafeXml(Reden.ONVOLLEDIG)


def _is_reference(element: etree._Element) -> bool:
    return element.get("href", "").startswith("#") and str(element.tag).startswith(_OURS)


def _says_something(pointer: etree._Element) -> bool:
    """Whether a reference holds anything itself; what another namespace says about it (`xsi:type`) is no part of it."""
    own = [name for name in pointer.attrib if not str(name).startswith("{") and name not in ("id", "href")]
    return bool(own) or len(pointer) > 0 or bool((pointer.text or "").strip())
