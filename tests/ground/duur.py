"""How long the tests take: the longest begin first, and at the end stands which files were dearest."""

from __future__ import annotations

from collections import defaultdict

import pytest

_WORTH_TELLING = 60.0
"""Seconds; of a shorter run the dearest files are no news."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that are marked so begin first, after the shuffle: at the end no process waits for one long test."""
    items.sort(key=lambda item: item.get_closest_marker("early") is None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the ten files that took longest, of all processes together."""
    spent = defaultdict[str, float](float)
    for reports in terminalreporter.stats.values():
        for report in reports:
            if type(report) is pytest.TestReport:  # a subtest is part of its test
                spent[report.nodeid.partition("::")[0]] += report.duration
    if (whole := sum(spent.values())) > _WORTH_TELLING:
        dearest = sorted(spent.items(), key=lambda each: -each[1])[:10]
        terminalreporter.write_line(f"{whole:.0f} seconds of tests; the dearest files:")
        for file, seconds in dearest:
            terminalreporter.write_line(f"{seconds:8.0f} {file}")
