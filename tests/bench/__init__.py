"""How benchmark figures are read."""
