"""Tables and the other pieces that all parts of the page are put together from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element

from trainer.report.charts import bar
from trainer.report.elements import Child, el
from trainer.report.wording import NOTHING, percent, points

Direction = Literal["up", "down"]


@dataclass(frozen=True)
class Cell:
    """A cell that is sorted by a number: `number`, None for nothing measured, which comes last."""

    content: Child
    number: float | None


def number(value: int | None) -> Cell:
    """A count."""
    return Cell(NOTHING if value is None else f"{value:,}", value)


def share(value: float | None) -> Cell:
    """A share in percent."""
    return Cell(percent(value), value)


def barred(value: float | None) -> Cell:
    """A share in percent, as a bar too."""
    return Cell(bar(value) if value is not None else NOTHING, value)


def table(heads: Sequence[str], rows: Sequence[Sequence[Cell | Child]], *, sortable: bool = False) -> Element:
    """A table with one row of headings; where it is too wide it can be pushed sideways."""
    body = [el("tr", [_cell(cell, first=place == 0) for place, cell in enumerate(row)]) for row in rows]
    headings = [el("th", el("button", head, type="button") if sortable else head, scope="col") for head in heads]
    return el(
        "div",
        el(
            "table",
            el("thead", el("tr", headings)),
            el("tbody", body),
            class_="sortable" if sortable else None,
        ),
        class_="scroll",
        tabindex=0,
    )


def section(anchor: str, heading: str, lead: Child, *children: Child) -> Element:
    """A part of the page with its heading and a sentence that says what it is for."""
    return el("section", el("h2", heading), el("p", lead, class_="lead") if lead else None, *children, id=anchor)


def folded(summary: Child, *children: Child, opened: bool = False) -> Element:
    """What is shown when somebody asks for it."""
    return el("details", el("summary", summary), *children, open=opened)


def change(now: float | None, before: float | None, better: Direction = "up") -> Element | None:
    """The difference in percentage points, coloured by whether it is for the better; None where one side is missing."""
    if now is None or before is None:
        return None
    rounded = round(100 * (now - before), 1)
    good = rounded > 0 if better == "up" else rounded < 0
    return el("small", points(now - before), class_="even" if not rounded else "good" if good else "bad")


def label(name: str, gloss: str, kind: str = "") -> Element:
    """A label as trainers know it from the files, with what it means."""
    meaning = None if gloss == name else el("span", gloss)
    return el("span", el("code", name), meaning, class_=f"label {kind}".strip())


def _cell(cell: Cell | Child, *, first: bool) -> Element:
    if isinstance(cell, Cell):
        # Nothing measured sorts below everything.
        return el("td", cell.content, class_="number", data_sort=str(cell.number if cell.number is not None else -1e9))
    return el("th", cell, scope="row") if first else el("td", cell)
