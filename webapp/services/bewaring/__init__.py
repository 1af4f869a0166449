"""What is kept of people: how long, all of it about one leerling or one school, and its erasing."""
