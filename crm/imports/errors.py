"""Why a file, or one cell of it, is not taken. The reasons are Chinese: staff read them."""

from crm.errors import Refusal


class FileRefused(Refusal):
    """The file as a whole cannot be read; the message is one Chinese sentence that says what to do."""

    code = "import_file_refused"


class BadValue(ValueError):
    """One cell is not what its column takes; the message is the reason, in Chinese, without the value."""
