"""What can be read, and what of it was chosen."""
