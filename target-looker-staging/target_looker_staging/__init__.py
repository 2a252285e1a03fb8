"""A Singer target that stages data in Postgres for Looker."""
