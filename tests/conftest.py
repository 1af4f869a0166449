"""The ground under all tests; see `tests/ground/`."""

pytest_plugins = ["tests.ground.servers", "tests.ground.smtp", "tests.ground.app"]
