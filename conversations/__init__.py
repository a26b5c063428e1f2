"""What is said: the message log, who answers, turns, the queue for people, and what goes out."""
