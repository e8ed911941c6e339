"""Sosie: from one minute of footage and a written consent to a labelled clone that sells on a live stream."""

__version__ = "0.1.0"
