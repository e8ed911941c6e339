"""What a clone is on disk: a sealed folder."""
