"""Words to speech: what is to be said, how it sounds, how loud it is."""
