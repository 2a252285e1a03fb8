"""Records that their table does not take."""
