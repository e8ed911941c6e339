"""A show run through without picture and sound, hours in minutes: what it would say, to a simulated crowd, on a virtual clock."""
