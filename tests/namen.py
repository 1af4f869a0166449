"""The names in which the tests expect sentences, unless they are about another LAS or test centre."""

from __future__ import annotations

from webapp.woorden.namen import Namen

NAMEN = Namen(las="ParnasSys", testcentrum="Boom testcentrum", testcentrum_kort="Boom")
