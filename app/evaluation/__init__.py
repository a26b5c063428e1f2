"""Wiring of `wenhuo evaluate`: asks a model about files of labelled messages, shows the figures and writes the page."""
