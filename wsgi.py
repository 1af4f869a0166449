"""The WSGI application: everything that differs between installations is in the environment."""

import gc
import os
import sys

from webapp import create_app, create_tools, is_tool
from webapp.config import Settings
from webapp.logs import configure_logging

if is_tool(os.environ, sys.argv):
    app = create_tools()
else:
    app = create_app(Settings.from_env(os.environ))
    configure_logging()
    gc.freeze()  # what lives as long as the process: else a page that reads thousands of rows looks through all of it
