"""What the trainer runs in Rasa's environment (Python 3.10): programs that read standard input and write JSON."""
