"""The part of `make productie` that fits in CI: from an empty database to webs that restart and lose no request."""

from __future__ import annotations

import pytest

from tests.productie.onderdelen import missing
from tests.productie.proef import installation

ABSENT = missing()


@pytest.mark.skipif(bool(ABSENT), reason=f"not on this machine: {', '.join(ABSENT)}")
@pytest.mark.xdist_group("productie")
def test_production_restarts_one_web_after_the_other_without_losing_a_request_and_logs_no_secret() -> None:
    with installation() as proef:
        proef.set_up()
        proef.restart_rolling(1)
        proef.huis.stop()
        proef.read_logs()
    assert proef.figures["zonder_antwoord"] == 0, proef.figures
    assert proef.figures["kanaries_in"] == [], proef.figures
    assert proef.figures["links_in_log_van_nginx"] == 1, "the link of the first clerk was followed"
