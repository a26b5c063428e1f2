"""Turns a broken data file into one line with its name and the number of the line."""

import re
from collections.abc import Iterable
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

_IN_FILE = re.compile(r"in (?P<file>\S[^\n]*?\.ya?ml):(?P<line>\d+):\s*\n\s*(?P<problem>[^\n]+)")
_CONTRADICTION = re.compile(r"^- (the prediction of the action .+)$", re.MULTILINE)
_EXCEPTION = re.compile(r"^(?:\w+\.)*\w*(?:Exception|Error|Invalid\w*|NotFound)\w*: (\S.+)$", re.MULTILINE)
_WARNING = re.compile(r"UserWarning: (.+?)(?:\n  More info|\n\S+:\d+: |\n\d{4}-|\Z)", re.DOTALL)
_ONLY_WARNED = "Project validation completed with errors"
"""Rasa's last word when it has said only in warnings what is wrong; the first that speaks of a failure is the cause."""
_CAUSE = re.compile(r"Issue found|failed|not listed|not a valid")
_QUOTED = re.compile(r"(?<!\w)'([\w./ -]+)'(?!\w)")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def first_broken(files: Iterable[Path], root: Path) -> str:
    """Reads each YAML file; "file:line: what is wrong" of the first that cannot be read, empty when all can."""
    for file in files:
        if file.suffix in {".yml", ".yaml"}:
            problem = _broken(file)
            if problem:
                return f"{_shown(str(file), root)}:{problem}"
    return ""


def explain(output: str, root: Path) -> str:
    """The one line of Rasa's training output that says what is wrong, with file and line where they can be found."""
    output = _COLOUR.sub("", output)
    if found := _IN_FILE.search(output):
        return f"{_shown(found['file'], root)}:{found['line']}: {found['problem'].strip()}"
    kinds = [_CONTRADICTION.findall(output)[:1], _EXCEPTION.findall(output)[-1:]]
    if _ONLY_WARNED in output:
        kinds.append([warning for warning in _WARNING.findall(output) if _CAUSE.search(warning)][:1])
    problem = _one_line(next((kind[0] for kind in kinds if kind), _last_line(output)))
    return f"{place}: {problem}" if (place := _place(problem, root)) else problem


def _place(problem: str, root: Path) -> str:
    """Where the names stand that the problem quotes: "file:line" of the rarest, as it tells most; empty when none is found."""
    quoted = _QUOTED.findall(problem)
    named = [Path(name) for name in quoted if name.endswith((".yml", ".yaml"))]
    files = named or [root / "domain.yml", root / "config.yml", *sorted((root / "bot" / "data").rglob("*.yml"))]
    places: list[list[str]] = []
    for word in quoted:
        whole = re.compile(rf"(?<![\w/]){re.escape(word)}(?![\w/])")
        places.append([hit for file in files for hit in _hits(root / file, whole, root)])
    rarest = min(filter(None, places), key=len, default=[])
    return rarest[0] if rarest else next((_shown(str(root / name), root) for name in named), "")


def _hits(file: Path, word: re.Pattern[str], root: Path) -> list[str]:
    if not file.is_file():
        return []
    lines = file.read_text("utf-8", errors="replace").splitlines()
    return [f"{_shown(str(file), root)}:{number}" for number, line in enumerate(lines, 1) if word.search(line)]


def _broken(file: Path) -> str:
    """ "line: problem"; empty when the file can be read."""
    try:
        text = file.read_bytes().decode("utf-8")
        for _ in YAML(typ="safe").load_all(text):
            pass
    except UnicodeDecodeError as error:
        lines_before = error.object[: error.start].count(b"\n")
        return f"{lines_before + 1}: not UTF-8 text"
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return f"{mark.line + 1 if mark else 1}: {_one_line(error.problem or error.context or 'not valid YAML')}"
    except YAMLError as error:
        return f"1: {_one_line(str(error))}"
    return ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "Rasa ended without a word"


def _shown(file: str, root: Path) -> str:
    path = Path(file)
    return str(path.relative_to(root)) if path.is_relative_to(root) else file
