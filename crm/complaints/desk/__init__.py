"""What staff do with a complaint card until it is closed."""
