"""The terminal as a channel, for trying the desk without a browser (`make chat`)."""
