"""Catalogues that sellers already have, brought in: one file for each format, all through ``formats.read``.

``document`` makes text of bytes, a format makes ``Row`` of text, ``gather`` believes a row or says what is wrong with it.
"""
