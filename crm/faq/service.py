"""Editing the firm's answers: every change is a new version and an entry in the audit record; nothing is overwritten."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from crm.audit.service import AuditService
from crm.clock import Clock
from crm.faq import checks
from crm.faq.defaults import Default, Defaults, shipped
from crm.faq.errors import NoSuchVersion, NotAnEditor, UnfitAnswer, UnknownLabel, VersionConflict
from crm.faq.models import FaqAnswer
from crm.faq.repository import FaqRepository
from crm.faq.views import DEFAULT_VERSION, Answer, Verdicts, answer_of
from crm.staff.models import Role, Staff

EDITORS = frozenset({Role.SUPERVISOR, Role.TRAINER, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to be said from now on. `valid_until` None: no end is known."""

    text: str
    source: str
    as_of: date
    valid_until: date | None = None

    def tidied(self) -> "Draft":
        """Without stray blanks."""
        return Draft(checks.tidy(self.text), checks.tidy(self.source), self.as_of, self.valid_until)

    def problems(self, today: date) -> dict[str, str]:
        """Field -> why it is not fit to be said; empty: all is well."""
        found = {
            "text": checks.wrong_text(self.text),
            "source": checks.wrong_source(self.source),
            "as_of": checks.wrong_day(self.as_of, today),
            "valid_until": checks.wrong_end(self.valid_until, self.as_of),
        }
        return {field: reason for field, reason in found.items() if reason is not None}

    def same_as(self, answer: Answer) -> bool:
        """Whether exactly this is said already."""
        return (self.text, self.source, self.as_of, self.valid_until) == (
            answer.text,
            answer.source,
            answer.as_of,
            answer.valid_until,
        )


class AnswerService:
    """The firm's answers. Everybody of the staff reads them; supervisors, trainers and administrators change them."""

    def __init__(self, session: AsyncSession, clock: Clock, defaults: Defaults | None = None) -> None:
        """`defaults`: None takes those of `domain.yml`."""
        self._answers = FaqRepository(session)
        self._audit = AuditService(session, clock)
        self._clock = clock
        self._defaults = shipped() if defaults is None else defaults

    async def all(self) -> list[tuple[Answer, Verdicts]]:
        """Every question with what is said to it now, and what customers say of that."""
        newest, verdicts = await self._answers.all_newest(), await self._answers.verdicts()
        answers = [answer_of(default, newest.get(label)) for label, default in self._defaults.items()]
        return [(one, Verdicts.of(verdicts.get((one.label, one.said_version)))) for one in answers]

    async def current(self, label: str) -> Answer:
        """What is said now. Raises UnknownLabel."""
        return answer_of(self._default(label), await self._answers.newest(label))

    async def history(self, label: str) -> list[tuple[FaqAnswer, Verdicts]]:
        """All versions, newest first, with what customers said of each. Raises UnknownLabel."""
        self._default(label)
        verdicts = await self._answers.verdicts()
        return [(one, Verdicts.of(verdicts.get((label, one.version)))) for one in await self._answers.versions(label)]

    async def of_default(self, label: str) -> tuple[Default, Verdicts]:
        """The default, and what customers said of it. Raises UnknownLabel."""
        counts = (await self._answers.verdicts()).get((label, DEFAULT_VERSION))
        return self._default(label), Verdicts.of(counts)

    async def verdicts(self, answer: Answer) -> Verdicts:
        """What customers said of an answer that is said now."""
        return Verdicts.of((await self._answers.verdicts()).get((answer.label, answer.said_version)))

    async def change(self, label: str, draft: Draft, expected: int, editor: Staff) -> Answer:
        """Says this from now on; what is said already is not a new version.

        Raises NotAnEditor, UnknownLabel, UnfitAnswer, VersionConflict (`expected` is not the newest version).
        """
        before = await self._open(label, expected, editor)
        draft = draft.tidied()
        problems = draft.problems(self._clock.today())
        if problems:
            raise UnfitAnswer(problems)
        if draft.same_as(before):
            return before
        return await self._write(before, draft, editor, "change")

    async def restore(self, label: str, version: int, expected: int, editor: Staff) -> Answer:
        """Says again what an earlier version said, as a new version.

        Raises NotAnEditor, UnknownLabel, VersionConflict, and NoSuchVersion also for a version that was a withdrawal.
        """
        before = await self._open(label, expected, editor)
        wanted = next((one for one in await self._answers.versions(label) if one.version == version), None)
        if wanted is None or wanted.withdrawn:
            raise NoSuchVersion(f"没有可以恢复的第 {version} 版，请在历史里另选一版")
        draft = Draft(wanted.text, wanted.source, wanted.as_of, wanted.valid_until)
        return await self._write(before, draft, editor, "restore", restored_from=version)

    async def withdraw(self, label: str, expected: int, editor: Staff) -> Answer:
        """Says the default again; where it is said already, nothing changes.

        Raises NotAnEditor, UnknownLabel, VersionConflict.
        """
        before = await self._open(label, expected, editor)
        if not before.own:
            return before
        draft = Draft("", "", self._clock.today())
        return await self._write(before, draft, editor, "withdraw", withdrawn=True)

    def _default(self, label: str) -> Default:
        found = self._defaults.get(label)
        if found is None:
            raise UnknownLabel(label)
        return found

    async def _open(self, label: str, expected: int, editor: Staff) -> Answer:
        if Role(editor.role) not in EDITORS:
            raise NotAnEditor("只有主管、训练师和管理员可以修改答案")
        before = await self.current(label)
        if before.version != expected:
            raise VersionConflict(before.version)
        return before

    async def _write(self, before: Answer, draft: Draft, editor: Staff, action: str, **marks: Any) -> Answer:
        written = FaqAnswer(
            label=before.label,
            version=before.version + 1,
            text=draft.text,
            source=draft.source,
            as_of=draft.as_of,
            valid_until=draft.valid_until,
            withdrawn=bool(marks.get("withdrawn")),
            restored_from=marks.get("restored_from"),
            changed_by=f"staff:{editor.code}",
            changed_at=self._clock.now(),
        )
        if not await self._answers.add(written):
            raise VersionConflict((await self.current(before.label)).version)
        await self._audit.record(
            actor=written.changed_by,
            subject=f"faq:{before.label.removeprefix('faq/')}",
            action=action,
            fields=_changed(before, draft) if action == "change" else (),
            detail={"version": written.version, "before": before.version, "restored_from": written.restored_from},
        )
        return answer_of(self._default(before.label), written)


def _changed(before: Answer, draft: Draft) -> tuple[str, ...]:
    return tuple(
        field for field in ("text", "source", "as_of", "valid_until") if getattr(before, field) != getattr(draft, field)
    )
