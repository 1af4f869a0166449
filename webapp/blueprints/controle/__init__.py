"""The review of a delivery: from the mailed link to the summary and the import."""

from webapp.blueprints.controle.views import bp

__all__ = ["bp"]
