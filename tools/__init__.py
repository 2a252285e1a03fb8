"""What keeps the project's own files in step with its code."""
