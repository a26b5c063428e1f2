"""`/api/faq`: the answers to frequent questions. All staff read them; supervisors, trainers and administrators change them."""

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Response
from pydantic import BaseModel, Field

from console.access import logged_in
from crm.clock import Clock
from crm.faq.checks import LONGEST_TEXT
from crm.faq.defaults import PREFIX, shipped
from crm.faq.errors import NoSuchVersion, NotAnEditor, UnfitAnswer, UnknownLabel, VersionConflict
from crm.faq.models import FaqAnswer
from crm.faq.service import AnswerService, Draft
from crm.faq.views import Answer, Verdicts
from crm.staff.models import Staff
from database.session import Database

COLUMNS = ("label", "text", "source", "as_of", "valid_until")
"""Of the exported file: those that `wenhuo import faq` reads."""
LONGEST_BODY = 10 * LONGEST_TEXT
LONGEST_VERSION = 9
EDITING = (
    "Only supervisors, trainers and administrators (403). `If-Match` has to name the version that was read (428 without "
    "it, 409 when somebody else was faster)."
)


class AnswerBody(BaseModel):
    """What is to be said. `as_of`: today without it. `valid_until`: the last day; without it no end is known."""

    text: str = Field(max_length=LONGEST_BODY)
    source: str = Field(max_length=LONGEST_BODY)
    as_of: date | None = None
    valid_until: date | None = None


class RestoreBody(BaseModel):
    """The version whose content is to be said again."""

    version: int = Field(ge=1)


class AnswerView(BaseModel):
    """What is said to one question now. The counts are of this version."""

    label: str
    title: str
    text: str
    source: str
    as_of: date
    valid_until: date | None
    expired: bool
    default: bool
    version: int
    helped: int
    not_helped: int
    changed_by: str
    changed_at: datetime | None


class VersionView(BaseModel):
    """One version. Withdrawn: from here on the default was said."""

    version: int
    text: str
    source: str
    as_of: date
    valid_until: date | None
    withdrawn: bool
    restored_from: int | None
    helped: int
    not_helped: int
    changed_by: str
    changed_at: datetime


class DefaultView(BaseModel):
    """The answer that comes with the project."""

    text: str
    source: str
    as_of: date
    helped: int
    not_helped: int


class HistoryView(BaseModel):
    """All versions, newest first, and the default."""

    label: str
    default: DefaultView
    versions: list[VersionView]


def faq_router(database: Database, clock: Clock) -> APIRouter:
    """The routes. In paths `name` is the label without `faq/`."""
    router = APIRouter(prefix="/api", tags=["faq"])
    staff = logged_in(database, clock)
    # Read now, so that no request waits for it.
    defaults = shipped()

    def view(answer: Answer, verdicts: Verdicts) -> AnswerView:
        return _answer(answer, verdicts, clock.today())

    @router.get("/faq")
    async def answers(me: Annotated[Staff, Depends(staff)]) -> list[AnswerView]:
        """Every question with its answer now."""
        del me
        async with database.reading() as session:
            return [view(answer, verdicts) for answer, verdicts in await AnswerService(session, clock, defaults).all()]

    @router.get("/faq.csv", response_class=Response)
    async def export(me: Annotated[Staff, Depends(staff)]) -> Response:
        """All answers as a file that `wenhuo import faq` takes back."""
        del me
        async with database.reading() as session:
            found = await AnswerService(session, clock, defaults).all()
        headers = {"Content-Disposition": 'attachment; filename="faq.csv"'}
        return Response(_table([answer for answer, _ in found]), media_type="text/csv", headers=headers)

    @router.get("/faq/{name}/history")
    async def history(name: str, me: Annotated[Staff, Depends(staff)]) -> HistoryView:
        """All versions, newest first, and the default."""
        del me
        with _refusals():
            async with database.reading() as session:
                service = AnswerService(session, clock, defaults)
                versions = await service.history(PREFIX + name)
                default, verdicts = await service.of_default(PREFIX + name)
        told = {"helped": verdicts.helped, "not_helped": verdicts.not_helped}
        return HistoryView(
            label=default.label,
            default=DefaultView(text=default.text, source=default.source, as_of=default.as_of, **told),
            versions=[_version(version, of_it) for version, of_it in versions],
        )

    @router.put("/faq/{name}", description=f"Says this from now on, as a new version. {EDITING}")
    async def change(
        name: str, body: AnswerBody, me: Annotated[Staff, Depends(staff)], expected: Annotated[int, Depends(_expected)]
    ) -> AnswerView:
        """Says this from now on, as a new version."""
        draft = Draft(body.text, body.source, body.as_of or clock.today(), body.valid_until)
        with _refusals():
            async with database.transaction() as session:
                service = AnswerService(session, clock, defaults)
                answer = await service.change(PREFIX + name, draft, expected, me)
                return view(answer, await service.verdicts(answer))

    @router.post("/faq/{name}/restore", description=f"Says again what a version said, as a new version. {EDITING}")
    async def restore(
        name: str, body: RestoreBody, me: Annotated[Staff, Depends(staff)], expected: Annotated[int, Depends(_expected)]
    ) -> AnswerView:
        """Says again what a version said, as a new version."""
        with _refusals():
            async with database.transaction() as session:
                service = AnswerService(session, clock, defaults)
                answer = await service.restore(PREFIX + name, body.version, expected, me)
                return view(answer, await service.verdicts(answer))

    @router.delete("/faq/{name}", description=f"Says the default again; the versions stay. {EDITING}")
    async def withdraw(
        name: str, me: Annotated[Staff, Depends(staff)], expected: Annotated[int, Depends(_expected)]
    ) -> AnswerView:
        """Says the default again; the versions stay."""
        with _refusals():
            async with database.transaction() as session:
                service = AnswerService(session, clock, defaults)
                answer = await service.withdraw(PREFIX + name, expected, me)
                return view(answer, await service.verdicts(answer))

    return router


def _expected(if_match: Annotated[str | None, Header()] = None) -> int:
    """The version in `If-Match`, with or without quotation marks."""
    if if_match is None:
        raise HTTPException(428, "name the version you have read in If-Match")
    written = if_match.strip().removeprefix("W/").strip('"')
    if not (written.isascii() and written.isdecimal() and len(written) <= LONGEST_VERSION):
        raise HTTPException(400, "If-Match has to be the number of the version you have read")
    return int(written)


@contextmanager
def _refusals() -> Iterator[None]:
    """A refusal -> its HTTP status, with the reason in Chinese."""
    try:
        yield
    except NotAnEditor as refused:
        raise HTTPException(403, str(refused)) from None
    except (UnknownLabel, NoSuchVersion) as refused:
        raise HTTPException(404, str(refused)) from None
    except VersionConflict as refused:
        raise HTTPException(409, str(refused)) from None
    except UnfitAnswer as refused:
        detail = [
            {"loc": ["body", field], "msg": reason, "type": refused.code} for field, reason in refused.problems.items()
        ]
        raise HTTPException(422, detail) from None


def _table(answers: Sequence[Answer]) -> str:
    """CSV with a byte order mark, without which Excel does not read Chinese."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    table.writerows([one.label, one.text, one.source, one.as_of, one.valid_until or ""] for one in answers)
    return "\ufeff" + text.getvalue()


def _answer(answer: Answer, verdicts: Verdicts, today: date) -> AnswerView:
    return AnswerView(
        label=answer.label,
        title=answer.title,
        text=answer.text,
        source=answer.source,
        as_of=answer.as_of,
        valid_until=answer.valid_until,
        expired=answer.expired(today),
        default=not answer.own,
        version=answer.version,
        helped=verdicts.helped,
        not_helped=verdicts.not_helped,
        changed_by=answer.changed_by,
        changed_at=answer.changed_at,
    )


def _version(version: FaqAnswer, verdicts: Verdicts) -> VersionView:
    return VersionView(
        version=version.version,
        text=version.text,
        source=version.source,
        as_of=version.as_of,
        valid_until=version.valid_until,
        withdrawn=version.withdrawn,
        restored_from=version.restored_from,
        helped=verdicts.helped,
        not_helped=verdicts.not_helped,
        changed_by=version.changed_by,
        changed_at=version.changed_at,
    )
