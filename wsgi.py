"""The WSGI application: everything that differs between installations is in the environment."""

import os
import sys

from webapp import create_app, create_tools, is_tool
from webapp.config import Settings

app = create_tools() if is_tool(os.environ, sys.argv) else create_app(Settings.from_env(os.environ))
