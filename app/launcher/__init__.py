"""Starts, watches and stops everything `wenhuo up` needs."""
