"""The WSGI application: everything that differs between installations is in the environment."""

import gc
import os
import sys
from importlib import import_module

from webapp import create_app, create_tools, is_tool
from webapp.logregel import log_commands
from webapp.logs import configure_logging
from webapp.start import begin

if is_tool(os.environ, sys.argv):
    app = create_tools()
else:
    is_command = os.environ.get("FLASK_RUN_FROM_CLI") == "true"
    configure_logging("flask" if is_command else "web")
    app = create_app(begin(os.environ))
    if is_command:
        app.cli.add_command(import_module("jobs.lasproef").las_proef)  # it sends as a worker does
        log_commands(app.cli)
    gc.freeze()  # what lives as long as the process: else a page that reads thousands of rows looks through all of it
