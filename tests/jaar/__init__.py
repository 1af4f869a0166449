"""A year of invented schools on the real services: `python -m tests.jaar` (make jaar)."""
