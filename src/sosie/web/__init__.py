"""The preview page: plays the stream, shows what is sold, takes a comment."""
