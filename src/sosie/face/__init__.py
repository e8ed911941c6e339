"""The clone on screen: the person's own pictures, with the person's own mouths moved to what is said."""
