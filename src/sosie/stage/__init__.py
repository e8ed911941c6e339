"""What is laid over the picture: subtitles, product card, comment, and last of all the AI label."""
