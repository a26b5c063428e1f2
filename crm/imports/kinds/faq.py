"""The firm's answers to frequent questions."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from crm.faq import checks
from crm.faq.defaults import PREFIX, shipped
from crm.faq.errors import UnknownLabel
from crm.faq.models import FaqAnswer
from crm.faq.service import Draft
from crm.faq.views import Answer, answer_of
from crm.imports import moments, values
from crm.imports.cells import Cell
from crm.imports.changes import Changes
from crm.imports.columns import Column, Parsed, Row
from crm.imports.errors import BadValue
from crm.imports.kinds.base import Job, Kind, without_doubles
from crm.imports.values import Reader

IMPORTED_BY = "job:import"


def _label(cell: Cell, _now: datetime) -> str:
    """faq/business_hours, also without the part before the slash."""
    written = values.plain(cell)
    label = written if written.startswith(PREFIX) else PREFIX + written
    if label not in shipped():
        raise BadValue(str(UnknownLabel(label)))
    return label


def _fit(wrong: Callable[[str], str | None]) -> Reader:
    """Text that a check has nothing against."""

    def read(cell: Cell, _now: datetime) -> str:
        text = checks.tidy(values.plain(cell))
        reason = wrong(text)
        if reason is not None:
            raise BadValue(reason)
        return text

    return read


def _day(cell: Cell, now: datetime) -> date:
    found = moments.day(cell, now)
    reason = checks.wrong_day(found, moments.day("today", now))
    if reason is not None:
        raise BadValue(reason)
    return found


class Faq(Kind):
    """One answer a row; the label is its key. What differs from what is said now becomes a new version."""

    name = "faq"
    title = "常见问题答案"
    columns = (
        Column("label", ("问题", "标签", "问题标签"), _label, required=True),
        Column("text", ("答案", "回答", "内容"), _fit(checks.wrong_text), required=True),
        Column("source", ("依据", "来源", "出处"), _fit(checks.wrong_source), required=True),
        Column("as_of", ("更新日期", "日期"), _day, required=True),
        Column("valid_until", ("有效期至", "有效期"), moments.day, empty=None),
    )

    async def plan(self, parsed: Parsed, job: Job) -> Changes:
        """See Kind.plan."""
        stored = await job.repository.rows(FaqAnswer, "label", [row.values["label"] for row in parsed.rows])
        newest: dict[str, Answer] = {}
        for version in sorted(stored, key=lambda item: item["version"]):
            newest[version["label"]] = answer_of(shipped()[version["label"]], FaqAnswer(**version))
        changes = Changes()
        for row in without_doubles(parsed, "label"):
            label = row.values["label"]
            self._plan_row(parsed, row, newest.get(label) or answer_of(shipped()[label], None), changes, job)
        return changes

    def _plan_row(self, parsed: Parsed, row: Row, before: Answer, changes: Changes, job: Job) -> None:
        given: dict[str, Any] = {name: value for name, value in row.values.items() if name != "label"}
        # An empty cell leaves the end as it is, and a new answer has none.
        draft = Draft(**{"valid_until": before.valid_until if before.own else None, **given})
        reason = checks.wrong_end(draft.valid_until, draft.as_of)
        if reason is not None:
            parsed.refuse(row, "valid_until", reason)
            return
        new = not draft.same_as(before)
        if new:
            changes.insert(
                FaqAnswer,
                {
                    "label": before.label,
                    "version": before.version + 1,
                    "text": draft.text,
                    "source": draft.source,
                    "as_of": draft.as_of,
                    "valid_until": draft.valid_until,
                    "withdrawn": False,
                    "restored_from": None,
                    "changed_by": IMPORTED_BY,
                    "changed_at": job.now,
                },
            )
        changes.count(added=new and not before.own, updated=new and before.own)
