"""The UWLR service of the simulated ParnasSys: strict in what it takes, exact in how it refuses."""
