"""What people read: sentences, addresses and plurals, in the name of the LAS of the koppeling and of the test centre.

Services hand over facts, enums and errors with data; nothing below this folder knows a sentence.
"""

# they register their sentences with `zeg`
from webapp.woorden import (
    afspraken,
    bewaring,
    controle,
    herzending,
    klantenservice,
    koppeling,
    lasproef,
    nazending,
    post,
    schakelaars,
    scorebestand,
    toetsen,
    versturen,
    verzenden,
)
from webapp.woorden.weigeringen import zeg

__all__ = [
    "afspraken",
    "bewaring",
    "controle",
    "herzending",
    "klantenservice",
    "koppeling",
    "lasproef",
    "nazending",
    "post",
    "schakelaars",
    "scorebestand",
    "toetsen",
    "versturen",
    "verzenden",
    "zeg",
]
