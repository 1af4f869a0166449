"""A simulated ParnasSys: its screens and its UWLR service."""
