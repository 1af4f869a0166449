"""Steps 1 to 5 of the manual: a koppeling from aanvraag to beeindigd, and its autorisatiesleutel."""
