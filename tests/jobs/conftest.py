"""What the tests of workers stand on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from redis import Redis

from sandbox.lokaal.services import throwaway_valkey
from sandbox.lokaal.valkey import Valkey
from tests.jobs.opstelling import Opstelling, set_up
from webapp.config import Settings


@pytest.fixture
def opstelling(fresh_database_url: str, settings: Settings, redis: Redis) -> Iterator[Opstelling]:
    """On the servers of this run."""
    with set_up(replace(settings, database_url=fresh_database_url)) as found:
        yield found


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    """A Valkey of this test alone, that it may freeze, empty or kill."""
    with throwaway_valkey() as server:
        yield server


@pytest.fixture
def with_valkey(fresh_database_url: str, settings: Settings, valkey: Valkey) -> Iterator[Opstelling]:
    """On a Valkey of this test alone."""
    with set_up(replace(settings, database_url=fresh_database_url, redis_url=valkey.url())) as found:
        yield found
