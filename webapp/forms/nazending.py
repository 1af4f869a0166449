"""What somebody chooses of last school year, and that they agree."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from werkzeug.datastructures import MultiDict

from webapp.services.versturen.aanbod import Aanbod
from webapp.verzoek import number


@dataclass(frozen=True)
class Gekozen:
    """The tests and groepen that were ticked, as a page or a form carries them."""

    toetsen: frozenset[int]
    groepen: frozenset[int]

    @classmethod
    def of_request(cls) -> Gekozen:
        """Read them from the address or the form."""
        return cls(_numbers(request.values, "toets"), _numbers(request.values, "groep"))

    def part_of(self, aanbod: Aanbod) -> Aanbod:
        return aanbod.of(self.toetsen, self.groepen)


def _numbers(values: MultiDict[str, str], name: str) -> frozenset[int]:
    return frozenset(found for text in values.getlist(name) if (found := number(text)) is not None)
