"""Adapters to heavy engines, one per file; fake.py is the first and the tutorial."""
