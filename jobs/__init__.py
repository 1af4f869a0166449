"""What workers run. Every job may run twice and may be killed at any line; the database is the record."""
