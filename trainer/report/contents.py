"""What the page is made of: everything that was asked of a model, and what it is compared with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from trainer.families import families
from trainer.kept import Kept, Machine
from trainer.measures import Parse
from trainer.messages import LabelledMessage
from trainer.scripts import Rewritten
from trainer.similar import Index
from trainer.targets import Target
from trainer.training_data import Sentence


@dataclass(frozen=True)
class MeasuredFile:
    """One file of messages and how each was understood, in the same order; `rewritten` also, or empty if not asked."""

    name: str
    messages: Sequence[LabelledMessage]
    parses: Sequence[Parse]
    rewritten: Sequence[Rewritten | None] = ()


@dataclass(frozen=True)
class Hostile:
    """A message that nobody would write in earnest, what came of it and after how many milliseconds."""

    title: str
    length: int
    understood: str
    milliseconds: float


@dataclass(frozen=True)
class Contents:
    """An evaluation of one model. `evaluated_at` is an ISO instant with its offset.

    `promoted`: the same messages with the model promoted last, None without one; `usual`: with Rasa's usual configuration.
    `glosses`: label -> what it means in a few Chinese words; one without is shown by its name.
    """

    model: str
    evaluated_at: str
    files: Sequence[MeasuredFile]
    machine: Machine = field(default_factory=Machine)
    training: Sequence[Sentence] = ()
    glosses: Mapping[str, str] = field(default_factory=dict)
    targets: Sequence[Target] = ()
    promoted: Kept | None = None
    usual: Kept | None = None
    hostile: Sequence[Hostile] = ()

    @cached_property
    def messages(self) -> list[LabelledMessage]:
        """Those of all files, in order."""
        return [message for file in self.files for message in file.messages]

    @cached_property
    def parses(self) -> list[Parse]:
        """Those of all files, in order."""
        return [parse for file in self.files for parse in file.parses]

    @cached_property
    def rewritten(self) -> list[Rewritten | None]:
        """Those of all files, in order; None for a file whose messages were not rewritten."""
        return [other for file in self.files for other in (file.rewritten or [None] * len(file.messages))]

    @cached_property
    def families(self) -> dict[str, str]:
        """Label -> family, from the training files."""
        return families(self.training)

    @cached_property
    def index(self) -> Index:
        """The training sentences, to be asked which are most like a message."""
        return Index([sentence.text for sentence in self.training])

    def gloss(self, label: str) -> str:
        """What a label means; its name where nobody has said."""
        return self.glosses.get(label, label)
