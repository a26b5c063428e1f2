"""Understand messages and take the time of each: `python -m trainer.rasa_side.understand --model FILE`.

Standard input: one JSON text a line; standard output: first a line `{}` when the model is loaded, then for each line
{"parse", "ms", "resident"}: the parse as `wenhuo parse` shows it, milliseconds of this process alone, and its memory in bytes.
With --usual the model is one of Rasa's usual configuration and its parse is brought into the same shape.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
import time
import warnings
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import IO, Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor
from rasa.utils.log_utils import configure_structlog

from bot.nlu.parse import own_stdout
from bot.nlu.understanding import present, spoken, understand

FALLBACK = "nlu_fallback"

Understand = Callable[[MessageProcessor, str], Awaitable[dict[str, Any]]]


async def as_we_do(processor: MessageProcessor, text: str) -> dict[str, Any]:
    """Return the parse as `wenhuo parse` shows it."""
    return present(await understand(processor, text), text)


async def as_usual(processor: MessageProcessor, text: str) -> dict[str, Any]:
    """Return the parse of Rasa's usual components in the same shape."""
    asked = spoken(text)
    if not asked.strip():
        return {"text": text, "intent": {"name": FALLBACK, "confidence": 0.0}, "intent_ranking": [], "entities": []}
    return shaped(await processor.parse_message(UserMessage(asked)), text)


def shaped(parsed: dict[str, Any], text: str) -> dict[str, Any]:
    """Return a parse with the retrieval intent in full, and the best guess as `unsure` where the fallback took over."""
    chosen = parsed.get("response_selector", {})

    def full(one: dict[str, Any]) -> dict[str, Any]:
        response = chosen.get(one["name"], {}).get("response", {})
        name = response.get("intent_response_key") or one["name"]
        return {"name": name, "confidence": float(one["confidence"])}

    ranking = [full(one) for one in parsed.get("intent_ranking", []) if one["name"] != FALLBACK]
    unsure = parsed["intent"]["name"] == FALLBACK
    best = ranking[0] if unsure and ranking else full(parsed["intent"])
    entities = [
        {key: entity[key] for key in ("entity", "role", "start", "end", "value") if entity.get(key) is not None}
        | {"text": text[entity["start"] : entity["end"]]}
        for entity in parsed["entities"]
    ]
    shown = {"text": text, "intent": best, "intent_ranking": ranking[:5], "entities": entities}
    return {**shown, "unsure": True} if unsure else shown


def resident() -> int:
    """Return the memory of this process that lies in main memory, in bytes; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


async def answer(processor: MessageProcessor, how: Understand, lines: IO[str], out: IO[str]) -> None:
    """Answer each line at once."""
    # The first message reads dictionaries, which a server has done before it serves.
    await how(processor, "你好")
    out.write("{}\n")
    out.flush()
    for line in lines:
        text = json.loads(line)
        started = time.perf_counter()
        parse = await how(processor, text)
        took = 1000 * (time.perf_counter() - started)
        # ASCII: half characters could not be encoded otherwise.
        out.write(json.dumps({"parse": parse, "ms": round(took, 3), "resident": resident()}) + "\n")
        out.flush()


def main() -> None:
    """Load the model once, then answer until the input ends."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--model", required=True, type=Path)
    arguments.add_argument("--usual", action="store_true")
    given = arguments.parse_args()
    out = own_stdout()
    configure_structlog(logging.WARNING)
    warnings.simplefilter("ignore")
    agent = Agent.load(given.model)
    asyncio.run(answer(agent.processor, as_usual if given.usual else as_we_do, sys.stdin, out))


if __name__ == "__main__":
    main()
