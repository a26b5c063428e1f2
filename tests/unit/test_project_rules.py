"""Rules of the project that a machine can check. Each says why it is there; `CONTRIBUTING.md` says what to do."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from settings import ROOT, Settings
from tests.unit.project_files import files, place, sources, tree

PYTHON = (
    "app",
    "bot",
    "connectors",
    "console",
    "conversations",
    "crm",
    "database",
    "freight",
    "trainer",
    "scripts",
    "bench",
)
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
# ---------------------------------------------------------------- settings


def variables() -> set[str]:
    """Every variable that the settings know."""
    return {f"WENHUO_{name.upper()}" for name in Settings.model_fields}


def test_every_setting_is_explained_and_nothing_else() -> None:
    """A variable that is not explained is not used; one that is explained but gone costs somebody an hour."""
    rows = re.findall(
        r"^\| `(WENHUO_\w+)` \|", (ROOT / "docs" / "settings.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(rows) == len(set(rows))
    assert set(rows) == variables()
    assert set(re.findall(r"WENHUO_\w+", (ROOT / "docs" / "settings.md").read_text(encoding="utf-8"))) == variables()


def test_the_example_has_every_setting_with_its_default() -> None:
    lines = re.findall(r"^# (WENHUO_\w+)=(.*)$", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    assert Counter(name for name, _ in lines) == Counter(variables())
    for name, value in lines:
        default = Settings.model_fields[name.removeprefix("WENHUO_").lower()].get_default(call_default_factory=True)
        if value and name != "WENHUO_DATA_DIR":
            assert str(default) == value, name


# ---------------------------------------------------------------- the code

OF_THIS_MACHINE = re.compile(r"/work/|/root/|/home/\w|\.\./shared|[A-Z]:\\Users")


def committed_texts() -> Iterator[Path]:
    """Every file that a reader of the repository sees, but data, locks, models and the user's own settings."""
    endings = {".py", ".md", ".yml", ".yaml", ".toml", ".sh", ".ts", ".vue", ".js", ".json", ".cfg", ".ini", ""}
    unread = {"package-lock.json", "uv.lock", ".env"}
    for path in files(ROOT):
        kept_elsewhere = path.is_relative_to(ROOT / "data") or path.is_relative_to(ROOT / "bot" / "models")
        if path.suffix in endings and path.name not in unread and not kept_elsewhere:
            yield path


def test_nothing_names_a_path_of_one_machine() -> None:
    """It has to run elsewhere."""
    found = [
        f"{place(path)}: {match.group()}"
        for path in committed_texts()
        if path != Path(__file__)
        for match in OF_THIS_MACHINE.finditer(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


def test_files_are_short_enough_to_be_read() -> None:
    counted = {place(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources(*PYTHON, "tests")}
    generated = "database/migrations/versions/"
    long = {name: lines for name, lines in counted.items() if lines > LONGEST_FILE and not name.startswith(generated)}
    assert long == {}


def functions(*folders: str) -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function, but those that make tables."""
    for path in sources(*folders):
        if "versions" not in path.parts:
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield path, node


def own_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without those of functions within it (a router is made of them)."""
    inner = [n for n in ast.walk(node) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) and n is not node]
    within = {line for n in inner for line in range(n.lineno, (n.end_lineno or n.lineno) + 1)}
    return len(set(range(node.lineno, (node.end_lineno or node.lineno) + 1)) - within)


def test_functions_are_short_enough_to_be_understood() -> None:
    long = {
        f"{place(path, node)} {node.name}": own_lines(node)
        for path, node in functions(*PYTHON, "tests")
        if own_lines(node) > LONGEST_FUNCTION
    }
    assert long == {}


def public(node: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Public functions, classes and methods."""
    for inner in node.body:
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not inner.name.startswith("_"):
            yield inner
            if isinstance(inner, ast.ClassDef):
                yield from public(inner)


def test_whatever_is_public_says_what_it_does() -> None:
    """Units, errors and the meaning of empty are not in a signature."""
    silent = [
        f"{place(path, node)} {node.name}"
        for path in sources(*PYTHON)
        for node in public(tree(path))
        if ast.get_docstring(node) is None
    ]
    assert silent == []


def test_every_module_says_what_it_is() -> None:
    silent = [
        place(path)
        for path in sources(*PYTHON)
        if tree(path).body and ast.get_docstring(tree(path)) is None and "versions" not in path.parts
    ]
    assert silent == []


def handlers() -> Iterator[tuple[Path, ast.ExceptHandler]]:
    """Every `except`."""
    for path in sources(*PYTHON):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ExceptHandler):
                yield path, node


def test_no_exception_is_swallowed() -> None:
    """What is caught whole is raised again, translated or at least logged."""
    silent = []
    for path, node in handlers():
        whole = node.type is None or (
            isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")
        )
        told = any(
            isinstance(inner, ast.Raise)
            or (isinstance(inner, ast.Attribute) and inner.attr in ("exception", "error", "warning", "critical"))
            for inner in ast.walk(node)
        )
        if whole and not told:
            silent.append(place(path, node))
    assert silent == []


def test_nothing_but_the_clock_asks_what_time_it_is() -> None:
    """Else a conversation cannot be replayed on another date."""
    asks = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(|(?<!\w)time\.time\(")
    business = sources("crm", "conversations", "connectors", "console", "bot/actions", "trainer")
    found = [
        place(path) for path in business if path.name != "clock.py" and asks.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_services_never_commit() -> None:
    """A transaction is committed where it was opened, at the edge."""
    found = [
        place(path, node)
        for path in sources("crm", "conversations", "connectors", "console", "bot/actions", "trainer")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    ]
    assert found == []
