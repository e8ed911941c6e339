"""Out of the house: one encode, many sinks, on a clock of whole samples.

`timeline` says when, `encode` makes packets, `sinks/` is one file per kind of output. A sink cannot be opened without a
consent permit and an AIGC record.
"""
