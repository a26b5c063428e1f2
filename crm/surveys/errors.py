"""Refusals about surveys."""

from crm.errors import Refusal


class SurveyNotFound(Refusal):
    """No such survey, or it was asked somewhere else: both are answered alike."""

    code = "survey_not_found"
