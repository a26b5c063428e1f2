"""Which files are taken. What a file is follows from its bytes; its name and what its sender calls it decide nothing."""

import re
import zipfile
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

import filetype

from crm.files.errors import Disguised, EmptyFile, UnknownKind, UnsafeArchive


class Kind(StrEnum):
    """The kinds, each with its own limit of size."""

    IMAGE = "image"
    DOCUMENT = "document"
    AUDIO = "audio"
    VIDEO = "video"


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
MP4 = "video/mp4"
M4A = "audio/mp4"

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "image/jpeg": Kind.IMAGE,
        "image/png": Kind.IMAGE,
        "image/webp": Kind.IMAGE,
        "image/heic": Kind.IMAGE,
        "image/gif": Kind.IMAGE,
        PDF: Kind.DOCUMENT,
        DOCX: Kind.DOCUMENT,
        XLSX: Kind.DOCUMENT,
        "audio/mpeg": Kind.AUDIO,
        M4A: Kind.AUDIO,
        "audio/aac": Kind.AUDIO,
        "audio/amr": Kind.AUDIO,
        "audio/ogg": Kind.AUDIO,
        "audio/wav": Kind.AUDIO,
        MP4: Kind.VIDEO,
        # What iPhones record.
        "video/quicktime": Kind.VIDEO,
    }
)
ENDINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "image/jpeg": (".jpg", ".jpeg"),
        "image/png": (".png",),
        "image/webp": (".webp",),
        "image/heic": (".heic", ".heif"),
        "image/gif": (".gif",),
        PDF: (".pdf",),
        DOCX: (".docx",),
        XLSX: (".xlsx",),
        "audio/mpeg": (".mp3",),
        M4A: (".m4a", ".mp4"),
        "audio/aac": (".aac",),
        "audio/amr": (".amr",),
        "audio/ogg": (".ogg", ".opus", ".oga"),
        "audio/wav": (".wav",),
        MP4: (".mp4", ".m4v"),
        "video/quicktime": (".mov",),
    }
)
"""How names of a type end; the first is what a name without a fitting ending is given."""
IN_WORDS: Mapping[Kind, str] = MappingProxyType(
    {Kind.IMAGE: "[图片]", Kind.DOCUMENT: "[文件]", Kind.AUDIO: "[语音]", Kind.VIDEO: "[视频]"}
)
"""What stands for a file where only words can stand, as WeChat writes it."""

HEAD = 8192
"""Bytes from which the kind can be told."""
SEARCHED = 1 << 20
TAIL = 66_000
"""The end of an archive, with the longest comment it may have."""
LARGEST_DIRECTORY = 1 << 20
MOST_UNPACKED = 300 << 20
MOST_TIMES_UNPACKED = 200
SMALL = 1 << 20
# Long enough each not to turn up by chance in ten megabytes of a photo.
ACTIVE = re.compile(rb"<script|<\?php\s|<!doctype html|<html[ >]|<svg xmlns|<iframe", re.IGNORECASE)
ZIP, ZIP_END, ZIP64 = b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x07"
ALIASES = MappingProxyType({"audio/x-wav": "audio/wav"})


def kind_of(media_type: str) -> Kind:
    """The kind of a type that is taken. Raises KeyError for any other."""
    return KINDS[media_type]


def begins_as(head: bytes) -> Kind:
    """The kind that a file's first bytes promise. Raises EmptyFile and UnknownKind."""
    if head.startswith(ZIP):
        return Kind.DOCUMENT
    return KINDS[_guessed(head)]


def checked_type(path: Path) -> str:
    """The type of a whole file. Raises EmptyFile, UnknownKind, Disguised and UnsafeArchive."""
    with path.open("rb") as file:
        head = file.read(HEAD)
        if head.startswith(ZIP):
            return _office(file)
        media_type = _guessed(head)
        if media_type == PDF:
            _pdf(file)
        else:
            _nothing_else(file, head, KINDS[media_type])
        if zipfile.is_zipfile(file):
            raise Disguised("an archive is hidden in it")
        return _sound_only(file) if media_type == MP4 else media_type


def _guessed(head: bytes) -> str:
    if not head:
        raise EmptyFile("there is nothing in it")
    if head.startswith(b"#!AMR-WB\n"):
        return "audio/amr"
    found = filetype.guess(head)
    media_type = ALIASES.get(found.mime, found.mime) if found else ""
    if media_type not in KINDS:
        raise UnknownKind("files of this kind are not taken")
    return media_type


def _pdf(file: BinaryIO) -> None:
    if b"%%EOF" not in _end(file, TAIL):
        raise UnknownKind("this PDF is not whole")


def _nothing_else(file: BinaryIO, head: bytes, kind: Kind) -> None:
    if b"%PDF-" in head[:1024]:
        raise Disguised("a PDF is hidden in it")
    # Pictures are small enough to be searched whole; of sound and film the ends, where readers of markup would look.
    file.seek(0)
    searched = file.read() if kind is Kind.IMAGE else file.read(SEARCHED) + _end(file, TAIL)
    if ACTIVE.search(searched):
        raise Disguised("it carries a page or a program")


def _sound_only(file: BinaryIO) -> str:
    """Phones keep voice in MP4 too: with a track of sound and none of pictures."""
    file.seek(0)
    tracks = file.read(SEARCHED) + _end(file, SEARCHED)
    return M4A if b"soun" in tracks and b"vide" not in tracks else MP4


def _end(file: BinaryIO, most: int) -> bytes:
    size = file.seek(0, 2)
    file.seek(max(0, size - most))
    return file.read()


def _office(file: BinaryIO) -> str:
    """The type of a document that is an archive. Only its directory is read, nothing is unpacked."""
    end = _end(file, TAIL)
    place = end.rfind(ZIP_END)
    if place < 0 or ZIP64 in end or int.from_bytes(end[place + 12 : place + 16], "little") > LARGEST_DIRECTORY:
        raise UnsafeArchive("this is no document that can be read")
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise UnsafeArchive("this is no document that can be read") from error
    names = {member.filename for member in members}
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise UnsafeArchive("documents with macros are not taken")
    if any(member.flag_bits & 1 for member in members):
        raise UnsafeArchive("locked documents are not taken")
    if sum(member.file_size for member in members) > MOST_UNPACKED or any(map(_bloated, members)):
        raise UnsafeArchive("it unpacks to far more than it is")
    if "[Content_Types].xml" in names:
        for part, media_type in (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX)):
            if part in names:
                return media_type
    raise UnknownKind("files of this kind are not taken")


def _bloated(member: zipfile.ZipInfo) -> bool:
    return member.file_size > SMALL and member.file_size > MOST_TIMES_UNPACKED * max(1, member.compress_size)
