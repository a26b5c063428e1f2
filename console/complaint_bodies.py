"""What is sent to `/api/complaints`. Texts are what staff wrote; lengths in characters."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from crm.complaints.models import Severity
from crm.staff.departments import Department

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Number = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class TextBody(BaseModel):
    """A note, facts, or what was said in a call."""

    text: Words


class ReasonBody(BaseModel):
    """Why: what is waited for, or why it is opened again."""

    reason: Reason


class CategoryBody(BaseModel):
    """A code of the categories, and why."""

    category: Number
    reason: Reason


class SeverityBody(BaseModel):
    """S1 (gravest) to S4, and why."""

    severity: Severity
    reason: Reason


class AccusedBody(BaseModel):
    """Staff codes of those who are complained about."""

    codes: list[Number] = Field(min_length=1, max_length=20)


class AnswerBody(BaseModel):
    """The result as the customer reads it, and what is done to make up for it (empty: nothing)."""

    result: Words
    remedy: str = Field(default="", max_length=1000)


class LinkBody(BaseModel):
    """Numbers of what it is about; those not given stay as they are."""

    shipment: Number | None = None
    order: Number | None = None
    quote: Number | None = None


class DepartmentBody(BaseModel):
    """Who is asked for the cause."""

    department: Department


class CauseBody(BaseModel):
    """What a department has found out."""

    root_cause: Words
    prevention: Words


class ClosingBody(BaseModel):
    """Why it happened and what is done against it; what is left out stands on the card already."""

    root_cause: str = Field(default="", max_length=5000)
    cause_department: Department | None = None
    prevention: str = Field(default="", max_length=5000)
    despite: str = Field(default="", max_length=300)
    """Why it is closed although a remedy or a claim is under way."""
