"""The messages of stories.csv and stories_2.csv.

Columns of stories_2.csv beside those of stories.csv: `kind` (what is hard about the message), and what is judged for
three kinds only: `retold_facts` and `retold_wish` (retelling), `severity` as category:severity on a Monday, 23 November
2026 (severity), `accused` as a code (accused). ` / ` stands for a new message. An empty `enough` is not judged.
"""

import csv
from pathlib import Path

Row = dict[str, str]


def _rows(name: str) -> list[Row]:
    return list(csv.DictReader((Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()))


STORIES = _rows("stories.csv")
STORIES_2 = _rows("stories_2.csv")
READ_ONLY_FOR = ("retelling", "severity", "accused")


def of_kind(kind: str) -> list[Row]:
    """The messages of one kind; raises ValueError for a kind that has none."""
    rows = [row for row in STORIES_2 if row["kind"] == kind]
    if not rows:
        raise ValueError(kind)
    return rows
