"""The forms that people fill in, one per file."""
