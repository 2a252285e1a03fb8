"""How the company looks in Epicor's tables: for each table one function that gives its columns."""
