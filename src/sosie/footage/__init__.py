"""Footage comes in: any video becomes one kind of video, is checked, and its face is followed."""
