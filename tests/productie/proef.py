"""What is tried in production, step by step; each step adds its figures."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from secrets import token_urlsafe
from time import monotonic
from urllib.parse import urlsplit

import psycopg
from playwright.sync_api import Browser
from redis import Redis

from sandbox.lokaal.folder import give_to_unprivileged
from tests.deploy.units import PROJECT
from tests.ground.mailserver import Mailserver, running_mailserver
from tests.productie.gang import KLANTENSERVICE, Gang, write_school
from tests.productie.huis import Huis, new_key
from tests.productie.last import lost, visitors
from tests.productie.onderdelen import DATABASE, OWNER, Onderdelen, free_port, which
from tests.uwlr.certificates import Authority
from webapp.config import AMSTERDAM
from webapp.schooljaar import schooljaar_of

_ELSEWHERE = "koppelpunt_elders"


class Proef:
    """One installation, from an empty database."""

    def __init__(self, onderdelen: Onderdelen, mail: Mailserver, authority: Authority) -> None:
        self.onderdelen, self.mail, self._authority = onderdelen, mail, authority
        self.parnassys = f"https://127.0.0.1:{free_port()}"
        uwlr = f"{self.parnassys}/sandbox/parnassys/uwlr/v2"
        self.huis = Huis(onderdelen, mail_port=mail.port, parnassys_url=uwlr, authority=authority)
        self.canaries: set[str] = set()
        self.figures: dict[str, object] = {}
        self._link = ""

    def set_up(self) -> None:
        """The tables, the first clerk, and what the test centre has."""
        began = monotonic()
        self.huis.migrate()
        self._link = self.huis.flask("account", "maken", KLANTENSERVICE, "--naam", "Kim de Wit", "--leiding").split()[
            -1
        ]
        self.canaries.add(self._link.rpartition("/")[2])
        folder = self.onderdelen.folder / "inlezen"
        folder.mkdir()
        self.canaries |= write_school(folder, schooljaar_of(datetime.now(AMSTERDAM).date()))
        self.huis.flask("inlezen", "--uitnodigen", str(folder))
        self.huis.start()
        assert self.huis.ask_visitor(urlsplit(self._link).path, "GET") == 200
        self.figures["opzetten_s"] = round(monotonic() - began)

    def start_parnassys(self) -> None:
        """Behind TLS, with a certificate of an authority that no machine knows."""
        self.onderdelen.make_database("parnassys")
        certificate, key = self._authority.issue("parnassys")
        environ = {
            "DATABASE_URL": self.onderdelen.url(OWNER, "parnassys"),
            "SECRET_KEYS": self.onderdelen.secrets["redis"],
            "PUBLIC_URL": self.parnassys,
            "UWLR_KLANTCODE": self.huis.settings["UWLR_KLANTCODE"],
        }
        self.onderdelen.run(
            "parnassys", sys.executable, "-m", "gunicorn", "--no-control-socket", "--preload", "--threads", "8",
            "--certfile", certificate, "--keyfile", key, "--bind", self.parnassys.removeprefix("https://"),
            "sandbox.parnassys.wsgi:app", environ=environ, cwd=PROJECT,
        )  # fmt: skip

    def walk(self, browser: Browser) -> None:
        """From aanvraag to a result that the LAS confirmed."""
        began, gang = monotonic(), Gang(browser, self.huis, self.mail, self.parnassys, self._link)
        try:
            gang.log_in_klantenservice()
            gang.log_in_beheerder()
            gang.request()
            gang.open_up()
            sleutel = gang.make_sleutel()
            self.canaries.add(sleutel)
            gang.submit(sleutel)
            gang.approve()
            gang.follow(gang.koppelingsmail())
            self.figures["vragen"] = gang.answer_questions()
            gang.import_everything()
            gang.choose_the_minute()
            gang.take_test()
            gang.see_confirmed()
            self.figures["bevestigd_bij_het_las"] = len(gang.arrived())
            self.figures["gang_s"] = round(monotonic() - began)
        finally:
            self.canaries |= gang.tokens
            gang.close()

    def restart_rolling(self, rounds: int) -> None:
        """Under load, one web after the other; and nginx' own answers, which are none of ours."""
        with visitors(self.huis.ask_visitor) as seen:
            for _ in range(rounds):
                self.huis.restart_webs()
        self.figures |= {"verzoeken": seen.total(), "zonder_antwoord": lost(seen), "statussen": dict(seen)}

    def rotate_keys(self) -> None:
        """A new key behind the old, everything anew under it, and the old one taken out."""
        settings = self.huis.settings
        settings["SECRET_KEYS"] += "," + token_urlsafe(48)
        settings["ENCRYPTION_KEYS"] += "," + new_key(2)
        self.canaries |= self.huis.secret_values()
        self.huis.restart()
        said = self.huis.flask("hersleutelen")
        assert "Sleutel 1: mag weg." in said, said
        settings["ENCRYPTION_KEYS"] = settings["ENCRYPTION_KEYS"].partition(",")[2]
        self.huis.restart()
        again = self.huis.flask("hersleutelen")
        assert "opent geen enkele sleutel" not in again, again
        self.figures["sleutel_gewisseld"] = True

    def restore_elsewhere(self) -> None:
        """Dumped while visitors come; restored into an empty database, compared, and begun there."""
        with visitors(self.huis.ask_visitor) as seen:
            dump = self.huis.back_up()
        assert lost(seen) == 0, seen
        self.huis.stop()
        Redis.from_url(self.onderdelen.redis_url).flushall()
        self.onderdelen.make_database(_ELSEWHERE)
        self.onderdelen.once(
            which("pg_restore") or "", "--no-owner", f"--dbname={self.onderdelen.url(OWNER, _ELSEWHERE)}", str(dump)
        )
        now = self._counts(_ELSEWHERE)
        assert now == self._counts(DATABASE)
        journaal = self.huis.settings["JOURNAAL"]
        said = self.huis.flask(
            "na-terugzetten", "--moment", dump.stem.removeprefix("koppelpunt-"), "--journaal", journaal,
            database=_ELSEWHERE,
        )  # fmt: skip
        assert "al het andere gaat verder" in said, said
        self.huis.start(_ELSEWHERE)
        self.figures |= {"reserve_bytes": dump.stat().st_size, "teruggezet": True, "leerlingen": now["leerling"]}
        self.huis.stop()

    def _counts(self, database: str) -> dict[str, int]:
        with psycopg.connect(self.onderdelen.url(OWNER, database), options="-c app.school_id=-1") as connection:
            return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in _STILL}  # type: ignore[index]  # one row

    def read_logs(self) -> None:
        """No name, token, password or key in anything that was logged."""
        canaries = self.canaries | self.huis.secret_values()
        logs = {path: path.read_text(errors="replace") for path in self.onderdelen.folder.glob("*.log")}
        found = sorted({path.name for path, text in logs.items() for canary in canaries if canary in text})
        links = re.findall(
            r'"pad":"(/m/|/wachtwoord-vergeten/)([^"]+)"', logs[self.onderdelen.folder / "koppelpunt.log"]
        )
        assert {kept for _, kept in links} <= {"***"}, "nginx keeps only which kind of link it was"
        self.figures |= {
            "kanaries": len(canaries), "logs": len(logs), "log_bytes": sum(map(len, logs.values())),
            "links_in_log_van_nginx": len(links), "kanaries_in": found,
        }  # fmt: skip


_STILL = ("leerling", "resultaat", "koppeling", "groep", "account")
"""What visitors of a login page do not change."""


@contextmanager
def installation() -> Iterator[Proef]:
    """In a folder of its own, which is gone afterwards with all that ran in it."""
    folder = Path(tempfile.mkdtemp(prefix="kp-productie-"))
    give_to_unprivileged(folder)
    try:
        authority = Authority(folder)
        with running_mailserver(tls=authority.server("mail")) as mail, Onderdelen(folder) as onderdelen:
            onderdelen.begin()
            yield Proef(onderdelen, mail, authority)
    finally:
        shutil.rmtree(folder)
