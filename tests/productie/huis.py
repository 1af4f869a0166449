"""Koppelpunt itself, as the unit files start it: two webs on sockets that outlive them, workers, a sweep, and nginx."""

from __future__ import annotations

import base64
import shlex
import socket
import ssl
import sys
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from secrets import token_bytes, token_urlsafe

from tests.deploy import nginx
from tests.deploy.units import PROJECT, setting
from tests.productie.onderdelen import DATABASE, OWNER, Onderdelen, Process, free_port, which
from tests.uwlr.certificates import Authority
from webapp.rollen import WEB, WERKER

_AS_SYSTEMD = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""
"""How a unit gets the socket that systemd holds; its variable names the process that may take it."""


class Huis:
    """What an operator sets up beside the parts: certificates, settings, processes."""

    def __init__(self, onderdelen: Onderdelen, *, mail_port: int, parnassys_url: str, authority: Authority) -> None:
        self.onderdelen, self.folder = onderdelen, onderdelen.folder
        self.port = free_port()
        self.url = f"https://{nginx.NAME}:{self.port}"
        self._tls = ssl.create_default_context(cafile=str(authority.bundle))
        self._journaal = self._own_folder("journaal")
        self.sockets = [self._listen(self.folder / f"web-{number}.sock") for number in (1, 2)]
        self.webs: dict[int, Process] = {}
        self.rest: dict[str, Process] = {}
        self.settings = {
            "OMGEVING": "productie",
            "PUBLIC_URL": self.url,
            "REDIS_URL": onderdelen.redis_url,
            "SECRET_KEYS": token_urlsafe(48),
            "PASSWORD_SALT": token_urlsafe(32),
            "ENCRYPTION_KEYS": new_key(1),
            "PARNASSYS_URL": parnassys_url,
            "LAS_CA_BESTAND": str(authority.bundle),
            "UWLR_KLANTCODE": token_urlsafe(12),
            "MAIL_HOST": "127.0.0.1",
            "MAIL_PORT": str(mail_port),
            "MAIL_TLS": "1",
            "MAIL_CA_BESTAND": str(authority.bundle),
            "MAIL_USERNAME": "koppelpunt",
            "MAIL_PASSWORD": token_urlsafe(16),
            "MAIL_FROM": "koppeling@testcentrum.example",
            "KLANTENSERVICE_MAIL": "klantenservice@testcentrum.example",
            "MAIL_VANAF": "00:00",
            "JOURNAAL": str(self._journaal),
            "PROXIES": "1",
            "SWEEP_INTERVAL": "5",
            "AFKOELING": "60",
        }
        main = nginx.write(self.folder, authority, self._paths, port=self.port, plain_port=free_port())
        self._nginx = onderdelen.run("nginx", which("nginx") or "", "-c", main)

    def migrate(self, database: str = "koppelpunt") -> None:
        owner = {**self.settings, "MIGRATIE_URL": self.onderdelen.url(OWNER, database)}
        self.onderdelen.once(sys.executable, "-m", "webapp.migrate", environ={**owner, "PYTHONPATH": str(PROJECT)})

    def flask(self, *words: str, database: str = "koppelpunt") -> str:
        """A command of the operator, in the surroundings of the workers."""
        environ = self._environ(WERKER, database)
        return self.onderdelen.once(sys.executable, "-m", "flask", "--app", "wsgi", *words, environ=environ)

    def back_up(self) -> Path:
        """As its unit does, with the script of the guide, which tells Koppelpunt; the file that it made."""
        environ = {
            **self._environ(WERKER, DATABASE), **self.onderdelen.as_owner,
            "KOPIE_MAP": str(self._own_folder("reservekopie")), "FLASK": f"{sys.executable} -m flask --app wsgi",
        }  # fmt: skip
        return Path(self.onderdelen.once(PROJECT / "deploy" / "backup.sh", environ=environ).splitlines()[-1])

    def start(self, database: str = "koppelpunt") -> None:
        """Everything, and wait until both webs may get traffic."""
        for number in (1, 2):
            self.start_web(number, database)
        self._start_rest(database)
        for number in (1, 2):
            self._wait_for(number)

    def _start_rest(self, database: str) -> None:
        environ = self._environ(WERKER, database)
        for naam, words in {"werker": ["jobs.worker", "--aantal", "2"], "sweep": ["jobs.sweep"]}.items():
            self.rest[naam] = self.onderdelen.run(naam, sys.executable, "-m", *words, environ=environ, cwd=PROJECT)

    def start_web(self, number: int, database: str = "koppelpunt") -> None:
        """As its unit does."""
        listener = self.sockets[number - 1]
        words = shlex.split(setting("koppelpunt-web@.service", "ExecStart"))[1:]
        self.webs[number] = self.onderdelen.run(
            f"web-{number}", sys.executable, "-c", _AS_SYSTEMD, str(listener.fileno()), "-m", "gunicorn", *words,
            environ=self._environ(WEB, database), cwd=PROJECT, pass_fds=(listener.fileno(),),
        )  # fmt: skip

    def restart_webs(self) -> None:
        """One after the other, as an upgrade does."""
        for number in (1, 2):
            self.webs[number].stop()
            self.start_web(number)
            self._wait_for(number)

    def restart(self) -> None:
        """Everything, with the settings of now."""
        self.restart_webs()
        for process in self.rest.values():
            process.stop()
        self._start_rest("koppelpunt")

    def stop(self) -> None:
        """Everything that serves or works."""
        for process in (*self.rest.values(), *self.webs.values()):
            process.stop()

    def _wait_for(self, number: int) -> None:
        """Until this web itself may get traffic; the line waits in its socket."""
        self.webs[number].wait_until(lambda: _asks(self._paths[number - 1]))

    def ask_visitor(self, path: str, method: str) -> int:
        """The status of a page, asked as a visitor does."""
        request = urllib.request.Request(self.url + path, method=method, data=b"" if method == "POST" else None)
        try:
            with urllib.request.urlopen(request, timeout=120, context=self._tls) as answer:
                answer.read()
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def secret_values(self) -> set[str]:
        """What no log may hold."""
        names = ("SECRET_KEYS", "PASSWORD_SALT", "ENCRYPTION_KEYS", "MAIL_PASSWORD", "UWLR_KLANTCODE")
        own = {part.partition(":")[2] or part for name in names for part in self.settings[name].split(",")}
        return own | set(self.onderdelen.secrets.values())

    def _environ(self, role: str, database: str) -> dict[str, str]:
        url = self.onderdelen.url(role, database)
        return {**self.settings, "DATABASE_URL": url, "PYTHONPATH": str(PROJECT), "PYTHONDONTWRITEBYTECODE": "1"}

    @property
    def _paths(self) -> list[Path]:
        return [Path(each.getsockname()) for each in self.sockets]

    def _own_folder(self, naam: str) -> Path:
        path = self.folder / naam
        path.mkdir()
        path.chmod(0o777)
        return path

    @staticmethod
    def _listen(path: Path) -> socket.socket:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        path.chmod(0o666)
        listener.listen(512)
        return listener


def new_key(number: int) -> str:
    """One of ENCRYPTION_KEYS."""
    return f"{number}:{base64.b64encode(token_bytes(32)).decode()}"


def _asks(path: Path) -> bool:
    """Whether the web behind this socket may get traffic."""
    with socket.socket(socket.AF_UNIX) as line, suppress(TimeoutError):
        line.settimeout(10)
        line.connect(str(path))
        line.sendall(b"GET /status/klaar HTTP/1.0\r\n\r\n")
        return line.recv(64).split()[1:2] == [b"200"]
    return False
