"""Trains each candidate on the training sentences, measures it on the test messages and prints one line of figures.

Run in Rasa's environment from the project's root: `bot/.venv/bin/python -m bench.intents`. A fifth of the training
sentences is held back to scale the scores. A trained Rasa archive is measured too: `--archive DIET=models/diet.tar.gz`
(`rasa train nlu --config bench/intents/diet.yml`; diet_small.yml is the same with fewer epochs and dimensions).
"""

from __future__ import annotations

import argparse
import asyncio
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from rasa.core.agent import Agent
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn.model_selection import StratifiedShuffleSplit

from bench.intents.candidates import CANDIDATES, Candidate
from bench.intents.examples import Examples, costs, learned, measured
from bot.nlu.doubt import OUT_OF_SCOPE
from bot.nlu.label_model import Floats, Whole

REFUSED_AT_MOST = 0.03
BINS = 10
HEAD = "candidate | B2B | consumers | among two | out of scope found at <=3 % refused wrongly | ECE | training s | ms"


def main() -> None:
    """Prints the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, default=Path("bot/data/nlu"))
    arguments.add_argument("--tests", type=Path, default=Path("tests/nlu"))
    arguments.add_argument("--only", default="", help="candidates whose name holds this")
    arguments.add_argument("--archive", action="append", default=[], help="name=archive of a trained Rasa model")
    given = arguments.parse_args()
    learn, ask = learned(given.data), measured(given.tests)
    took = costs(ask)
    print(HEAD, flush=True)
    for candidate in CANDIDATES:
        if given.only in candidate.name:
            _measure(candidate, learn, ask, took)
    for named in given.archive:
        name, _, archive = named.partition("=")
        asyncio.run(_measure_archive(name, Path(archive), learn, ask))


def _measure(candidate: Candidate, learn: Examples, ask: Examples, took: dict[str, float]) -> None:
    names = sorted(set(learn.labels))
    wanted = np.searchsorted(np.array(names), np.array(learn.labels))
    split = StratifiedShuffleSplit(n_splits=1, test_size=0.2, random_state=1)
    known, held = next(split.split(learn.texts, wanted))
    try:
        factor = _factor(candidate.ask(_some(learn, known), _some(learn, held)), wanted[held])
        start = time.process_time()
        scores = candidate.ask(learn, ask)
    except ImportError as missing:
        print(f"{candidate.name} | left out: {missing}", flush=True)
        return
    seconds = time.process_time() - start
    ms = sum(took[part] for part in candidate.parts)
    _show(candidate.name, softmax(factor * scores, axis=1), names, ask, (seconds, ms))


async def _measure_archive(name: str, archive: Path, learn: Examples, ask: Examples) -> None:
    agent, names = Agent.load(archive), sorted(set(learn.labels))
    found, took = np.zeros((len(ask.texts), len(names))), []
    for row, text in enumerate(ask.texts):
        start = time.perf_counter()
        parsed = await agent.parse_message(text)
        took.append((time.perf_counter() - start) * 1000)
        for one in parsed["intent_ranking"]:
            answers = parsed.get("response_selector", {}).get(one["name"], {}).get("ranking", [])
            shares = {a["intent_response_key"]: one["confidence"] * a["confidence"] for a in answers}
            for label, share in (shares or {one["name"]: one["confidence"]}).items():
                if label in names:
                    found[row, names.index(label)] += share
    _show(name, found, names, ask, (float("nan"), float(np.median(took))))


def _show(name: str, probabilities: Floats, names: list[str], ask: Examples, took: tuple[float, float]) -> None:
    seconds, ms = took
    wanted = np.array([names.index(label) for label in ask.labels])
    order, outside = np.argsort(-probabilities, axis=1), names.index(OUT_OF_SCOPE)
    inside, source = wanted != outside, np.array(ask.sources)
    right, among = order[:, 0] == wanted, (order[:, :2] == wanted[:, None]).any(axis=1)
    shares = [float(right[inside & (source == file)].mean()) for file in ("b2b", "consumers")]
    two = [float(among[inside & (source == file)].mean()) for file in ("b2b", "consumers")]
    said = probabilities[:, outside]
    refused = float((said[~inside] > np.quantile(said[inside], 1 - REFUSED_AT_MOST)).mean())
    figures = [
        f"{share:.1%}" for share in (*shares, *two, refused, _calibration_error(probabilities.max(axis=1), right))
    ]
    b2b, consumers, two_b2b, two_consumers, found, error = figures
    print(
        f"{name} | {b2b} | {consumers} | {two_b2b}, {two_consumers} | {found} | {error} | {seconds:.0f} | {ms:.1f}",
        flush=True,
    )


def _factor(scores: Floats, wanted: Whole) -> float:
    def loss(factor: float) -> float:
        return -float(log_softmax(factor * scores, axis=1)[np.arange(len(wanted)), wanted].mean())

    return float(minimize_scalar(loss, bounds=(0.1, 20.0), method="bounded").x)


def _calibration_error(confidence: Floats, right: np.ndarray) -> float:
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [abs(confidence[bins == one].sum() - right[bins == one].sum()) for one in range(BINS)]
    return float(sum(gaps) / len(right))


def _some(examples: Examples, rows: Whole) -> Examples:
    def chosen(values: list) -> list:
        return [values[row] for row in rows]

    return replace(
        examples,
        texts=chosen(examples.texts),
        labels=chosen(examples.labels),
        sources=chosen(examples.sources),
        bags=chosen(examples.bags),
        kinds=chosen(examples.kinds),
        vectors=examples.vectors[rows],
    )


if __name__ == "__main__":
    main()
