"""Fits the weights of the mood to the labelled sentences: `python -m bot.nlu.mood_training --model FILE`.

Prints what tenfold cross-validation finds, then writes `data/mood_weights.json`. Run in Rasa's environment from the
project's root. The model is asked for the likely meanings only; it must not have been trained on these sentences.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rasa.core.agent import Agent
from rasa.utils.log_utils import configure_structlog
from scipy.optimize import minimize

from bot.nlu.mood import ANGRY, ANNOYED, CALM, FEATURES, MOODS, SOOTHING, Line, hear
from bot.nlu.understanding import understand

SENTENCES = Path("bot/data/mood/sentences.tsv")
WEIGHTS = Path("bot/nlu/data/mood_weights.json")
FOLDS = 10
STRENGTH = 3.0
"""Inverse regularisation; between 1 and 10 cross-validation hardly differs."""
#: Raising features never soothe and the other way round, whatever the accidents of a few hundred sentences.
_BOUNDS = [(None, 0.0) if name in (*SOOTHING, "neutral") else (0.0, None) for name in FEATURES]
HIGHEST_BIAS = {ANNOYED: -0.7, ANGRY: -2.5}
"""Log-odds where nothing is heard: then a message is calm, however many sentences without a known word were angry."""
COST_OF_MISSING = 3.0
"""An angry customer taken for an annoyed one does more harm than the other way round."""

Floats = npt.NDArray[np.float64]
Bag = Mapping[str, float]


def fit(bags: Sequence[Bag], moods: Sequence[str]) -> tuple[Line, Line]:
    """The lines where annoyed and angry begin."""
    matrix = np.array([[bag.get(name, 0.0) for name in FEATURES] for bag in bags])
    rank = np.array([MOODS.index(mood) for mood in moods])
    return _line(matrix, rank >= MOODS.index(ANNOYED), 1.0, HIGHEST_BIAS[ANNOYED]), _line(
        matrix, rank >= MOODS.index(ANGRY), COST_OF_MISSING, HIGHEST_BIAS[ANGRY]
    )


def _line(matrix: Floats, reached: npt.NDArray[np.bool_], cost: float, highest: float) -> Line:
    signs, costs = np.where(reached, 1.0, -1.0), np.where(reached, cost, 1.0)

    def loss(parameters: Floats) -> float:
        margins = signs * (parameters[0] + matrix @ parameters[1:])
        return float(STRENGTH * (costs * np.logaddexp(0.0, -margins)).sum() + 0.5 * (parameters[1:] ** 2).sum())

    found = minimize(loss, np.full(len(FEATURES) + 1, 0.0), method="L-BFGS-B", bounds=[(None, highest), *_BOUNDS]).x
    return Line(
        round(float(found[0]), 3), {name: round(float(w), 3) for name, w in zip(FEATURES, found[1:], strict=True)}
    )


def decide(lines: tuple[Line, Line], bag: Bag) -> str:
    """The mood of a bag of features."""
    annoyed, angry = lines
    return ANGRY if angry.reached(bag) else ANNOYED if annoyed.reached(bag) else CALM


def cross_validated(bags: Sequence[Bag], moods: Sequence[str]) -> list[str]:
    """The mood of each sentence by lines that were fitted without it."""
    folds = np.random.default_rng(7).permutation(len(bags)) % FOLDS
    found = [""] * len(bags)
    for fold in range(FOLDS):
        learned = [at for at in range(len(bags)) if folds[at] != fold]
        lines = fit([bags[at] for at in learned], [moods[at] for at in learned])
        for at in range(len(bags)):
            if folds[at] == fold:
                found[at] = decide(lines, bags[at])
    return found


def table(moods: Sequence[str], found: Sequence[str]) -> str:
    """How often each mood was taken for which."""
    pairs = list(zip(moods, found, strict=True))
    rows = [f"{mood:>8}: " + ", ".join(f"{said} {pairs.count((mood, said))}" for said in MOODS) for mood in MOODS]
    return "\n".join(rows)


async def likely(model: Path, texts: Sequence[str]) -> list[list[tuple[str, float]]]:
    """The likely meanings of each text."""
    processor = Agent.load(model).processor
    parses = [await understand(processor, text) for text in texts]
    return [[(one["name"], one["confidence"]) for one in parse["intent_ranking"]] for parse in parses]


def main() -> None:
    """Measures, fits and writes."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--model", required=True, type=Path, help="trained archive")
    configure_structlog(logging.WARNING)
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    texts, moods = [row["text"] for row in rows], [row["mood"] for row in rows]
    meanings = asyncio.run(likely(arguments.parse_args().model, texts))
    bags = [hear(text, meant).strength for text, meant in zip(texts, meanings, strict=True)]
    print(table(moods, cross_validated(bags, moods)))
    annoyed, angry = fit(bags, moods)
    stored = {name: {"bias": line.bias, "weights": line.weights} for name, line in ((ANNOYED, annoyed), (ANGRY, angry))}
    WEIGHTS.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
