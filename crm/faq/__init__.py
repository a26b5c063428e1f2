"""Answers to frequent questions: the firm's own where it has one, else the ones of `domain.yml`; and whether they helped."""
