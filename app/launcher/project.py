"""Where things lie in the project folder."""

import sys
from dataclasses import dataclass
from pathlib import Path

from app.launcher.errors import LauncherError


@dataclass(frozen=True)
class Project:
    """The project folder and the folder with this installation's data."""

    root: Path
    data: Path

    @property
    def models(self) -> Path:
        """Trained archives, each with a JSON file of the same name beside it."""
        return self.root / "bot" / "models"

    @property
    def desk_python(self) -> str:
        """The interpreter of the desk: the one that runs this program."""
        return sys.executable

    @property
    def bot_python(self) -> str:
        """The interpreter of Rasa's environment; raises LauncherError when that environment is missing."""
        python = self.root / "bot" / ".venv" / "bin" / "python"
        if not python.exists():
            raise LauncherError("The environment of the bot is missing (bot/.venv): run `make setup`.")
        return str(python)

    def log(self, name: str) -> Path:
        """The log file of one process or step; its folder exists afterwards."""
        folder = self.data / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{name}.log"

    def shown(self, path: Path) -> str:
        """The path as a person at the terminal wants to read it: from the project folder where it lies inside."""
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)
