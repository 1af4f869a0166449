"""Step 10: results to the LAS: what must go, sending it, and how that ended."""
