"""LookML base views made from what is really staged."""
