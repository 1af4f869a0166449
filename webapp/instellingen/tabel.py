"""The reference of all settings, made from the list: `python -m webapp.instellingen.tabel` writes docs/settings.md."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path
from typing import Any

from webapp.config import PROJECT, Omgeving
from webapp.instellingen.lezen import default_of
from webapp.instellingen.lijst import GROEPEN, VEREIST, Instelling

PAGE = PROJECT / "docs" / "settings.md"
_OF_THE_WHOLE = """# Settings

Made by `python -m webapp.instellingen.tabel`: change `webapp/instellingen/lijst.py`, and not this page.

Everything is read from the environment once, at start. All that is wrong is named at once, a sentence each, and
nothing starts: a value that cannot be, two that contradict, a file that cannot be read, and a name that looks like one
of these but is none (`MAIL_TSL`). There is no default for a secret. Write values without quotes, and what has a meaning
in an address (`@ / ? # %`) in a name or password as `%40 %2F %3F %23 %25`. `flask --app wsgi instellingen` tries each
connection ([operations.md](operations.md#are-the-settings-right)).
"""
_HEAD = "| name | what to write | default | what it does |\n|---|---|---|---|\n"


def page() -> str:
    """The whole page."""
    parts = [_OF_THE_WHOLE]
    for heading, groep in GROEPEN.items():
        parts.append(f"## {heading}\n\n{_HEAD}" + "".join(map(_row, groep)))
    return "\n".join(parts)


def _row(each: Instelling) -> str:
    cells = (f"`{each.naam}`", each.soort.wat, _default(each), each.uitleg)
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |\n"


def _default(each: Instelling) -> str:
    if each.naam == "OMGEVING":
        return f"`{Omgeving.PRODUCTIE}`"
    real, practice = (written(default_of(each, omgeving)) for omgeving in (Omgeving.PRODUCTIE, Omgeving.SANDBOX))
    if real == practice or each.naam == "VAR_DIR":
        return real
    return f"{real}; in a sandbox {practice}"


def written(value: Any) -> str:
    """A default as somebody would write it in the environment."""
    match value:
        case _ if value is VEREIST:
            return "**required**"
        case None | "" | ():
            return "none"
        case bool():
            return f"`{int(value)}`"
        case timedelta():
            return f"`{value.days if value >= timedelta(days=2) else int(value.total_seconds())}`"
        case time():
            return f"`{value:%H:%M}`"
        case Path():
            return f"`{value.relative_to(PROJECT)}`"
        case tuple():
            return "none"
    return f"`{value}`"


if __name__ == "__main__":
    PAGE.write_text(page())
