"""All queries on files and on evidence."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.complaints.models import ComplaintCard
from crm.complaints.repository import ComplaintRepository
from crm.customers.models import Dialogue
from crm.files.models import CUSTOMER, ComplaintEvidence, StoredFile
from database.writing import insert_once, take_turns


class FileRepository:
    """Files of one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def alone_with_account(self, identity_id: UUID) -> None:
        """Uploads of one account wait for each other until the end of the transaction."""
        await take_turns(self._session, f"files of {identity_id}")

    async def alone_with_bytes(self, sha256: str) -> None:
        """Whoever places or removes these bytes waits for the others until the end of the transaction."""
        await take_turns(self._session, f"bytes {sha256}")

    async def add(self, file: StoredFile) -> None:
        """Adds and flushes."""
        self._session.add(file)
        await self._session.flush()

    async def get(self, file_id: UUID) -> StoredFile | None:
        """The file; None: there is none."""
        return await self._session.get(StoredFile, file_id)

    async def same(self, identity_id: UUID, sha256: str, by: str, since: datetime) -> StoredFile | None:
        """The file with the same bytes that the same person uploaded after `since`."""
        query = select(StoredFile).where(
            StoredFile.identity_id == identity_id,
            StoredFile.sha256 == sha256,
            StoredFile.uploaded_by == by,
            StoredFile.created_at > since,
        )
        return (await self._session.scalars(query.limit(1))).first()

    async def bytes_since(self, identity_id: UUID, since: datetime) -> tuple[int, int]:
        """How many files the customer sent after `since`, and how many bytes in all."""
        query = select(func.count(), func.coalesce(func.sum(StoredFile.size), 0)).where(
            StoredFile.identity_id == identity_id, StoredFile.uploaded_by == CUSTOMER, StoredFile.created_at > since
        )
        count, size = (await self._session.execute(query)).one()
        return int(count), int(size)

    async def of_customer(self, identity_id: UUID, ids: Collection[UUID]) -> dict[UUID, StoredFile]:
        """Those of the files that this account sent itself."""
        # Locked, so that the sweep does not take away what is being used just now.
        query = (
            select(StoredFile)
            .order_by(StoredFile.id)
            .where(StoredFile.id.in_(ids), StoredFile.identity_id == identity_id, StoredFile.uploaded_by == CUSTOMER)
            .with_for_update()
        )
        return {file.id: file for file in (await self._session.scalars(query)).all()}

    async def identity_of(self, dialogue_id: UUID) -> UUID:
        """The account of a dialogue. Raises NoResultFound for an unknown one."""
        query = select(Dialogue.identity_id).where(Dialogue.id == dialogue_id)
        return (await self._session.execute(query)).scalar_one()

    async def card(self, card_id: UUID) -> ComplaintCard:
        """The card, held until the end of the transaction. Raises NoResultFound.

        First its dialogue, as the turns of the dialogue do, which write to the card's history too.
        """
        card = (await self._session.execute(select(ComplaintCard).where(ComplaintCard.id == card_id))).scalar_one()
        return await ComplaintRepository(self._session).locked(card)

    async def add_evidence(self, card_id: UUID, file_id: UUID, at: datetime, by_whom: str) -> bool:
        """Whether the file was new on the card."""
        return await insert_once(
            self._session,
            ComplaintEvidence,
            id=uuid4(),
            card_id=card_id,
            file_id=file_id,
            added_at=at,
            by_whom=by_whom,
        )

    async def evidence(self, card_id: UUID) -> Sequence[tuple[StoredFile, ComplaintEvidence]]:
        """The files of a card, oldest first."""
        query = (
            select(StoredFile, ComplaintEvidence)
            .join(ComplaintEvidence, ComplaintEvidence.file_id == StoredFile.id)
            .where(ComplaintEvidence.card_id == card_id)
            .order_by(ComplaintEvidence.added_at, StoredFile.created_at, StoredFile.id)
        )
        return [(file, evidence) for file, evidence in (await self._session.execute(query)).all()]

    async def remove_unused(self, before: datetime) -> int:
        """Takes away rows of files that were uploaded before an instant and never used; how many."""
        gone = delete(StoredFile).where(StoredFile.used_at.is_(None), StoredFile.created_at < before)
        return len((await self._session.execute(gone.returning(StoredFile.id))).all())

    async def known(self, sha256s: Collection[str]) -> set[str]:
        """Those of the checksums that a row has."""
        query = select(StoredFile.sha256).where(StoredFile.sha256.in_(sha256s)).distinct()
        return set((await self._session.scalars(query)).all())
