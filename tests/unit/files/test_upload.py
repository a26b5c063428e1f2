"""What comes in is measured and looked at while it comes; what is refused leaves nothing behind."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from crm.clock import FixedClock
from crm.files import store as storing
from crm.files.errors import FileRefused, StorageFull, TooLarge
from crm.files.form import Form, read_form
from crm.files.store import FileStore, Limits
from tests.samples import JPEG, PDF, REFUSED, TAKEN, png

BOUNDARY = "----------------------xyz"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"
SMALL = Limits(image=20_000, document=40_000, audio=20_000, video=60_000, per_day=200_000)


def form(content: bytes, name: str = "a.jpg", *, field: str = "file", **fields: str) -> bytes:
    """The body of a form with one file."""
    body = b""
    for key, value in fields.items():
        body += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
    return body + head.encode() + b"Content-Type: text/html\r\n\r\n" + content + f"\r\n--{BOUNDARY}--\r\n".encode()


class Body:
    """A body in pieces that counts how much of it was read."""

    def __init__(self, content: bytes, piece: int = 1000) -> None:
        self.content, self.piece, self.read = content, piece, 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self.content), self.piece):
            self.read += self.piece
            yield self.content[start : start + self.piece]


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> FileStore:
    return FileStore(tmp_path / "files", clock, SMALL)


def on_disk(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def read(store: FileStore, body: bytes, piece: int = 1000, content_type: str = CONTENT_TYPE) -> Form:
    return await read_form(content_type, str(len(body)), aiter(Body(body, piece)), store)


@pytest.mark.parametrize("piece", [1, 7, 1000, 100_000])
async def test_a_form_in_pieces_of_any_size(store: FileStore, piece: int) -> None:
    read_in = await read(store, form(PDF, "报价 单.pdf", sender="王经理"), piece)
    assert read_in.fields == {"sender": "王经理"}
    assert (read_in.file.name, read_in.file.media_type, read_in.file.size) == (
        "报价 单.pdf",
        "application/pdf",
        len(PDF),
    )
    assert read_in.file.temporary.read_bytes() == PDF
    assert read_in.file.temporary.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("which", REFUSED)
async def test_what_is_refused_leaves_nothing(store: FileStore, tmp_path: Path, which: str) -> None:
    content, code = REFUSED[which]
    with pytest.raises(FileRefused) as refused:
        await read(store, form(content))
    assert refused.value.code == code
    assert on_disk(tmp_path) == []


@pytest.mark.parametrize(
    ("head", "limit"), [(png(), SMALL.image), (PDF, SMALL.document), (TAKEN["opus"][0], SMALL.audio)]
)
async def test_each_kind_has_its_limit(store: FileStore, tmp_path: Path, head: bytes, limit: int) -> None:
    end = b"\n%%EOF"
    fits = head + b"\0" * (limit - len(head) - len(end)) + end
    assert (await read(store, form(fits))).file.size == limit
    with pytest.raises(TooLarge) as refused:
        await read(store, form(b"".join((head, b"\0", fits[len(head) :]))))
    assert refused.value.limit == limit
    assert len(on_disk(tmp_path)) == 1


async def test_a_length_that_is_a_lie_helps_nobody(store: FileStore, tmp_path: Path) -> None:
    body = Body(form(JPEG + b"\0" * 1_000_000))
    with pytest.raises(TooLarge):
        await read_form(CONTENT_TYPE, "100", aiter(body), store)
    assert on_disk(tmp_path) == []


async def test_a_sender_who_does_not_stop_is_not_read_for_ever(
    store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.files.form.READ_AFTER_REFUSAL", 50_000)
    for length in ("100", str(10**12)):
        body = Body(form(JPEG + b"\0" * 3_000_000))
        with pytest.raises(TooLarge):
            await read_form(CONTENT_TYPE, length, aiter(body), store)
        assert body.read < 150_000


BROKEN = {
    "no form": ("application/json", b"{}"),
    "no boundary": ("multipart/form-data", form(JPEG)),
    "another boundary": ("multipart/form-data; boundary=abc", form(JPEG)),
    "no file": (CONTENT_TYPE, form(JPEG).replace(b'; filename="a.jpg"', b"")),
    "another field": (CONTENT_TYPE, form(JPEG, field="photo")),
    "broken off": (CONTENT_TYPE, form(JPEG)[:-40]),
    "two files": (CONTENT_TYPE, form(JPEG).replace(f"--{BOUNDARY}--".encode(), form(JPEG))),
    "a long field": (CONTENT_TYPE, form(JPEG, sender="x" * 2000)),
    "many fields": (CONTENT_TYPE, form(JPEG, **{f"f{n}": "x" for n in range(9)})),
    "nothing at all": (CONTENT_TYPE, b""),
}


@pytest.mark.parametrize("which", BROKEN)
async def test_what_is_no_form_is_refused(store: FileStore, tmp_path: Path, which: str) -> None:
    content_type, body = BROKEN[which]
    with pytest.raises(FileRefused) as refused:
        await read(store, body, content_type=content_type)
    assert refused.value.code == "file_form"
    assert on_disk(tmp_path) == []


async def test_a_connection_that_breaks_leaves_nothing(store: FileStore, tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield form(JPEG)[:150]
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await read_form(CONTENT_TYPE, None, broken(), store)
    assert on_disk(tmp_path) == []


async def test_a_full_disk_takes_nothing(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "LEFT_FREE", 1 << 60)
    with pytest.raises(StorageFull):
        await read(store, form(JPEG))


async def test_no_name_leads_out_of_the_folder(store: FileStore, tmp_path: Path) -> None:
    received = (await read(store, form(JPEG, "../../../../outside.jpg"))).file
    store.place(received)
    assert on_disk(tmp_path) == [store.path(received.sha256)]
    assert store.path(received.sha256).relative_to(tmp_path / "files").parts == (received.sha256[:2], received.sha256)
    for wrong in ("../../etc/passwd", "", "AB" * 32, received.sha256 + "/.."):
        with pytest.raises(ValueError, match="SHA-256"):
            store.path(wrong)


async def test_only_halves_that_are_old_are_taken_away(store: FileStore, clock: FixedClock, tmp_path: Path) -> None:
    await store.begin("old").write(b"%PDF")
    clock.move(timedelta(hours=25))
    await store.begin("new").write(b"%PDF")
    assert store.remove_unfinished(clock.now() - timedelta(hours=24)) == 1
    assert len(on_disk(tmp_path)) == 1
