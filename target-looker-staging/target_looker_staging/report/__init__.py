"""One self-contained page of figures from the warehouse."""
