"""The line under test: how it is run, and how what it staged is compared with the source."""
