"""Files kept outside the database: the port, a folder, and a twin in memory."""
