"""The ground under all tests; see `tests/ground/`."""

from hypothesis import settings

pytest_plugins = ["tests.ground.servers", "tests.ground.smtp", "tests.ground.app", "tests.ground.crawl"]

# A busy machine makes an example slow: no test of Hypothesis fails by the clock.
settings.register_profile("koppelpunt", deadline=None)
settings.load_profile("koppelpunt")
