"""Tests of the stand-in Epicor server."""
