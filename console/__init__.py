"""The API of the desk, for agents, supervisors and trainers."""
