"""The whole line: Epicor's stand-in, the tap, the target, Postgres, Looker's stand-in."""
