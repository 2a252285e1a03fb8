"""Tests of the stand-ins: they must behave like the systems they stand for."""
