"""The settings: what each may be, all read at once, written down as a table, and tried."""
