"""The review of an aanlevering: from the mailed link to the summary and the import."""

from webapp.blueprints.controle import doorgeven, koppelingen, maillink, samen  # noqa: F401  (their routes are of `bp`)
from webapp.blueprints.controle.views import bp

__all__ = ["bp"]
