"""Small files of every kind that is taken, and of many that are not."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

PNG_HEAD = b"\x89PNG\r\n\x1a\n"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(seed: int = 0) -> bytes:
    """A picture of one point that a browser shows; another seed is another picture."""
    point = bytes([0, seed % 256, seed // 256 % 256, 120])
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return PNG_HEAD + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(point)) + _chunk(b"IEND", b"")


def archive(*names: str, content: bytes = b"<a/>") -> bytes:
    """An archive of these members."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name in names:
            file.writestr(name, content)
    return made.getvalue()


def film(brand: bytes, track: bytes = b"vide") -> bytes:
    """The boxes of an MP4 with one track."""
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\x02\0isomiso2" + b"\0" * 40 + b"hdlr\0\0\0\0\0\0\0\0" + track + b"\0" * 40


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"\0" * 100 + b"\xff\xd9"
WORD = ("[Content_Types].xml", "_rels/.rels", "word/document.xml")
EXCEL = ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml")
PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer\nstartxref\n0\n%%EOF\n"
OPUS = b"OggS\0\x02" + b"\0" * 22 + b"OpusHead" + b"\0" * 20

TAKEN: Mapping[str, tuple[bytes, str]] = {
    "jpeg": (JPEG, "image/jpeg"),
    "jpeg from a camera": (b"\xff\xd8\xff\xe1\x00\x10Exif\0\0" + b"\0" * 60 + b"\xff\xd9", "image/jpeg"),
    "png": (png(), "image/png"),
    "webp": (b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 50, "image/webp"),
    "heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 50, "image/heic"),
    "gif": (b"GIF89a\x01\0\x01\0" + b"\0" * 50 + b";", "image/gif"),
    "pdf": (PDF, "application/pdf"),
    "docx": (archive(*WORD), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (archive(*EXCEL), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "mp3 with a title": (b"ID3\x03\0\0\0\0\0\x21" + b"\0" * 100, "audio/mpeg"),
    "mp3": (b"\xff\xfb\x90\x64" + b"\0" * 100, "audio/mpeg"),
    "m4a": (b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42" + b"\0" * 50, "audio/mp4"),
    "voice of an android phone": (film(b"mp42", b"soun"), "audio/mp4"),
    "aac": (b"\xff\xf1\x50\x80\x02\x1f\xfc" + b"\0" * 50, "audio/aac"),
    "amr": (b"#!AMR\n" + b"\x3c" * 50, "audio/amr"),
    "amr, wide": (b"#!AMR-WB\n" + b"\x3c" * 50, "audio/amr"),
    "opus": (OPUS, "audio/ogg"),
    "wav": (b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 50, "audio/wav"),
    "mp4": (film(b"isom"), "video/mp4"),
    "film of an iphone": (b"\0\0\0\x14ftypqt  \0\0\x02\0qt  " + b"\0" * 50, "video/quicktime"),
}

_BOMB = archive(*WORD, content=b"\0" * (8 << 20))
_LOCKED = bytearray(archive(*WORD))
_LOCKED[_LOCKED.find(b"PK\x01\x02") + 8] |= 1

REFUSED: Mapping[str, tuple[bytes, str]] = {
    "nothing": (b"", "file_empty"),
    "html": (b"<!DOCTYPE html><html><script>1</script>", "file_kind"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "file_kind"),
    "text": ("您好".encode(), "file_kind"),
    "windows program": (b"MZ\x90\0" + b"\0" * 100, "file_kind"),
    "linux program": (b"\x7fELF" + b"\0" * 100, "file_kind"),
    "shell script": (b"#!/bin/sh\nrm -rf /", "file_kind"),
    "old excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "file_kind"),
    "rar": (b"Rar!\x1a\x07\x01\0" + b"\0" * 50, "file_kind"),
    "zip": (archive("a.txt"), "file_kind"),
    "powerpoint": (archive("[Content_Types].xml", "ppt/presentation.xml"), "file_kind"),
    "java": (archive("META-INF/MANIFEST.MF", "A.class"), "file_kind"),
    "half a pdf": (PDF[:20], "file_kind"),
    "picture with a page in it": (JPEG + b"<script>alert(1)</script>", "file_disguised"),
    "gif that is a script": (b"GIF89a/*" + b"\0" * 20 + b"*/=1;<?php system($_GET[0]);", "file_disguised"),
    "picture with an archive behind": (png() + archive("a.exe"), "file_disguised"),
    "picture with a pdf in front": (JPEG[:20] + PDF + JPEG, "file_disguised"),
    "pdf with an archive behind": (PDF + archive("a.exe") + b"%%EOF", "file_disguised"),
    "sound with a page behind": (OPUS + b"\0" * 100 + b"<html >", "file_disguised"),
    "bomb": (_BOMB, "file_archive"),
    "macros": (archive(*WORD, "word/vbaProject.bin"), "file_archive"),
    "locked": (bytes(_LOCKED), "file_archive"),
    "half a document": (archive(*WORD)[:60], "file_archive"),
}
