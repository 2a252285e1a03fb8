"""Singer messages as they come in."""
