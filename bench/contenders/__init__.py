"""The others: what the project is measured against, each a program of its own."""
