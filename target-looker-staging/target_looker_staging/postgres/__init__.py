"""The warehouse's own ways: connections, errors, locks, grants."""
