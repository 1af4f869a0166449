"""Step 6: asking the LAS: when, by whom, and how it ended."""
