"""The REST channel, in Rasa's own shape: for a firm's other programs."""
