"""What keeps the project's files in step with its code."""
