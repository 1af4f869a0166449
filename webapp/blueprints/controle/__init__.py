"""The review of an aanlevering: from the mailed link to the summary and the import."""

from webapp.blueprints.controle.views import bp

__all__ = ["bp"]
