"""A simulated board: its own people log in there, and a school comes in at the test centre by it (OpenID Connect)."""
