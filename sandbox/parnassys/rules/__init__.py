"""What a school can do in the simulated ParnasSys, apart from the screens that offer it."""
