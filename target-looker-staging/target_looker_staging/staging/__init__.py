"""Records to rows, rows to tables."""
