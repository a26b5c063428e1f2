"""The confusion matrix as a picture: rows are what was meant, columns what was understood, families side by side."""

from collections.abc import Sequence
from itertools import groupby
from xml.etree.ElementTree import Element

from trainer.confusion import Confusions
from trainer.families import in_order, title
from trainer.report.contents import Contents
from trainer.report.elements import el

CELL = 13
LEFT, TOP = 172, 158
BAND = 14
"""Width of the strip that names the families."""
FAINTEST = 0.22
"""How much of its colour the rarest mistake has, so that it is still seen."""


def matrix(contents: Contents, counts: Confusions) -> Element:
    """The heat map over all labels that were meant or understood. Every cell tells its numbers under the pointer."""
    labels = in_order({label for pair in counts for label in pair}, contents.families)
    size = CELL * len(labels)
    return el(
        "svg",
        _families(labels, contents, size),
        [_names(place, label, contents) for place, label in enumerate(labels)],
        _cells(labels, counts, contents),
        class_="matrix",
        viewBox=f"0 0 {LEFT + size + BAND} {TOP + size + BAND}",
        width=LEFT + size + BAND,
        role="img",
        aria_label="混淆矩阵",
    )


def _cells(labels: Sequence[str], counts: Confusions, contents: Contents) -> list[Element]:
    place = {label: position for position, label in enumerate(labels)}
    total = {label: sum(n for (wanted, _), n in counts.items() if wanted == label) for label in labels}
    drawn = []
    for (wanted, given), count in sorted(counts.items()):
        share = count / total[wanted]
        said = f"该是 {wanted}（{contents.gloss(wanted)}），听成 {given}（{contents.gloss(given)}）"
        words = f"{wanted}（{contents.gloss(wanted)}）听对" if wanted == given else said
        drawn.append(
            el(
                "rect",
                el("title", f"{words}：{count} / {total[wanted]} 条"),
                x=LEFT + CELL * place[given],
                y=TOP + CELL * place[wanted],
                width=CELL - 1,
                height=CELL - 1,
                rx=2,
                class_="right" if wanted == given else "wrong",
                fill_opacity=FAINTEST + (1 - FAINTEST) * share,
            )
        )
    return drawn


def _names(place: int, label: str, contents: Contents) -> list[Element]:
    across, down = LEFT + CELL * place + CELL / 2 + 3, TOP + CELL * place + CELL / 2 + 3
    gloss = f"{label}：{contents.gloss(label)}"
    return [
        el("text", label, el("title", gloss), x=LEFT - 5, y=down, text_anchor="end"),
        el("text", label, el("title", gloss), x=across, y=TOP - 5, transform=f"rotate(-90 {across:g} {TOP - 5})"),
    ]


def _families(labels: Sequence[str], contents: Contents, size: int) -> list[Element]:
    drawn, start = [], 0
    for family, group in groupby(labels, key=lambda label: contents.families.get(label, "")):
        length = CELL * len(list(group))
        drawn.append(el("rect", x=LEFT + start, y=TOP + start, width=length, height=length, class_="family"))
        drawn += _lines(start, size)
        if family and length >= CELL * 3:
            middle, edge = TOP + start + length / 2, LEFT + size + BAND - 3
            drawn.append(
                el(
                    "text",
                    title(family),
                    x=edge,
                    y=middle,
                    text_anchor="middle",
                    transform=f"rotate(-90 {edge} {middle:g})",
                    class_="band",
                )
            )
        start += length
    return drawn + _lines(size, size)


def _lines(offset: int, size: int) -> list[Element]:
    across, down = LEFT + offset - 0.5, TOP + offset - 0.5
    return [
        el("line", x1=across, x2=across, y1=TOP, y2=TOP + size, class_="grid"),
        el("line", x1=LEFT, x2=LEFT + size, y1=down, y2=down, class_="grid"),
    ]
