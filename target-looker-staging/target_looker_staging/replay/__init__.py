"""A run done again."""
