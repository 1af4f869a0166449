"""What every test stands on: a real PostgreSQL, a real Valkey, a real SMTP server, and an app on top of them."""
