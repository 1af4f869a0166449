"""A mail is a value; its words come from `mail_templates`, its bytes from the standard library, Flask-Mail sends it."""
