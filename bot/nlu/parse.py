"""Understand messages without acting on them: `python -m bot.nlu.parse --model FILE`, one a line in, one a line out.

Standard output carries nothing but JSON objects, in the order of the lines; everything else goes to standard error.
Run in Rasa's environment from the project's root. To keep Rasa's libraries quiet, set before starting (see docs/rasa.md)
PYTHONWARNINGS=ignore, TF_CPP_MIN_LOG_LEVEL=3, SQLALCHEMY_SILENCE_UBER_WARNING=1, RASA_TELEMETRY_ENABLED=false.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import logging
import os
import sys
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from rasa.core.agent import Agent
from rasa.core.processor import MessageProcessor
from rasa.utils.log_utils import configure_structlog

from bot.nlu.understanding import present, understand


async def parse_lines(processor: MessageProcessor, lines: Iterable[str], out: IO[str]) -> None:
    """Write one JSON object for each line, at once, so that a caller can talk line by line."""
    for line in lines:
        text = line.rstrip("\r\n")
        parsed = await understand(processor, text)
        # Half characters are written as escapes: they could not be encoded otherwise.
        out.write(json.dumps(present(parsed, text), ensure_ascii=not _encodable(text)) + "\n")
        out.flush()


def _encodable(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


def own_stdout() -> IO[str]:
    """Keep standard output for the answers: whatever else prints there, in Python or in C, goes to standard error."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    return open(kept, "w", encoding="utf-8", newline="\n")


def main() -> None:
    """Load the model once, then answer until the input ends."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument(
        "--model", required=True, type=Path, help="trained archive, or a folder (its newest is taken)"
    )
    model = arguments.parse_args().model
    out = own_stdout()
    # Rasa would log every message in full; standard output is standard error by now.
    configure_structlog(logging.WARNING)
    warnings.simplefilter("ignore")
    if not model.exists():
        sys.exit(f"no model at {model}")
    agent = Agent.load(model)
    # Only "\n" ends a line: customers' texts may hold other separators. Bytes that are no UTF-8 become U+FFFD.
    lines = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace", newline="\n")
    asyncio.run(parse_lines(agent.processor, lines, out))


if __name__ == "__main__":
    main()
