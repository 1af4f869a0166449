"""Steps 8 and 9: the review: choices, the summary, and the import."""
