"""What a file is follows from what is in it."""

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.files.errors import FileRefused
from crm.files.kinds import ENDINGS, KINDS, Kind, begins_as, checked_type, kind_of
from crm.files.names import LONGEST_NAME, cleaned, to_save_as
from tests.samples import REFUSED, TAKEN


@pytest.mark.parametrize("which", TAKEN)
def test_what_is_taken_is_known_by_its_bytes(which: str, tmp_path: Path) -> None:
    content, media_type = TAKEN[which]
    (tmp_path / "page.html").write_bytes(content)
    assert checked_type(tmp_path / "page.html") == media_type
    # An android phone's voice looks like a film until its tracks are read.
    assert begins_as(content[:8192]) in {kind_of(media_type), Kind.VIDEO}


@pytest.mark.parametrize("which", REFUSED)
def test_what_is_refused_is_refused_with_a_reason(which: str, tmp_path: Path) -> None:
    content, code = REFUSED[which]
    (tmp_path / "photo.jpg").write_bytes(content)
    with pytest.raises(FileRefused) as refused:
        checked_type(tmp_path / "photo.jpg")
    assert refused.value.code == code
    assert str(refused.value)


@st.composite
def broken_files(draw: st.DrawFn) -> bytes:
    """A sample, good or bad, with a few bytes changed, cut, or followed by anything."""
    content = bytearray(
        draw(st.sampled_from([one for one, _ in [*TAKEN.values(), *REFUSED.values()] if len(one) < 5000]))
    )
    for _ in range(draw(st.integers(0, 6)) if content else 0):
        content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
    return bytes(content[: draw(st.integers(0, len(content)))]) + draw(st.binary(max_size=60))


@given(broken_files())
@settings(max_examples=400, deadline=None)
def test_whatever_comes_is_one_of_the_kinds_or_refused(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a"
        path.write_bytes(content)
        with suppress(FileRefused):
            assert checked_type(path) in KINDS
            assert begins_as(content[:8192]) in Kind


def test_each_kind_has_a_sample_and_an_ending() -> None:
    assert {media_type for _, media_type in TAKEN.values()} == set(KINDS) == set(ENDINGS)


NAMES = {
    "../../etc/passwd": "passwd",
    "..\\..\\windows\\system32\\a.png": "a.png",
    "/etc/shadow": "shadow",
    "..": "",
    ".": "",
    "": "",
    ".bashrc": "bashrc",
    "货损照片（第 1 张）.jpg": "货损照片（第 1 张）.jpg",
    "a\x00b\r\nSet-Cookie: x.jpg": "abSet-Cookie: x.jpg",
    "invoice\u202efdp.exe": "invoicefdp.exe",
    "e\u0301.png": "é.png",
    "\ud800photo.png": "photo.png",
    "📦.png": "📦.png",
    "  two   blanks .pdf ": "two blanks .pdf",
}


@pytest.mark.parametrize("sent", NAMES)
def test_names_are_cleaned(sent: str) -> None:
    assert cleaned(sent) == NAMES[sent]


@given(st.text(st.characters(codec=None), max_size=400))
def test_no_name_is_a_path_or_too_long_and_cleaning_twice_changes_nothing(sent: str) -> None:
    name = cleaned(sent)
    assert len(name) <= LONGEST_NAME
    assert not set(name) & set("/\\\0\r\n")
    assert name not in {".", ".."}
    assert cleaned(name) == name
    name.encode("utf-8")


def test_a_long_name_keeps_its_ending() -> None:
    assert cleaned("货" * 300 + ".jpeg").endswith("货.jpeg")
    assert cleaned("x" * 300 + "." + "y" * 50) == "x" * LONGEST_NAME


@pytest.mark.parametrize(
    ("name", "media_type", "saved"),
    [
        ("回单.JPG", "image/jpeg", "回单.JPG"),
        ("invoice.exe", "application/pdf", "invoice.exe.pdf"),
        ("page.html", "image/png", "page.html.png"),
        ("", "audio/amr", "文件.amr"),
    ],
)
def test_what_is_saved_is_called_what_it_is(name: str, media_type: str, saved: str) -> None:
    assert to_save_as(name, media_type) == saved
