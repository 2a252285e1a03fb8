"""One run against the warehouse, and its run log."""
