"""Keeping files, sending them with messages, putting them to complaint cards."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from crm.audit.service import AuditService
from crm.clock import Clock
from crm.complaints.desk.lifecycle import may_see
from crm.complaints.errors import ComplaintNotFound
from crm.complaints.models import ComplaintCard, EventKind
from crm.complaints.repository import ComplaintRepository
from crm.files.errors import FileUnknown, TooMuchToday
from crm.files.models import CUSTOMER, StoredFile
from crm.files.repository import FileRepository
from crm.files.store import FileStore, Received
from crm.files.views import Evidence, FileView
from crm.staff.models import Staff

DAY = timedelta(days=1)
SAME_WITHIN = timedelta(hours=12)
"""An upload that is repeated within this time is the same file. Shorter than an unused one is kept."""
MOST_PER_DAY = 100
"""Files that one account may send within a day."""
MOST_IN_MESSAGE = 9
"""As in WeChat."""


class FileService:
    """The files of one transaction."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._files = FileRepository(session)
        self._cards = ComplaintRepository(session)
        self._audit = AuditService(session, clock)
        self._clock = clock

    async def keep(self, identity_id: UUID, received: Received, store: FileStore, by: str = CUSTOMER) -> FileView:
        """Keeps a file of an account: first the bytes, then the row. The same bytes again soon after are the same file.

        Raises TooMuchToday. Bytes whose row is not committed are swept away later; a row without bytes cannot be.
        """
        await self._files.alone_with_account(identity_id)
        now = self._clock.now()
        known = await self._files.same(identity_id, received.sha256, by, now - SAME_WITHIN)
        if known is not None:
            received.temporary.unlink(missing_ok=True)
            return FileView.of(known)
        if by == CUSTOMER:
            count, size = await self._files.bytes_since(identity_id, now - DAY)
            if count >= MOST_PER_DAY or size + received.size > store.limits.per_day:
                raise TooMuchToday
        await self._files.alone_with_bytes(received.sha256)
        await asyncio.to_thread(store.place, received)
        file = StoredFile(
            identity_id=identity_id,
            name=received.name,
            media_type=received.media_type,
            size=received.size,
            sha256=received.sha256,
            uploaded_by=by,
            created_at=now,
        )
        await self._files.add(file)
        return FileView.of(file)

    async def send(self, identity_id: UUID, ids: Sequence[UUID]) -> list[FileView]:
        """The files of a message, in the order given; from now on they are kept.

        Raises FileUnknown when one is not there or not this account's own.
        """
        found = await self._files.of_customer(identity_id, ids)
        if any(file_id not in found for file_id in ids):
            raise FileUnknown
        for file in found.values():
            file.used_at = file.used_at or self._clock.now()
        return [FileView.of(found[file_id]) for file_id in dict.fromkeys(ids)]

    async def add_evidence(
        self,
        card_id: UUID,
        file_ids: Sequence[UUID],
        by_whom: str,
        dialogue_id: UUID,
        turn_id: UUID | None = None,
    ) -> int:
        """Puts files of the dialogue's account to a card and notes it in the card's history; how many were new on it.

        Files that are on it already are left as they are. `turn_id`: the turn that brought them; None: done by staff.
        Raises FileUnknown when a file is not this account's own, or the card is not of this account.
        """
        if not file_ids:
            return 0
        card = await self._files.card(card_id)
        identity_id = await self._files.identity_of(dialogue_id)
        if await self._files.identity_of(card.dialogue_id) != identity_id:
            raise FileUnknown
        files = await self.send(identity_id, file_ids)
        return await self._add(card, files, by_whom, turn_id)

    async def add_by_staff(self, card: ComplaintCard, received: Received, store: FileStore, staff: Staff) -> Evidence:
        """Keeps a file of a member of staff and puts it to a card. Raises FileUnknown for whoever may not see the card."""
        card = await self._files.card(card.id)
        if not may_see(card, staff):
            raise FileUnknown
        view = await self.keep(await self._files.identity_of(card.dialogue_id), received, store, by=staff.code)
        file = await self._files.get(view.id)
        if file is not None:
            file.used_at = file.used_at or self._clock.now()
        await self._add(card, [view], staff.code, None)
        return next(one for one in await self.evidence(card.id) if one.file.id == view.id)

    async def evidence(self, card_id: UUID) -> list[Evidence]:
        """The files of a card, oldest first."""
        rows = await self._files.evidence(card_id)
        return [Evidence(FileView.of(file), added.added_at, added.by_whom) for file, added in rows]

    async def open_evidence(self, number: str, staff: Staff) -> list[Evidence]:
        """The files of a card for somebody who looks at them now: it stands in the audit record.

        Raises FileUnknown as `card_for` does.
        """
        card = await self.card_for(number, staff)
        found = await self.evidence(card.id)
        await self.note_opened(card.dialogue_id, [str(one.file.id) for one in found], staff, card.number)
        return found

    async def note_opened(self, dialogue_id: UUID, file_ids: Sequence[str], staff: Staff, complaint: str = "") -> None:
        """Writes down that somebody looks at files of a customer; nothing where there are none.

        `complaint`: the number of the card they are on; empty: they were looked at in the conversation.
        """
        if file_ids:
            await self._audit.record(
                actor=f"staff:{staff.code}",
                subject=f"conversation:{dialogue_id}",
                action="open_files",
                detail={"files": list(file_ids), "complaint": complaint},
            )

    async def is_evidence(self, card_id: UUID, file_id: UUID) -> bool:
        """Whether a file is on a card."""
        return any(file.id == file_id for file, _ in await self._files.evidence(card_id))

    async def card_for(self, number: str, staff: Staff) -> ComplaintCard:
        """The card of a number, however it is written. Raises FileUnknown when there is none or this person may not see it."""
        try:
            card = await self._cards.card_numbered(number)
        except ComplaintNotFound:
            raise FileUnknown from None
        if not may_see(card, staff):
            raise FileUnknown
        return card

    async def get(self, file_id: UUID) -> StoredFile | None:
        """A file, whoever asks: the caller checks the right, or a signed link has. None: there is none."""
        return await self._files.get(file_id)

    async def _add(self, card: ComplaintCard, files: Sequence[FileView], by_whom: str, turn_id: UUID | None) -> int:
        now = self._clock.now()
        new = [file for file in files if await self._files.add_evidence(card.id, file.id, now, by_whom)]
        if new:
            history = await self._cards.history(card.id)
            told = any(event.turn_id == turn_id and event.what == EventKind.EVIDENCE_ADDED for event in history)
            await self._cards.record(
                card,
                EventKind.EVIDENCE_ADDED,
                # A turn stands in a card's history once for each thing it did.
                turn_id=None if told else turn_id,
                by_whom=by_whom,
                at=now,
                old=None,
                new="、".join(file.name or file.media_type for file in new),
            )
        return len(new)
