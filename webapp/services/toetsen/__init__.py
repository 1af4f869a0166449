"""Step 10: tests, what pupils scored, and what that means by the norms."""
