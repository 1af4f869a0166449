"""Jobs of the tests of the workers themselves; each tells in Redis who did it."""

from __future__ import annotations

import os
import time

from sqlalchemy import QueuePool, text

from jobs.net import under_net
from webapp.context import redis
from webapp.db import db
from webapp.models import School

VERTELD = "verteld"


def tell() -> None:
    """Say which process this is, and what an earlier job left behind in it: open connections, and a school in one."""
    assert isinstance(db.engine.pool, QueuePool)
    open_ = db.engine.pool.checkedout()
    school = db.session.scalar(text("SELECT current_setting('app.school_id', true)")) or "geen"
    redis().rpush(VERTELD, f"{os.getpid()} {open_}-{school}")


def tell_together(count: int) -> None:
    """Say it, and wait until so many have."""
    tell()
    while redis().llen(VERTELD) < count:
        time.sleep(0.01)


def break_off() -> None:
    """Fail outside the net."""
    raise KeyError("x")


@under_net(lambda session, row_id, klasse: None)
def fail_in_the_net(row_id: int) -> None:
    """Leave an unfinished transaction behind, as work does that nobody expected to fail."""
    db.session.add(School(brin="99XX", naam="Niet af"))
    db.session.flush()
    raise ValueError(row_id)
