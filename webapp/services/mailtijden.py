"""When a mail to a school may go: what the night writes waits for the morning, and not all of it goes at once."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from webapp.config import AMSTERDAM
from webapp.models import MailSoort

SPREIDING = timedelta(minutes=90)
"""Over so long after the first moment the schools are spread."""
VAN_DE_NACHT = frozenset({
    MailSoort.KOPPELINGSMAIL, MailSoort.VASTGEHOUDEN, MailSoort.OPHALEN_MISLUKT, MailSoort.SLEUTEL_GEWEIGERD,
    MailSoort.TOEGANG_OPGESCHORT, MailSoort.DOORGEVEN_VERLOPEN, MailSoort.OVERGANG,
})  # fmt: skip
"""Nobody waits for these in front of a screen."""
_STEP = 37
"""Prime to the minutes of the window: schools that were added after each other do not go after each other."""


def of_school(first: datetime, school_id: int) -> datetime:
    """The moment of this school: the same minute every day."""
    minutes = int(SPREIDING.total_seconds()) // 60
    return first + timedelta(minutes=school_id * _STEP % minutes)


def not_before(soort: MailSoort, school_id: int | None, now: datetime, vanaf: time) -> datetime | None:
    """Until when a mail of the night waits; None when it may go. From midnight on means that nothing waits."""
    if soort not in VAN_DE_NACHT or school_id is None or vanaf == time():
        return None
    here = now.astimezone(AMSTERDAM)
    moment = of_school(datetime.combine(here, vanaf, AMSTERDAM), school_id)
    return moment if here < moment else None
