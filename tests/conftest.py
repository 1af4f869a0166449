"""The ground under all tests; see `tests/ground/`."""

import gc

import pytest
from hypothesis import settings

pytest_plugins = [f"tests.ground.{name}" for name in ("servers", "smtp", "app", "crawl", "duur", "kanaries")]

# A busy machine makes an example slow: no test of Hypothesis fails by the clock.
settings.register_profile("koppelpunt", deadline=None)
settings.load_profile("koppelpunt")


def pytest_collectstart() -> None:
    """No looking for garbage while thousands of tests are collected, all of which stay."""
    gc.disable()


def pytest_collection_finish(session: pytest.Session) -> None:
    """From here on only what a test makes is looked through, and not at every few hundred objects."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()
