"""`docs/faults.md`, drawn from the marks `fault(number)` of the tests. `python -m tests.faults` writes it anew."""

from __future__ import annotations

from tests.marks import places
from webapp.config import PROJECT

PAGE = PROJECT / "docs" / "faults.md"
FAULTS = {
    1: ("kill -9 of a worker before it took anything", "Still due; the next sweep rings."),
    2: ("kill -9 with a claim, before the doubt is written", "The claim lapses after a minute; the LAS saw nothing."),
    3: ("kill -9 with the doubt written, before sending", "The school waits out one cool-down, then it goes once."),
    4: ("kill -9 during the call", "In doubt; after the cool-down the newest version goes under the same key."),
    5: ("kill -9 after the answer, before it is recorded", "As F4; the LAS gets the same version under the same key."),
    6: ("kill -9 while it is recorded", "One transaction: all of it or nothing, then as F5."),
    7: (
        "kill -9 of only the worker, or only its child",
        "The worker goes on with the next job. A child that outlives it finishes while its claim is its own; what it "
        "says after another took over counts for nothing, and the newest version goes again.",
    ),
    8: (
        "SIGTERM once, or twice",
        "Once: the message is finished, the rest is left to the next job, the worker ends. Its parent twice: as F4.",
    ),
    9: ("Redis emptied", "The sweep rings for every row that is due."),
    10: ("Redis frozen or gone at a commit", "The commit stands, the screen says so, mail waits for the sweep."),
    11: (
        "Redis gone for long",
        "What a job did is recorded; the sweep lives on; a worker that ended is started again.",
    ),
    12: ("Redis full", "As F10."),
    13: ("database lost before COMMIT", "Nothing changed, and the page says so."),
    14: (
        "database lost during COMMIT",
        "An import looks on a new connection and tells how it turned out. Any other page says that it is not certain.",
    ),
    15: ("database restarted during a call", "The claim lapses, the cool-down passes, the same worker goes on."),
    16: ("database full or read-only", "503, nothing half; the watch cannot write its row, which is an alarm."),
    17: (
        "deadlock",
        "Whoever loses reads that somebody is busy with it (Retry-After) and presses again; a job is recorded and "
        "tried again after a pause.",
    ),
    18: ("mail server refuses or puts off", "Tried again for more than four hours, then klantenservice sees it."),
    19: ("one address takes no mail", "The others get theirs; the address is marked and shown."),
    20: ("mail server hangs", "One deadline over the conversation; tried again."),
    21: ("mail server dies after the mail", "Onzeker: once more after 30 minutes, same Message-ID; then a person."),
    22: ("LAS away or refusing everybody", "It is left alone after few requests; a probe every five minutes; no mail."),
    23: (
        "LAS slow",
        "Waited for within the deadline, the claim is renewed; what is not reached waits, longest waiting first.",
    ),
    24: (
        "LAS answers html, 202, 3xx, half, drop by drop, packed",
        "Each is one outcome; only a confirmation delivers.",
    ),
    25: (
        "one result that the LAS refuses",
        "Found in 17 calls of 200 results, 18 for a code that may mean the whole message; the others arrive.",
    ),
    26: (
        "LAS drops one of 200 without a word",
        "Cannot be seen over UWLR; the course of each night is shown per school.",
    ),
    27: ("wrong key at one school", "Only that school stops."),
    28: ("clock of a host jumps", "Leases, pauses and cool-downs are by the clock of the database."),
    29: ("the clock changes at night", "One night."),
    30: ("two schedulers", "One night: its date is unique."),
    31: ("no scheduler for hours", "The night begins late."),
    32: ("a night that is not done in time", "It is made good after its window, results first, and that is said."),
    33: ("key replaced, koppeling paused while a job waits", "Read again before every message."),
    34: (
        "leerling erased while queued, matched, asked about or sent",
        "Who erases waits for a message under way; whoever comes later finds nobody, and an aanlevering that still has "
        "them is read without them.",
    ),
    35: ("migration while the tables are used", "Gives up after some seconds, says so, has changed nothing."),
    36: ("new aanlevering during a review", "The old review imports nothing; its answers are in the new one."),
    37: ("two beheerders import at once", "One does; the other reads who was first."),
    38: ("a button pressed 20 times", "Done once; every press shows the same page."),
    39: (
        "no memory, or work that fells every worker",
        "After three workers it is recorded as our fault, waits with growing pauses and stands in the queue of "
        "klantenservice.",
    ),
    40: ("restore of yesterday's database", "Nothing goes before a command compared it with the journal."),
    41: ("worker frozen before it sends", "Drops out when it wakes up; a late message is put right after a cool-down."),
}
_HEAD = """# What may break, what we do, and which test breaks it

The numbers are those of the fault matrix with which the project began. Where a process, a server or a connection
fails, the test makes it fail; nights, clocks, a full disk and the LAS are simulated. Drawn from the marks
`fault(number)`: `python -m tests.faults` draws it anew, and a test fails when it differs.

Each test breaks one thing. `make chaos SECONDS=60 SEED=1` breaks them all at once (kills and freezes of workers and
sweep, PostgreSQL killed, restarted, full and cut off, Redis emptied and full, a LAS that hangs, answers late or twice)
while results are normed all the time: an auditor knows every version that was acknowledged, and a LAS that nothing
disturbs keeps what it processed. `make chaos AFKOELING=0` shows what the cool-down is for.

Decided otherwise than that matrix:

- F17: nothing is tried again unseen. A person presses again, a job waits out a pause.
- F25: a message refused with a code that may mean the whole message (`OngeldigBericht` and the like) is not halved at
  once: it is taken for trouble of the LAS until a control says otherwise (decision 6).
- F26: no weekly resend; it would put values back that a school has typed over.
- F32: what a night did not reach does not wait for the next: it is made good after the window.
- F39: the claim counts the dead, not the record: the whole school waits. In messages that fell a LAS the one result is
  still found.
- F40: nothing is sent blindly after a restore: what the LAS has newer is shown and never overwritten.
- F41: a frozen worker drops out before it sends, and what it may have sent late goes once more.
"""


def page() -> str:
    """Return the text of the page."""
    head = [_HEAD, "| | what breaks | what we do | tests |", "|---|---|---|---|"]
    return "\n".join([*head, *map(_row, FAULTS), ""])


def _row(number: int) -> str:
    what, then = FAULTS[number]
    found = [place for marked, place in places("fault") if marked == number]
    tests = "<br>".join(f"`{place.removeprefix('tests/')}`" for place in found)
    return f"| F{number} | {what} | {then} | {tests} |"


if __name__ == "__main__":
    PAGE.write_text(page())
