"""Which cases of the queue are shown, in which order: all of it stands in the address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from webapp.forms.cleaning import clean_text
from webapp.matching.folding import words
from webapp.models.ids import AccountId
from webapp.presentation import namen_voor
from webapp.services.overzicht.wachtend import Wachtend, Zaaksoort
from webapp.services.overzicht.zaken import Bijgehouden
from webapp.verzoek import number, row_id
from webapp.woorden import wachtrij as woorden
from webapp.woorden import zaken as zaakwoorden

MIJ, NIEMAND = "mij", "niemand"
_LONGEST_SEARCH = 60
VOLGORDES: dict[str, tuple[str, Callable[[Wachtend], Any], bool]] = {
    "": ("Langst wachtend eerst", lambda row: row.sinds, False),
    "nieuw": ("Kortst wachtend eerst", lambda row: row.sinds, True),
    "school": ("Op school", lambda row: words(woorden.school(row)[0]), False),
}
"""What the sort of the address says: its words, by what, and whether the other way round."""
NIETS = Bijgehouden()


@dataclass(frozen=True)
class Gevonden:
    """What is shown of the queue."""

    rijen: Sequence[Wachtend]
    tellingen: Mapping[str, int]
    """How many cases there are of each kind, all kinds (`alle`) and put off (`slaapt`), whatever else was filtered."""
    van: Sequence[tuple[str, str]]
    """Whose cases there are, to choose from."""

    def page_of(self, page: int, size: int) -> tuple[Sequence[Wachtend], int, int]:
        """The rows of a page, which page that is, and how many there are; past the end is the last."""
        pages = max(1, -(-len(self.rijen) // size))
        page = min(page, pages)
        return self.rijen[(page - 1) * size : page * size], page, pages


@dataclass(frozen=True)
class Filter:
    """What the address asks for."""

    soort: Zaaksoort | None = None
    q: str = ""
    van: str = ""
    volgorde: str = ""
    slaapt: bool = False
    pagina: int = 1

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Filter:
        """Read it; what is no filter is none."""
        soort, van, volgorde = args.get("soort", ""), args.get("van", ""), args.get("volgorde", "")
        return cls(
            soort=Zaaksoort(soort) if soort in set(Zaaksoort) else None,
            q=clean_text(args.get("q"))[:_LONGEST_SEARCH],
            van=van if van in {MIJ, NIEMAND} or row_id(van) else "",
            volgorde=volgorde if volgorde in VOLGORDES else "",
            slaapt=args.get("slaapt") == "1",
            pagina=number(args.get("pagina")) or 1,
        )

    def args(self, **changed: Any) -> dict[str, Any]:
        """The same as parameters of an address, those that differ from nothing; another filter begins at page 1."""
        now: dict[str, Any] = {
            "soort": self.soort, "q": self.q, "van": self.van, "volgorde": self.volgorde, "slaapt": int(self.slaapt),
            "pagina": 1 if changed else self.pagina,
        }  # fmt: skip
        found = {**now, **changed}
        return {name: value for name, value in found.items() if value and (name, value) != ("pagina", 1)}

    def url(self, **changed: Any) -> str:
        """The address of the queue with these changed."""
        return url_for("admin.index", **self.args(**changed))

    def choose(
        self, rows: Sequence[Wachtend], kept: Mapping[str, Bijgehouden], now: datetime, wie: AccountId
    ) -> Gevonden:
        """The cases that fit: one cause of many schools on top, then in the order of the address."""
        asleep = {row.sleutel for row in rows if kept.get(row.sleutel, NIETS).sleeps(row, now)}
        awake = [row for row in rows if row.sleutel not in asleep]
        counts = Counter(str(row.soort) for row in awake)
        counts.update(alle=len(awake), slaapt=len(asleep))
        chosen = [row for row in rows if row.sleutel in asleep] if self.slaapt else awake
        chosen = [row for row in chosen if self._fits(row, kept.get(row.sleutel, NIETS), now, wie)]
        _, by, turned = VOLGORDES[self.volgorde]
        chosen.sort(key=by, reverse=turned)
        chosen.sort(key=lambda row: not row.is_gebundeld)
        owners = {each.van_id: each.van for row in rows if (each := kept.get(row.sleutel, NIETS)).van_id}
        van = [(str(id_), naam) for id_, naam in sorted(owners.items(), key=lambda each: each[1]) if id_ != wie]
        return Gevonden(chosen, counts, [("", "Van iedereen"), (MIJ, "Van mij"), (NIEMAND, "Van niemand"), *van])

    def _fits(self, row: Wachtend, kept: Bijgehouden, now: datetime, wie: AccountId) -> bool:
        if self.soort is not None and row.soort is not self.soort:
            return False
        if self.van and str(kept.van_id or NIEMAND) != (str(wie) if self.van == MIJ else self.van):
            return False
        return not self.q or all(word in _text(row, kept, now) for word in words(self.q))


def _text(row: Wachtend, kept: Bijgehouden, now: datetime) -> str:
    """What is searched of a case: its school and the schools it is about, what is so, and what was noted."""
    namen = namen_voor(row.koppeling)
    about = [*woorden.school(row), row.soort, woorden.stand(row), zaakwoorden.stap(row, namen, now), kept.notitie]
    for each in (row.koppeling, *row.koppelingen):
        if each is not None:
            about += [each.schoolnaam, f"{each.brin}{each.vestiging}"]
    return " ".join(words(" ".join(about)))
