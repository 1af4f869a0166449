"""The WSGI application: everything that differs between installations is in the environment."""

import os

from webapp import create_app
from webapp.config import Settings

app = create_app(Settings.from_env(os.environ))
