"""Marks that travel in the file, and the reader that anyone may use: the AIGC record and `verify`."""
