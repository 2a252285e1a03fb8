"""The rows of one stream in one company."""
