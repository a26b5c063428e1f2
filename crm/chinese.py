"""Chinese as rules read it: Simplified and of one width, sign for sign, so that places in the text stay what they are."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from unicodedata import normalize

ALSO = {ord("著"): "着", ord("妳"): "你", ord("牠"): "它"}
"""Signs that people in Taiwan write, which have more than one Simplified form in a dictionary but one here."""


def fold(text: str) -> str:
    """`text` in half width and Simplified characters; exactly as long as before."""
    return "".join(_narrow(sign) for sign in text).translate(_simplified())


def _narrow(sign: str) -> str:
    if sign < "\u2e80":
        return " " if sign in "\u00a0\u2003\u200b" else sign
    narrow = normalize("NFKC", sign)
    return narrow if len(narrow) == 1 else sign


@cache
def _simplified() -> Mapping[int, str]:
    # The bot reads customers by the same table, so that both sides of a conversation are read alike.
    table = files("bot.nlu").joinpath("data/traditional.csv").read_text(encoding="utf-8")
    return {ord(row["traditional"]): row["simplified"] for row in csv.DictReader(table.splitlines())} | ALSO
