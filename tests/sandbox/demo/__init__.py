"""The demo's own parts; the demo as a whole is run by `make demo`."""
