"""The words about the vaste afspraken of a school."""

from __future__ import annotations

from webapp.services.afspraken import OverschrevenAfspraken
from webapp.woorden.namen import Namen
from webapp.woorden.weigeringen import zeg


@zeg.register
def _(error: OverschrevenAfspraken, _namen: Namen) -> str:
    return (
        f"{error.naam} heeft de afspraken intussen gewijzigd. Uw wijziging is niet opgeslagen. "
        "Hieronder staat hoe het nu is."
    )
