"""A language model, where a seller wants one, for what the built-in answers decline. It may only quote: see claims/quoted.py."""
