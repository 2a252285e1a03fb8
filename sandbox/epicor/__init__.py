"""A stand-in for an Epicor Kinetic REST v2 server, over SQLite, on loopback."""
