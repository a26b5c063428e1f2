"""Errors of the audit record."""


class AuditIsAppendOnly(Exception):
    """Somebody's code tried to change or delete an audit entry. Not a refusal: a defect in that code."""
