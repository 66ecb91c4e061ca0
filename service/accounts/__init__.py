"""People, organisations and their sites; who is signed in, and who may do what."""
