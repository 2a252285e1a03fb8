"""One run: its record, bookmarks, messages and end."""
