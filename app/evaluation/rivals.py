"""Other models that heard the same messages: the one promoted last, and Rasa's usual configuration."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from app.evaluation.asking import Answer, Asking
from app.evaluation.facts import machine, now
from app.evaluation.usual import usual_model
from app.launcher.errors import LauncherError
from app.launcher.project import Project
from app.launcher.promotion import Promoted, promoted
from app.launcher.screen import Screen
from trainer.kept import Kept, KeptFile, Machine, read, write
from trainer.measures import entity_figures, intent_figures, mood_figures, understood
from trainer.report.contents import MeasuredFile

USUAL = "usual.json"


@dataclass(frozen=True)
class Rivals:
    """Asks other models, and keeps what they said below the data folder."""

    project: Project
    asking: Asking
    screen: Screen

    @property
    def folder(self) -> Path:
        """Where evaluations are kept, one file a model."""
        return self.project.data / "evaluations"

    def promoted(self, files: Sequence[MeasuredFile]) -> Kept | None:
        """The promoted model; asked anew where it has not heard these messages. None without one, or if it cannot be asked."""
        chosen = promoted(self.project)
        if chosen is None:
            return None
        kept = read(self.project.data / chosen.figures)
        if kept and kept.model == chosen.model and _heard_all(kept, files):
            return kept
        try:
            return self._ask_promoted(chosen, files)
        except (LauncherError, OSError) as error:
            self.screen.warn(f"The promoted model {chosen.model} could not be asked: {error}")
            return kept

    def usual(self, files: Sequence[MeasuredFile], epochs: int | None) -> Kept | None:
        """Rasa's usual configuration, trained and asked where `epochs` are given; else what was kept, if anything."""
        path = self.folder / USUAL
        if epochs is None:
            return read(path)
        model = usual_model(self.project, self.screen, epochs)
        answers = self.asking.understand(model.archive, texts(files), usual=True)
        kept = keep(
            model.archive, answered(files, answers), machine(self.project, model.archive, answers, model.seconds)
        )
        write(path, kept)
        return kept

    def _ask_promoted(self, chosen: Promoted, files: Sequence[MeasuredFile]) -> Kept:
        archive = self.project.models / chosen.model
        answers = self.asking.understand(archive, texts(files))
        kept = keep(archive, answered(files, answers), machine(self.project, archive, answers))
        write(self.project.data / chosen.figures, kept)
        return kept


def texts(files: Sequence[MeasuredFile]) -> list[str]:
    """The messages of all files, in order."""
    return [message.text for file in files for message in file.messages]


def answered(files: Sequence[MeasuredFile], answers: Sequence[Answer]) -> list[MeasuredFile]:
    """The same files with what a model understood; `answers` stand in the order of `texts`."""
    left = iter(answers)
    return [
        replace(file, parses=[answer.parse for answer in islice(left, len(file.messages))], rewritten=())
        for file in files
    ]


def keep(archive: Path, files: Sequence[MeasuredFile], costs: Machine) -> Kept:
    """What is kept of a model's answers."""
    return Kept(archive.name, now(), costs, {file.name: _kept(file) for file in files})


def _kept(file: MeasuredFile) -> KeptFile:
    return KeptFile(
        intent_figures(file.messages, file.parses),
        mood_figures(file.messages, file.parses),
        entity_figures(file.messages, file.parses),
        {m.text: understood(parse) for m, parse in zip(file.messages, file.parses, strict=True)},
    )


def _heard_all(kept: Kept, files: Sequence[MeasuredFile]) -> bool:
    return all(
        file.name in kept.files and message.text in kept.files[file.name].understood
        for file in files
        for message in file.messages
    )
