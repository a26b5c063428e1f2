"""Complaints: listened to, recorded on a numbered card, answered by a promised time."""
