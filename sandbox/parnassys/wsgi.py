"""ParnasSys as `make run` serves it: with its tables, and with the invented schools when they are not there yet."""

import os

from sandbox.parnassys.app import create_app, prepare
from sandbox.parnassys.settings import Settings

app = create_app(Settings.from_env(os.environ))
prepare(app)
