"""Write messages in the other script: `python -m trainer.rasa_side.script`, one JSON text a line in and out.

Traditional becomes Simplified, Simplified becomes Traditional as Taiwan writes it, sign by sign and without other words.
`null` where both scripts write the message alike.
"""

from __future__ import annotations

import json
import sys
from functools import cache

import opencc


def other_script(text: str) -> tuple[str, str] | None:
    """Return the script of a message, `hant` or `hans`, and the message in the other one."""
    simplified = _converter("t2s").convert(text)
    if simplified != text:
        return "hant", simplified
    traditional = _converter("s2tw").convert(text)
    return ("hans", traditional) if traditional != text else None


@cache
def _converter(name: str) -> opencc.OpenCC:
    return opencc.OpenCC(name)


def main() -> None:
    """Answer each line until the input ends."""
    for line in sys.stdin:
        print(json.dumps(other_script(json.loads(line))))


if __name__ == "__main__":
    main()
