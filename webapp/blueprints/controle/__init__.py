"""The review of an aanlevering: from the mailed link to the summary and the import."""

from webapp.blueprints.controle import (  # noqa: F401  (their routes are of `bp`)
    aanleveringen,
    afronden,
    bestanden,
    doorgeven,
    koppelingen,
    maillink,
    samen,
    terugdraaien,
)
from webapp.blueprints.controle.views import bp

__all__ = ["bp"]
