"""What the test centre already has, read in by its own numbers: `docs/inlezen.md`."""
