"""Tests of what the target asks of Looker: the official SDK against the stand-in, over HTTP."""
