"""Years of nights, with all that can happen to an installation and its LAS: `make nachten`."""
