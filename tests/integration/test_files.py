"""Files on a real database: whose they are, how many, what a crash leaves, and what evidence is."""

import asyncio
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from crm.audit.service import AuditService
from crm.clock import FixedClock
from crm.complaints.models import ComplaintCard, ComplaintEvent, EventKind
from crm.complaints.service import ComplaintFacts
from crm.crm import crm_factory
from crm.customers.service import CustomerService
from crm.files import service as keeping
from crm.files.errors import FileUnknown, TooMuchToday
from crm.files.models import StoredFile
from crm.files.service import FileService
from crm.files.store import FileStore, Limits, Received
from crm.files.sweep import FileSweep
from crm.files.views import FileView
from crm.staff.models import Role, Staff
from database.session import Database
from tests.samples import JPEG, png

DAY = timedelta(hours=24, seconds=1)


class Killed(BaseException):
    """The process ends here."""


class Files:
    """What the tests do with files."""

    def __init__(self, database: Database, clock: FixedClock, store: FileStore) -> None:
        self.database, self.clock, self.store = database, clock, store
        self.sweep = FileSweep(database, clock, store)

    async def upload(self, content: bytes, name: str = "a.jpg") -> Received:
        """The bytes, waiting in a temporary place."""
        upload = self.store.begin(name)
        await upload.write(content)
        return await upload.finish()

    async def account(self, name: str) -> UUID:
        """The identity of an account."""
        async with self.database.transaction() as session:
            return (await CustomerService(session, self.clock).identify("web", name)).id

    async def keep(self, account: str, content: bytes, name: str = "a.jpg") -> FileView:
        """Takes in a file of an account."""
        received, identity = await self.upload(content, name), await self.account(account)
        async with self.database.transaction() as session:
            return await FileService(session, self.clock).keep(identity, received, self.store)

    async def send(self, account: str, *ids: UUID) -> list[FileView]:
        """Sends files with a message."""
        identity = await self.account(account)
        async with self.database.transaction() as session:
            return await FileService(session, self.clock).send(identity, ids)

    async def rows(self) -> int:
        """How many files the database knows."""
        async with self.database.reading() as session:
            return await session.scalar(select(func.count()).select_from(StoredFile)) or 0

    async def complain(self, account: str) -> tuple[ComplaintCard, UUID]:
        """A card of an account, and its dialogue."""
        async with self.database.transaction() as session:
            customers = CustomerService(session, self.clock)
            dialogue = await customers.open_dialogue(await customers.identify("web", account), uuid4())
        async with crm_factory(self.database, self.clock)() as crm:
            await crm.complaints.open(dialogue.id, uuid4(), ComplaintFacts("complain_damage", "箱子破了"))
        async with self.database.reading() as session:
            query = select(ComplaintCard).where(ComplaintCard.dialogue_id == dialogue.id)
            return (await session.scalars(query)).one(), dialogue.id


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def files(database: Database, clock: FixedClock, folder: Path) -> Files:
    return Files(database, clock, FileStore(folder, clock, Limits(per_day=10_000)))


def on_disk(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


async def test_a_file_is_kept_under_its_checksum(files: Files, folder: Path) -> None:
    view = await files.keep("u1", JPEG, "../货损.jpg")
    assert (view.name, view.media_type, view.size, view.uploaded_by) == (
        "货损.jpg",
        "image/jpeg",
        len(JPEG),
        "customer",
    )
    [path] = on_disk(folder)
    assert path.read_bytes() == JPEG
    assert path.parent.name == path.name[:2]
    assert path.stat().st_mode & 0o777 == 0o600


async def test_the_same_file_ten_times_in_parallel_is_one(files: Files, folder: Path) -> None:
    views = await asyncio.gather(*(files.keep("u1", JPEG) for _ in range(10)))
    assert len({view.id for view in views}) == 1
    assert await files.rows() == 1
    assert len(on_disk(folder)) == 1


async def test_the_same_bytes_of_two_accounts_are_two_files_and_kept_once(files: Files, folder: Path) -> None:
    first, second = await asyncio.gather(files.keep("u1", JPEG), files.keep("u2", JPEG))
    assert first.id != second.id
    assert len(on_disk(folder)) == 1


async def test_nobody_sends_what_is_another_accounts_or_not_there(files: Files) -> None:
    own, other = await files.keep("u1", png(1)), await files.keep("u2", png(2))
    for ids in ((other.id,), (own.id, other.id), (uuid4(),)):
        with pytest.raises(FileUnknown):
            await files.send("u1", *ids)
    assert [file.id for file in await files.send("u1", own.id, own.id)] == [own.id]


async def test_an_account_sends_so_much_a_day(files: Files, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    await files.keep("u1", JPEG + b"\0" * 6000)
    with pytest.raises(TooMuchToday):
        await files.keep("u1", png(1) + b"\0" * 6000)
    await files.keep("u2", png(1) + b"\0" * 6000)
    monkeypatch.setattr(keeping, "MOST_PER_DAY", 2)
    await files.keep("u1", png(2))
    with pytest.raises(TooMuchToday):
        await files.keep("u1", png(3))
    clock.move(DAY)
    await files.keep("u1", png(3))


async def test_uploads_in_parallel_do_not_slip_past_the_limit(files: Files) -> None:
    sent = await asyncio.gather(*(files.keep("u1", png(n) + b"\0" * 3000) for n in range(8)), return_exceptions=True)
    assert sum(isinstance(one, FileView) for one in sent) == 3
    assert all(isinstance(one, FileView | TooMuchToday) for one in sent)


async def test_a_kill_between_bytes_and_row_leaves_bytes_that_are_swept(files: Files, folder: Path) -> None:
    received, identity = await files.upload(JPEG), await files.account("u1")

    async def keep_and_die() -> None:
        async with files.database.transaction() as session:
            await FileService(session, files.clock).keep(identity, received, files.store)
            raise Killed

    with pytest.raises(Killed):
        await keep_and_die()
    assert await files.rows() == 0
    assert on_disk(folder) == [files.store.path(received.sha256)]
    assert await files.sweep.run_once() == 0
    files.clock.move(DAY)
    assert await files.sweep.run_once() == 1
    assert on_disk(folder) == []


async def test_there_is_never_a_row_without_bytes(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(received: Received) -> None:
        raise Killed

    monkeypatch.setattr(files.store, "place", killed)
    with pytest.raises(Killed):
        await files.keep("u1", JPEG)
    assert await files.rows() == 0


async def test_bytes_that_are_placed_again_outlive_the_sweep(files: Files, folder: Path) -> None:
    received, identity = await files.upload(JPEG), await files.account("u1")
    files.store.place(received)
    files.clock.move(DAY)
    again = await files.upload(JPEG)
    async with files.database.transaction() as session:
        await FileService(session, files.clock).keep(identity, again, files.store)
    assert await files.sweep.run_once() == 0
    assert len(on_disk(folder)) == 1


async def test_what_was_uploaded_and_never_sent_is_swept_and_what_was_sent_stays(files: Files, folder: Path) -> None:
    sent, unsent = await files.keep("u1", png(1)), await files.keep("u1", png(2))
    shared = await files.keep("u2", png(1))
    await files.send("u1", sent.id)
    files.clock.move(DAY)
    assert await files.sweep.run_once() == 1
    assert await files.rows() == 1
    with pytest.raises(FileUnknown):
        await files.send("u1", unsent.id)
    with pytest.raises(FileUnknown):
        await files.send("u2", shared.id)
    assert len(on_disk(folder)) == 1


async def test_evidence_is_put_to_a_card_once_and_stands_in_its_history(files: Files) -> None:
    card, dialogue = await files.complain("u1")
    photo, voice = await files.keep("u1", png(1), "破损.png"), await files.keep("u1", b"#!AMR\n" + b"\x3c" * 50, "")
    turn = uuid4()

    async def add(*ids: UUID, turn_id: UUID | None = turn) -> int:
        async with crm_factory(files.database, files.clock)() as crm:
            return await crm.files.add_evidence(card.id, ids, "bot", dialogue, turn_id)

    assert await add(photo.id) == 1
    assert await add(photo.id) == 0
    files.clock.move(timedelta(seconds=1))
    assert await add(photo.id, voice.id) == 1
    assert await add() == 0
    async with files.database.reading() as session:
        query = select(ComplaintEvent).where(ComplaintEvent.what == EventKind.EVIDENCE_ADDED)
        events = (await session.scalars(query.order_by(ComplaintEvent.position))).all()
        found = await FileService(session, files.clock).evidence(card.id)
    assert [(event.new, event.by_whom, event.turn_id) for event in events] == [
        ("破损.png", "bot", turn),
        ("audio/amr", "bot", None),
    ]
    assert [one.file.id for one in found] == [photo.id, voice.id]
    files.clock.move(DAY)
    assert await files.sweep.run_once() == 0


async def test_it_is_written_down_who_opened_what(files: Files) -> None:
    card, dialogue = await files.complain("u1")
    agent, named, trainer = (
        Staff(code=code, role=role.value, department="service")
        for code, role in (("lin", Role.AGENT), ("wu", Role.SUPERVISOR), ("coach", Role.TRAINER))
    )
    photo = await files.keep("u1", png(1), "破损.png")
    async with crm_factory(files.database, files.clock)() as crm:
        assert await crm.files.open_evidence(card.number, agent) == [], "nothing was opened"
        await crm.files.add_evidence(card.id, [photo.id], "bot", dialogue)
        (await crm.files.card_for(card.number, agent)).accused = [named.code]
        for nobody in (named, trainer):
            with pytest.raises(FileUnknown):
                await crm.files.open_evidence(card.number, nobody)
        assert [one.file.id for one in await crm.files.open_evidence(card.number.lower(), agent)] == [photo.id]
        await crm.files.note_opened(dialogue, [str(photo.id)], agent)
    async with files.database.reading() as session:
        found = await AuditService(session, files.clock).about(f"conversation:{dialogue}")
    assert {(one.actor, one.action) for one in found} == {("staff:lin", "open_files")}
    assert [one.detail for one in found] == [
        {"files": [str(photo.id)], "complaint": ""},
        {"files": [str(photo.id)], "complaint": card.number},
    ]


async def test_the_same_evidence_in_parallel_is_put_to_a_card_once(files: Files) -> None:
    card, dialogue = await files.complain("u1")
    photo = await files.keep("u1", png(1))

    async def add() -> int:
        async with crm_factory(files.database, files.clock)() as crm:
            return await crm.files.add_evidence(card.id, [photo.id], "bot", dialogue)

    assert sum(await asyncio.gather(*(add() for _ in range(5)))) == 1


async def test_nobodys_file_gets_onto_a_card_of_another_account(files: Files) -> None:
    card, dialogue = await files.complain("u1")
    _, other_dialogue = await files.complain("u2")
    own, other = await files.keep("u1", png(1)), await files.keep("u2", png(2))
    for ids, from_dialogue in (([other.id], dialogue), ([own.id, other.id], dialogue), ([other.id], other_dialogue)):
        with pytest.raises(FileUnknown):
            async with crm_factory(files.database, files.clock)() as crm:
                await crm.files.add_evidence(card.id, ids, "bot", from_dialogue)
    async with files.database.reading() as session:
        assert await FileService(session, files.clock).evidence(card.id) == []
