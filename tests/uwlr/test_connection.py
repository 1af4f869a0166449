"""What leaves, and when it may not any more."""

from __future__ import annotations

import pytest

from webapp.uwlr import connection
from webapp.uwlr.connection import CutOff, Line


@pytest.mark.fault(41)
def test_nothing_leaves_once_the_time_of_an_exchange_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that stood still after it had connected: its watchman stood still too."""
    line = Line(30.0)
    line.sending()
    line = Line(30.0)
    asleep = connection.awake() + 31
    monkeypatch.setattr(connection, "awake", lambda: asleep)
    with pytest.raises(CutOff):
        line.sending()
    assert not line.sent
