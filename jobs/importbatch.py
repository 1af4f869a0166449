"""The name under which fetches were queued before; docs/operations.md (Upgrading) says when it goes."""

from jobs.ophalen import fetch_leerlinggegevens as fetch_leerlinggegevens
