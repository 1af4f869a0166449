"""The example for nginx, written for a folder, ports and a certificate of a test."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tests.deploy.units import PROJECT
from tests.uwlr.certificates import Authority

CONF = PROJECT / "deploy" / "nginx" / "koppelpunt.conf"
NAME = "localhost"
_AROUND = """
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/nginx.error.log warn;
events {{ worker_connections 1024; }}
http {{
    include /etc/nginx/mime.types;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/koppelpunt.conf;
}}
"""


def write(folder: Path, authority: Authority, sockets: Sequence[Path], *, port: int, plain_port: int) -> Path:
    """Write it, with what an operator would change changed; return the file that nginx begins with."""
    certificate, key = authority.issue("nginx", address=NAME)
    text = re.sub(r"listen \[::\]:.*\n", "", CONF.read_text())
    for old, new in {
        "koppelpunt.example": NAME,
        "listen 443": f"listen 127.0.0.1:{port}",
        "listen 80": f"listen 127.0.0.1:{plain_port}",
        "/etc/ssl/koppelpunt/fullchain.pem": str(certificate),
        "/etc/ssl/koppelpunt/privkey.pem": str(key),
        "/var/log/nginx": str(folder),
        **{f"/run/koppelpunt/web-{number}.sock": str(socket) for number, socket in enumerate(sockets, 1)},
    }.items():
        assert old in text, old
        text = text.replace(old, new)
    (folder / CONF.name).write_text(text)
    main = folder / "nginx.conf"
    main.write_text(_AROUND.format(folder=folder))
    return main
