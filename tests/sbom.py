"""What the product is made of, and under which licences: `make sbom` prints it as CycloneDX 1.6, read from the lock."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import metadata
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from webapp.config import PROJECT

MAY = frozenset(
    {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "PSF-2.0", "Unlicense"}
    # The last two ask something only of who changes the library itself and hands that on, which we do not.
    | {"LGPL-3.0-only", "MPL-2.0"}
)
"""What may be in the product. Another licence is a decision of people, and then a line here."""
_SPDX = {
    "Apache 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "BSD": "BSD-3-Clause",
    "MIT License": "MIT",
}
"""What libraries without an SPDX expression say, in the words of SPDX; BSD without a number as the stricter one."""
_OURS = "koppelpunt"


@dataclass(frozen=True)
class Onderdeel:
    """One library of the lock that this machine has."""

    name: str
    version: str
    licence: str
    asked_by: frozenset[str]

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"


def onderdelen() -> list[Onderdeel]:
    """Every library of `requirements/production.txt` that belongs on this kind of machine."""
    return sorted(_read((PROJECT / "requirements" / "production.txt").read_text()), key=lambda each: each.name)


def _read(lock: str) -> Iterator[Onderdeel]:
    for block in re.split(r"\n(?=\S)", lock.strip()):
        pin = Requirement(block.split("\\")[0].split("\n")[0])
        if pin.marker is None or pin.marker.evaluate():
            name = canonicalize_name(pin.name)
            via = re.findall(r"^    #   (?:via )?(\S+)|^    # via (\S+)", block, re.MULTILINE)
            asked_by = frozenset(canonicalize_name(one or other) for one, other in via)
            yield Onderdeel(name, str(pin.specifier).removeprefix("=="), licence(pin.name), asked_by)


def licence(name: str) -> str:
    """What a library says of its licence: an SPDX expression, or else one word or classifier that we know as one."""
    said = metadata(name)
    classifiers = [each.rpartition(" :: ")[2] for each in said.get_all("Classifier") or [] if "OSI Approved" in each]
    fields = [*(said.get_all("License-Expression") or []), *(said.get_all("License") or [])]
    known = [_SPDX.get(word, word) for word in [*fields, *classifiers] if len(word) < 60]
    return known[0] if known else "onbekend"


def is_allowed(expression: str) -> bool:
    """Whether one of the licences to choose from may be in the product."""
    return any(all(part in MAY for part in choice.split(" AND ")) for choice in expression.split(" OR "))


def as_cyclonedx(parts: list[Onderdeel], version: str) -> Mapping[str, Any]:
    """The same as a CycloneDX document; it has no moment and no number, so that the same lock gives the same text."""
    asked = {_OURS: sorted(each.purl for each in parts if _OURS in each.asked_by)}
    asked |= {each.purl: sorted(other.purl for other in parts if each.name in other.asked_by) for each in parts}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": _OURS, "name": _OURS, "version": version}},
        "components": [
            {
                "type": "library",
                "bom-ref": each.purl,
                "name": each.name,
                "version": each.version,
                "purl": each.purl,
                "licenses": [{"expression": each.licence}],
            }
            for each in parts
        ],
        "dependencies": [{"ref": ref, "dependsOn": needed} for ref, needed in asked.items()],
    }


def main() -> None:
    version = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]
    json.dump(as_cyclonedx(onderdelen(), version), sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
