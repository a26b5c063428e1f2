"""The web channel: Rasa's Socket.IO protocol, so that existing Rasa web clients work, with our own events beside it."""
