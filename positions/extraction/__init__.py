"""The reader: text in, stances and events out. Pure Python, no Django, no settings, no clock, no network."""
