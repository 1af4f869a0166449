"""The name under which fetches were queued before; goes when no queue can hold it any more."""

from jobs.ophalen import fetch_leerlinggegevens as fetch_leerlinggegevens
