"""The three changes (三换: another person, place or time), and who may have a case."""
