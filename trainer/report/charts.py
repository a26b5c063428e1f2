"""Curves as SVG: axes in percent, lines, points with their figures under the pointer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from trainer.report.elements import el
from trainer.report.wording import percent

WIDTH, HEIGHT = 360, 270
LEFT, RIGHT, TOP, BOTTOM = 54, 20, 12, 40
STEPS = 5
"""Lines of the grid between the ends of an axis."""

Place = Callable[[float, float], tuple[float, float]]


@dataclass(frozen=True)
class Axis:
    """What an axis counts (a share), from where to where."""

    title: str
    low: float = 0.0
    high: float = 1.0

    def along(self, value: float) -> float:
        """Where a share lies, 0 at the low end and 1 at the high one; what lies beyond an end is drawn there."""
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)

    def ticks(self) -> list[float]:
        """Values at the lines of the grid."""
        return [self.low + (self.high - self.low) * step / STEPS for step in range(STEPS + 1)]


@dataclass(frozen=True)
class Dot:
    """A point that is worth reading. `title` is shown under the pointer; `mark`: that is where the bot stands now."""

    x: float
    y: float
    title: str
    radius: float = 4.0
    mark: bool = False


def chart(
    label: str, x: Axis, y: Axis, line: Sequence[tuple[float, float]], dots: Sequence[Dot], *, diagonal: bool = False
) -> Element:
    """One curve. `label` is read aloud instead of the picture."""

    def place(across: float, up: float) -> tuple[float, float]:
        width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
        return LEFT + x.along(across) * width, TOP + (1 - y.along(up)) * height

    return el(
        "svg",
        *_grid(x, y, place),
        _path([(x.low, y.low), (x.high, y.high)], place, "diagonal") if diagonal else None,
        _path(line, place, "curve"),
        [_dot(dot, place) for dot in dots],
        class_="chart",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        aria_label=label,
    )


def lowest(values: Sequence[float], step: float = 0.1) -> float:
    """Where an axis may begin so that all values are on it: a round share below the smallest, never 1."""
    smallest = min(values, default=0.0)
    return max(0.0, min(int(smallest / step) * step, 1.0 - step))


def _grid(x: Axis, y: Axis, place: Place) -> list[Element]:
    drawn = []
    for value in x.ticks():
        across, bottom = place(value, y.low)
        drawn += [
            el("line", x1=across, x2=across, y1=TOP, y2=bottom, class_="grid"),
            el("text", _round(value), x=across, y=bottom + 15, text_anchor="middle"),
        ]
    for value in y.ticks():
        left, up = place(x.low, value)
        drawn += [
            el("line", x1=left, x2=WIDTH - RIGHT, y1=up, y2=up, class_="grid"),
            el("text", _round(value), x=left - 6, y=up + 4, text_anchor="end"),
        ]
    middle = TOP + (HEIGHT - TOP - BOTTOM) / 2
    return [
        *drawn,
        el("text", x.title, x=LEFT + (WIDTH - LEFT - RIGHT) / 2, y=HEIGHT - 6, text_anchor="middle", class_="axis"),
        el(
            "text", y.title, x=10, y=middle, text_anchor="middle", class_="axis", transform=f"rotate(-90 10 {middle:g})"
        ),
    ]


def _round(value: float) -> str:
    return f"{100 * value:.0f}%" if abs(100 * value - round(100 * value)) < 0.05 else f"{100 * value:.1f}%"


def _path(line: Sequence[tuple[float, float]], place: Place, kind: str) -> Element | None:
    if not line:
        return None
    spots = [place(across, up) for across, up in line]
    return el("polyline", points=" ".join(f"{across:.1f},{up:.1f}" for across, up in spots), class_=kind)


def _dot(dot: Dot, place: Place) -> Element:
    across, up = place(dot.x, dot.y)
    return el(
        "circle",
        el("title", dot.title),
        cx=across,
        cy=up,
        r=dot.radius,
        class_="dot now" if dot.mark else "dot",
    )


def bar(share: float | None) -> Element:
    """A share as a bar of the width of its cell, with its figure."""
    return el("span", el("i", style=f"width:{100 * (share or 0):.0f}%"), el("b", percent(share)), class_="bar")
