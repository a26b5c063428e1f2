"""What was promised to customers, by whom and by when; and the business time in which it is counted."""
