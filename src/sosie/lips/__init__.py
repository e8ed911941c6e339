"""Speech to lip shapes, fitted to one person."""
