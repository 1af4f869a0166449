"""The server of the board as `make run` serves it."""

import os
import tomllib
from pathlib import Path

from sandbox.bestuur.app import Server, create_app

_table = tomllib.loads(Path(os.environ["BESTUREN_BESTAND"]).read_text())["horizon"]
app = create_app(
    Server(
        public_url=os.environ["PUBLIC_URL"],
        client_id=_table["client_id"],
        client_secret=_table["client_secret"],
        redirect_uri=f"{os.environ['PUBLIC_URL']}/inloggen/bestuur/horizon/terug",
    )
)
