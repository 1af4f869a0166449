"""Saving raw scores: everything that was typed in the grid, or nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from webapp.errors import DomainError
from webapp.models import Daad, Leerling, Levering, LeveringStatus, Resultaat
from webapp.models.ids import AccountId, GroepId, SchoolId, ToetsId
from webapp.models.levering import IN_DOUBT
from webapp.services import audit, sloten
from webapp.services.toetsen.invoer import DateWrong, ScoreWrong, parse_date, parse_score
from webapp.services.toetsen.rooster import Rooster, Roosterrij, open_rooster
from webapp.services.versturen import leveringen

DATUM = "afnamedatum"


@dataclass(eq=False)
class ScoresRefused(DomainError):
    """Something typed cannot be saved, so nothing was. `fouten` has an error per leerling id, or under DATUM."""

    fouten: Mapping[int | str, DomainError]


@dataclass(eq=False)
class AfnameTaken(DomainError):
    """The day to which an afname would move has scores of its own."""

    dag: date


@dataclass(eq=False)
class ScoreChanged(DomainError):
    """A colleague filled in something else meanwhile: this score, or nothing."""

    score: int | None


class ScoreAtLas(DomainError):
    """The LAS may have this score, and we cannot take it back from there."""


class LeerlingMoved(DomainError):
    """A score was typed for a leerling who left the groep meanwhile."""


@dataclass(frozen=True)
class Invoer:
    """What the form sends: per leerling id what was typed, and what stood there when the page was opened."""

    afnamedatum: str
    scores: Mapping[int, str]
    gezien: Mapping[int, str]
    geopend: date | None = None
    """The day whose saved scores the page showed; when the form names another day, they move to it."""


@dataclass
class Opgeslagen:
    """What a save did."""

    afnamedatum: date
    nieuw: int = 0
    gewijzigd: int = 0
    leeggemaakt: int = 0
    verplaatst: int = 0

    @property
    def totaal(self) -> int:
        return self.nieuw + self.gewijzigd + self.leeggemaakt + self.verplaatst


def save(
    session: Session,
    school_id: SchoolId,
    toets_id: ToetsId,
    groep_id: GroepId,
    invoer: Invoer,
    *,
    today: date,
    groepen: Collection[GroepId] | None,
    door: AccountId,
) -> Opgeslagen:
    """Save what changed since the page was opened; raise ScoresRefused with an error per wrong field.

    `groepen` holds those that whoever saves may open; None all.

    What a colleague filled in meanwhile stays; two different scores for one leerling are a question, not a choice.
    A score that changes has to be normed again.
    """
    sloten.hold(session, school_id)
    day, problem = _parsed_day(invoer, today)
    rooster = open_rooster(
        session, school_id, toets_id, groep_id, today=today, groepen=groepen, afnamedatum=invoer.geopend or day or today
    )
    work = _Work(rooster, invoer)
    if problem is not None:
        work.fouten[DATUM] = problem
    elif day is not None and day != rooster.afnamedatum:
        work.move(day)
    for rij in rooster.rijen:
        work.look_at(rij)
    work.look_for_strangers()
    if work.fouten or day is None:
        raise ScoresRefused(work.fouten)
    opgeslagen = work.write(session, day)
    if opgeslagen.totaal:
        audit.record(
            session,
            Daad.SCORES_OPGESLAGEN,
            f"toets {rooster.toets.code}",
            door=door,
            school_id=school_id,
            nieuw=opgeslagen.nieuw,
            gewijzigd=opgeslagen.gewijzigd,
            leeggemaakt=opgeslagen.leeggemaakt,
            verplaatst=opgeslagen.verplaatst,
        )
    session.flush()
    return opgeslagen


@dataclass
class _Work:
    """The changes of one save, collected before anything is written."""

    rooster: Rooster
    invoer: Invoer
    fouten: dict[int | str, DomainError] = field(default_factory=dict)
    scores: dict[int, int | None] = field(default_factory=dict)
    moved: bool = False

    def move(self, day: date) -> None:
        """Everything of the opened day goes to another one, unless that day has scores of its own."""
        self.moved = self.rooster.bestaat
        if day in self.rooster.afnames:
            self.fouten[DATUM] = AfnameTaken(day)

    def look_at(self, rij: Roosterrij) -> None:
        """Find out whether this cell changed, and whether it may."""
        leerling_id = rij.leerling.id
        if leerling_id not in self.invoer.scores:
            return
        seen = self.invoer.gezien.get(leerling_id, "").strip()
        try:
            score = parse_score(self.invoer.scores[leerling_id], self.rooster.toets.aantal_opgaven)
        except ScoreWrong as wrong:
            self.fouten[leerling_id] = wrong
            return
        if _text(score) == seen or score == rij.score:
            return
        if _text(rij.score) != seen:
            self.fouten[leerling_id] = ScoreChanged(rij.score)
        elif score is None and rij.levering is not None and _may_be_at_las(rij.levering):
            self.fouten[leerling_id] = ScoreAtLas()
        else:
            self.scores[leerling_id] = score

    def look_for_strangers(self) -> None:
        """A leerling who left the groep meanwhile has no row; a score typed for them may not just vanish."""
        here = {rij.leerling.id for rij in self.rooster.rijen}
        for leerling_id in self.invoer.scores.keys() - here:
            if self.invoer.scores[leerling_id].strip() != self.invoer.gezien.get(leerling_id, "").strip():
                self.fouten[DATUM] = LeerlingMoved()

    def write(self, session: Session, day: date) -> Opgeslagen:
        done = Opgeslagen(day)
        for rij in self.rooster.rijen:
            resultaat, changes = rij.resultaat, rij.leerling.id in self.scores
            score = self.scores.get(rij.leerling.id)
            if resultaat is None:
                if score is not None:
                    session.add(self._new(rij.leerling, score, day))
                    done.nieuw += 1
            elif changes and score is None:
                session.delete(resultaat)
                done.leeggemaakt += 1
            elif changes or self.moved:
                resultaat.ruwe_score = resultaat.ruwe_score if score is None else score
                resultaat.afnamedatum = day
                forget_norm(resultaat)
                if changes and rij.levering is not None and rij.levering.status is LeveringStatus.NAKIJKEN:
                    leveringen.free_checked(rij.levering)
                done.gewijzigd += changes
                done.verplaatst += not changes
        return done

    def _new(self, leerling: Leerling, score: int, day: date) -> Resultaat:
        return Resultaat(
            school_id=self.rooster.groep.school_id,
            leerling_id=leerling.id,
            groep_id=self.rooster.groep.id,
            toets_id=self.rooster.toets.id,
            afnamedatum=day,
            ruwe_score=score,
        )


def forget_norm(resultaat: Resultaat) -> None:
    """The outcome no longer belongs to the score; until it is normed again, this result is not sent."""
    resultaat.vaardigheidsscore = resultaat.niveau = resultaat.percentiel = resultaat.genormeerd_op = None
    resultaat.normversie = None


def _text(score: int | None) -> str:
    return "" if score is None else str(score)


def _may_be_at_las(levering: Levering) -> bool:
    in_doubt = levering.status in IN_DOUBT or levering.may_be_at_las
    return levering.bevestigd_op is not None or levering.pogingen > 0 or in_doubt


def _parsed_day(invoer: Invoer, today: date) -> tuple[date | None, DateWrong | None]:
    try:
        return parse_date(invoer.afnamedatum, today), None
    except DateWrong as wrong:
        return None, wrong
