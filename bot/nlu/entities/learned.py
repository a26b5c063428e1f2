"""What the extractor learns from annotated sentences: which words are goods, and the roles of places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

from bot.nlu.entities import cargo, goods_model, role_model, trade
from bot.nlu.entities.goods_model import COMMODITY, PLACE, GoodsModel, Reading
from bot.nlu.entities.spans import Span, Taken, without_overlaps
from bot.nlu.label_model import LabelModel

GOODS_FILE = "goods.crfsuite"
ROLES_FOLDER = "roles"
PLAIN_SHARE = 3
"""One in so many sentences in which nothing looks like goods is learned from."""


@dataclass(frozen=True)
class Example:
    """A message with the values that a person marked in it; only kind, place in the text and role of those count."""

    reading: Reading
    marked: Sequence[Span]


@dataclass(frozen=True)
class Learned:
    """Both models; None where the sentences did not hold enough to learn from, and the rules stand alone."""

    goods: GoodsModel | None
    roles: LabelModel | None

    def revised(self, reading: Reading) -> list[Span]:
        """The values of a message, from left to right, once the models have looked at what the rules found."""
        found = list(reading.found)
        if self.roles is not None:
            found = [self._with_role(span, reading) for span in found]
        if self.goods is None:
            return found
        others = [span for span in found if span.entity != COMMODITY and span.rank != cargo.COUNTED_BY_GOODS]
        taken = Taken((span.start, span.end) for span in others)
        named = [(start, end) for start, end in self.goods.spans(reading) if taken.is_free(start, end)]
        goods = [trade.goods(reading.text, start, end) for start, end in named]
        return without_overlaps([*others, *goods, *cargo.pieces_of_goods(reading.text, goods)])

    def _with_role(self, span: Span, reading: Reading) -> Span:
        if span.entity != PLACE or self.roles is None:
            return span
        return replace(span, role=role_model.role_of(self.roles, reading, span))

    def save(self, folder: Path) -> None:
        """Write the models into an existing folder."""
        if self.goods is not None:
            (folder / GOODS_FILE).write_bytes(self.goods.stored)
        if self.roles is not None:
            (folder / ROLES_FOLDER).mkdir()
            self.roles.save(folder / ROLES_FOLDER)

    @classmethod
    def load(cls, folder: Path) -> Learned:
        """Read what `save` wrote; raises OSError or ValueError where a file is broken."""
        goods, roles = folder / GOODS_FILE, folder / ROLES_FOLDER
        return cls(
            GoodsModel(goods.read_bytes()) if goods.exists() else None,
            LabelModel.load(roles) if roles.exists() else None,
        )


def learn(examples: Sequence[Example]) -> Learned:
    """Learn from annotated messages."""
    telling = [one for one in examples if _tells_of_goods(one)]
    goods = [[(span.start, span.end) for span in one.marked if span.entity == COMMODITY] for one in telling]
    places = [(one.reading, place, role) for one in examples for place, role in _places(one)]
    return Learned(
        goods_model.train([one.reading for one in telling], goods) if any(goods) else None,
        role_model.train([(reading, place) for reading, place, _ in places], [role for _, _, role in places]),
    )


def _tells_of_goods(example: Example) -> bool:
    """Whether a sentence names goods, or could be thought to; of the others a few are enough, and training is short."""
    spans = (*example.marked, *example.reading.found)
    named = any(span.entity == COMMODITY for span in spans)
    return named or crc32(example.reading.text.encode()) % PLAIN_SHARE == 0


def _places(example: Example) -> list[tuple[Span, str | None]]:
    """Places that the rules and the annotator see alike, with the annotator's role."""
    roles = {(span.start, span.end): span.role for span in example.marked if span.entity == PLACE}
    found = [span for span in example.reading.found if span.entity == PLACE]
    return [(span, roles[span.start, span.end]) for span in found if (span.start, span.end) in roles]
