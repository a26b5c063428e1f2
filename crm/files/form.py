"""Reads an upload (`multipart/form-data`) as it comes in: a file goes to the disk piece by piece, never whole into memory."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import Enum, auto

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from crm.files.errors import FileRefused, NotAForm, TooLarge
from crm.files.store import MEBIBYTE, FileStore, Received, Upload

LONGEST_FIELD = 1000
MOST_FIELDS = 5
FILE_FIELD = "file"
WITHIN = 300.0
"""Seconds for a whole upload: 50 MB at the speed of a poor mobile connection."""
READ_AFTER_REFUSAL = 16 * MEBIBYTE
"""Bytes that are still read and dropped, because most senders do not hear a refusal before they have sent everything."""
OVERHEAD = 64 * 1024
"""Bytes of a form besides its file."""


class _Step(Enum):
    PART = auto()
    NAME = auto()
    VALUE = auto()
    HEADER = auto()
    BODY = auto()
    DATA = auto()
    PART_END = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Form:
    """What came: the file, and the fields beside it."""

    file: Received
    fields: dict[str, str]


@dataclass(slots=True)
class _Part:
    header: bytes = b""
    value: bytes = b""
    disposition: bytes = b""
    name: str = ""
    is_file: bool = False
    text: bytes = b""


@dataclass(slots=True)
class _Reading:
    """The state of one form. The parser calls back at once, but writing has to wait: steps are taken after each piece."""

    store: FileStore
    steps: list[tuple[_Step, bytes]] = field(default_factory=list)
    part: _Part = field(default_factory=_Part)
    fields: dict[str, str] = field(default_factory=dict)
    upload: Upload | None = None
    ended: bool = False

    def parser(self, boundary: bytes) -> MultipartParser:
        def mark(step: _Step) -> None:
            self.steps.append((step, b""))

        def keep(step: _Step, data: bytes, start: int, end: int) -> None:
            self.steps.append((step, data[start:end]))

        return MultipartParser(
            boundary,
            {
                "on_part_begin": lambda: mark(_Step.PART),
                "on_header_field": lambda data, start, end: keep(_Step.NAME, data, start, end),
                "on_header_value": lambda data, start, end: keep(_Step.VALUE, data, start, end),
                "on_header_end": lambda: mark(_Step.HEADER),
                "on_headers_finished": lambda: mark(_Step.BODY),
                "on_part_data": lambda data, start, end: keep(_Step.DATA, data, start, end),
                "on_part_end": lambda: mark(_Step.PART_END),
                "on_end": lambda: mark(_Step.END),
            },
        )

    async def go_on(self) -> None:
        steps, self.steps = self.steps, []
        for step, data in steps:
            await self._take(step, data)

    async def _take(self, step: _Step, data: bytes) -> None:
        part = self.part
        match step:
            case _Step.PART:
                self.part = _Part()
            case _Step.NAME:
                part.header += data
            case _Step.VALUE:
                part.value += data
            case _Step.HEADER:
                if part.header.lower() == b"content-disposition":
                    part.disposition = part.value
                part.header = part.value = b""
            case _Step.BODY:
                self._begin(part)
            case _Step.DATA:
                await self._data(part, data)
            case _Step.PART_END:
                if not part.is_file:
                    self.fields[part.name] = part.text.decode("utf-8", "replace")
            case _Step.END:
                self.ended = True

    def _begin(self, part: _Part) -> None:
        _, options = parse_options_header(part.disposition)
        part.name = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" not in options:
            if len(self.fields) >= MOST_FIELDS:
                raise NotAForm("too many fields")
            return
        if part.name != FILE_FIELD or self.upload is not None:
            raise NotAForm("exactly one file, in the field `file`, is taken")
        part.is_file = True
        self.upload = self.store.begin(options[b"filename"].decode("utf-8", "replace"))

    async def _data(self, part: _Part, data: bytes) -> None:
        if part.is_file and self.upload is not None:
            await self.upload.write(data)
            return
        part.text += data
        if len(part.text) > LONGEST_FIELD:
            raise NotAForm(f"a field is longer than {LONGEST_FIELD} bytes")


async def read_form(content_type: str | None, length: str | None, body: AsyncIterator[bytes], store: FileStore) -> Form:
    """The form in a request's body. Raises a FileRefused; then nothing of it is left on the disk.

    `content_type` and `length`: the headers, which only serve to refuse early. What counts is what comes.
    """
    kind, options = parse_options_header(content_type)
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise NotAForm("multipart/form-data with a field `file` is needed")
    if length is not None and length.isdecimal() and int(length) > store.limits.largest + OVERHEAD:
        await _drop(body)
        raise TooLarge(store.limits.largest)
    reading = _Reading(store)
    try:
        async with asyncio.timeout(WITHIN):
            return await _whole(reading, reading.parser(options[b"boundary"]), body)
    except BaseException as error:
        if reading.upload is not None:
            reading.upload.give_up()
        if isinstance(error, TimeoutError):
            raise NotAForm("the upload took too long") from None
        if isinstance(error, FileRefused):
            await _drop(body)
        raise


async def _whole(reading: _Reading, parser: MultipartParser, body: AsyncIterator[bytes]) -> Form:
    try:
        async for piece in body:
            parser.write(piece)
            await reading.go_on()
        parser.finalize()
    except FormParserError as error:
        raise NotAForm("this form cannot be read") from error
    if not reading.ended or reading.upload is None:
        raise NotAForm("the form is not whole, or has no field `file`")
    return Form(await reading.upload.finish(), reading.fields)


async def _drop(body: AsyncIterator[bytes]) -> None:
    dropped = 0
    async with asyncio.timeout(WITHIN):
        async for piece in body:
            dropped += len(piece)
            if dropped > READ_AFTER_REFUSAL:
                return
