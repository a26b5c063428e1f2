"""Praise of customers, passed on to those it is for."""
