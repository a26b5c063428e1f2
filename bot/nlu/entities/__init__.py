"""Rules that find the values in a message: numbers, places, measures, dates and words of the trade."""
