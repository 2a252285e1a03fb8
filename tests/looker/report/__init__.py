"""Tests of the page that `looker-staging report` writes."""
