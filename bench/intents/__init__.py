"""Compares ways to find the meaning of a message: `bot/.venv/bin/python -m bench.intents --help`."""
