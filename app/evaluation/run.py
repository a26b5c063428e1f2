"""`wenhuo evaluate`: asks the model about every message, shows the figures, keeps them and writes the page."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from rich.console import Console

from app.evaluation.asking import Answer, Asking
from app.evaluation.facts import machine
from app.evaluation.rivals import Rivals, answered, keep, texts
from app.evaluation.terminal import show
from app.launcher.errors import LauncherError
from app.launcher.project import Project
from app.launcher.promotion import stem
from app.launcher.screen import Screen
from app.launcher.training import ensure_model
from settings import ROOT, load
from trainer.glosses import read_glosses
from trainer.kept import Machine, write
from trainer.messages import UnreadableMessages, read_messages
from trainer.report.contents import Contents, Hostile, MeasuredFile
from trainer.report.figures import figures
from trainer.report.page import page
from trainer.scripts import Rewritten
from trainer.targets import read_targets
from trainer.training_data import Sentence, read_training

DEFAULT_FILES = ROOT / "tests" / "nlu"
HOSTILE = {
    "五千字": "我的货到底什么时候能到啊，" * 400,
    "只有表情": "😡🔥🚢👍🏻👨‍👩‍👧",
    "控制字符": "\x01\x02\x1b[31m\x7f\u200b\u202e",
    "一百万个字母": "x" * 1_000_000,
    "百万字的中文": "上海到汉堡" * 200_000,
}
"""What nobody writes in earnest: answered all the same, and in time."""


def run(files: Sequence[Path], errors: int, *, model: Path | None = None, usual_epochs: int | None = None) -> None:
    """Prints the figures of each file, writes `evaluation.json` and `evaluation.html` into the data folder.

    `usual_epochs`: asks Rasa's usual configuration as well, trained so often; None leaves it out. Raises LauncherError for a
    file of messages or sentences that cannot be read.
    """
    if model and not model.is_file():
        raise LauncherError(f"{model}: no such model")
    settings = load()
    project, screen = Project(ROOT, settings.data_dir.resolve()), Screen.on_stderr()
    try:
        asked = _read(files or sorted(DEFAULT_FILES.glob("*.yml")))
        training = _training()
        glosses = read_glosses(ROOT / "domain.yml", {sentence.intent for sentence in training})
    except UnreadableMessages as error:
        raise LauncherError(str(error)) from error
    archive = model.resolve() if model else ensure_model(project, screen)
    asking = Asking(project, settings, screen)
    measured, costs, hostile = _ask(asking, project, archive, asked)
    own = keep(archive, measured, costs)
    write(project.data / "evaluations" / f"{stem(archive)}.json", own)
    rivals = Rivals(project, asking, screen)
    contents = Contents(
        model=archive.name,
        evaluated_at=own.evaluated_at,
        files=measured,
        machine=costs,
        training=training,
        glosses=glosses,
        targets=read_targets(),
        promoted=rivals.promoted(measured),
        usual=rivals.usual(measured, usual_epochs),
        hostile=hostile,
    )
    console = Console(highlight=False)
    for file in measured:
        show(console, file, errors)
    _write(project.data, contents, screen)


def _read(paths: Sequence[Path]) -> list[MeasuredFile]:
    """The files under their names; two of one name under their whole paths."""
    names = Counter(path.name for path in paths)
    return [MeasuredFile(path.name if names[path.name] == 1 else str(path), read_messages(path), ()) for path in paths]


def _training() -> list[Sentence]:
    return [sentence for path in sorted((ROOT / "bot/data/nlu").glob("*.yml")) for sentence in read_training(path)]


def _ask(
    asking: Asking, project: Project, archive: Path, files: Sequence[MeasuredFile]
) -> tuple[list[MeasuredFile], Machine, list[Hostile]]:
    """Every message, each in the other script too, and what is hostile, all in one start of the program."""
    messages = texts(files)
    others = asking.other_script(messages)
    rewritten = [other[1] for other in others if other]
    answers = iter(asking.understand(archive, [*messages, *rewritten, *HOSTILE.values()]))
    plain, again, wild = list(islice(answers, len(messages))), list(islice(answers, len(rewritten))), list(answers)
    left, found = iter(again), list[Rewritten | None]()
    for other in others:
        found.append(Rewritten(*other, next(left).parse) if other else None)
    rows = iter(found)
    measured = [replace(file, rewritten=list(islice(rows, len(file.messages)))) for file in answered(files, plain)]
    return measured, machine(project, archive, plain), _hostile(wild)


def _hostile(answers: Sequence[Answer]) -> list[Hostile]:
    return [
        Hostile(title, len(text), str(answer.parse["intent"]["name"]), answer.ms)
        for (title, text), answer in zip(HOSTILE.items(), answers, strict=True)
    ]


def _write(data: Path, contents: Contents, screen: Screen) -> None:
    found = figures(contents)
    target, shown = data / "evaluation.json", data / "evaluation.html"
    target.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    with screen.waiting("Writing the page") as waiting:
        text = page(contents, found)
        waiting.tick()
    shown.write_text(text, encoding="utf-8")
    screen.done(f"Figures: {target}")
    screen.done(f"Page: {shown.as_uri()}")
