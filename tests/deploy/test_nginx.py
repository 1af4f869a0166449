"""The example for nginx: right by its own reading, and no log of it has the key that is in an address."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from flask import Flask

from tests.deploy.nginx import CONF, write
from tests.uwlr.certificates import Authority
from webapp.logs import _TOKEN_PATHS

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/bin")


def test_no_log_has_the_token_of_an_address(app: Flask) -> None:
    """A new route with a token has to be in both: what the access log makes of it, and where no error is written."""
    text = CONF.read_text()
    [logged] = re.findall(r'map \$uri \$koppelpunt_pad \{\s*"~(\S+)" "\$1\*\*\*";', text)
    [quiet] = re.findall(r"location ~ (\S+) \{\s*error_log \S+ emerg;", text)
    rules = [rule for rule in app.url_map.iter_rules() if "token" in rule.arguments]
    assert len(rules) > 9
    for rule in rules:
        address = re.sub(r"<[^>]*\btoken>", "GEHEIM", rule.rule)
        assert "GEHEIM" not in re.sub(f"{logged}.*", r"\1***", address), address
        assert re.search(quiet, address), address
        assert "GEHEIM" not in _TOKEN_PATHS.sub("", f"no page for {address} here"), "nor has our own"
    for address in ("/mails/1", "/wachtwoord-vergeten/", "/tweede-stap/"):
        assert not re.search(logged, address), "only these"
        assert not re.search(quiet, address), "only these"
    assert "$request_uri" not in text.split("log_format")[1].split(";")[0]


@pytest.mark.skipif(NGINX is None, reason="nginx is not on this machine")
def test_nginx_finds_nothing_wrong_with_it(tmp_path: Path) -> None:
    assert NGINX is not None
    sockets = [tmp_path / "web-1.sock", tmp_path / "web-2.sock"]
    main = write(tmp_path, Authority(tmp_path), sockets, port=8443, plain_port=8080)
    done = subprocess.run([NGINX, "-t", "-c", main], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr
