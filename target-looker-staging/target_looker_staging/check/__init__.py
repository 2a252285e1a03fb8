"""Looking whether everything that the settings name is there and may be used, changing nothing."""
