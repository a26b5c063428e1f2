"""What customers say when they complain, and what makes it worse when we say it: pure rules over text."""
