"""Who works at the desk, how they log in, and the keys of programs that speak for customers."""
