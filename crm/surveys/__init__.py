"""Surveys: whether a complaint is solved, and how the customer rates it. Asked once for each complaint."""
