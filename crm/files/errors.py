"""Why a file is not taken."""

from typing import ClassVar

from crm.errors import Refusal


class FileRefused(Refusal):
    """The root of the refusals of files."""

    code = "file_refused"
    status: ClassVar[int] = 422
    """The HTTP status that says the same."""


class NotAForm(FileRefused):
    """The upload is no form with exactly one file in it."""

    code = "file_form"


class EmptyFile(FileRefused):
    """There are no bytes in it."""

    code = "file_empty"


class UnknownKind(FileRefused):
    """By its content it is none of the kinds that are taken, whatever it calls itself."""

    code = "file_kind"
    status = 415


class Disguised(FileRefused):
    """It is two things at once, or carries something that can be run."""

    code = "file_disguised"
    status = 415


class UnsafeArchive(FileRefused):
    """A document that unpacks to far more than it is, is locked, carries macros, or cannot be read."""

    code = "file_archive"
    status = 415


class TooLarge(FileRefused):
    """It is larger than files of its kind may be."""

    code = "file_too_large"
    status = 413

    def __init__(self, limit: int) -> None:
        """`limit`: bytes that are taken of this kind."""
        super().__init__(f"more than {limit} bytes")
        self.limit = limit


class TooMuchToday(FileRefused):
    """This account has sent as much within a day as is taken."""

    code = "file_quota"
    status = 429


class StorageFull(FileRefused):
    """There is no room for it on the disk."""

    code = "file_storage"
    status = 503


class FileUnknown(FileRefused):
    """There is no such file, or it is another account's: the two are not told apart."""

    code = "file_unknown"
    status = 404
