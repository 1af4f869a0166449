"""The pages around the simulated ParnasSys: the start page and the mailbox."""

from __future__ import annotations

from sandbox.proef.screens import postvak, start
from sandbox.proef.screens.pages import sandbox as blueprint

__all__ = ["blueprint"]

# Importing a module of views registers them on its blueprint.
_VIEWS = (postvak, start)
