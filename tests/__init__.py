"""Tests of both packages, the LookML block, the sandbox, and the whole line."""
