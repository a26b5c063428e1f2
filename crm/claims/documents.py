"""What has to be collected for a claim, read from documents.json."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from crm.complaints.categories import OTHER

NOTICE_BY = "utter_claim_notice_by"
"""With {date}: the only thing about the law that a customer reads."""
DOCUMENTS = "utter_claim_documents"
"""Said before the documents."""


@dataclass(frozen=True)
class DocumentRow:
    """One document. `optional`: good to have, the file is complete without it."""

    code: str
    name_zh: str
    optional: bool

    @property
    def response(self) -> str:
        """What the customer reads of it."""
        return f"utter_claim_document_{self.code}"


def documents_for(category: str) -> tuple[DocumentRow, ...]:
    """What to collect for a complaint of this category, in the order in which it is asked for."""
    lists = _table()["by_category"]
    return tuple(documents()[code] for code in lists.get(category, lists[OTHER]))


@cache
def documents() -> Mapping[str, DocumentRow]:
    """Every document by its code."""
    return {
        code: DocumentRow(code, row["name_zh"], row.get("optional", False))
        for code, row in _table()["documents"].items()
    }


@cache
def _table() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = json.loads(files(__package__).joinpath("documents.json").read_text(encoding="utf-8"))
    return loaded
