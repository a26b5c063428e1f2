"""The conversation printed in README.md is replayed: what a visitor reads there is what the bot says."""

import re

import pytest

from settings import ROOT
from tests.e2e.stack import Stack
from tests.e2e.words import Words

README = ROOT / "README.md"
BETWEEN = re.compile(r"<!-- transcript(?: as (?P<contact>\S+))? -->(?P<block>.*?)<!-- /transcript -->", re.DOTALL)
SERIAL = re.compile(r"((?:QT|SO|CP)[0-9]{6})[0-9]{5}")
MINUTE = re.compile(r"([0-9]{1,2}):[0-9]{2}(?=前)")
SPEAKERS = ("客户：", "问货：")


def transcripts(readme: str) -> list[tuple[str | None, list[tuple[str, str]]]]:
    """(contact code or None for a stranger, [(customer's line, answer)]) of every marked block.

    A line without a speaker goes on with the line before. Raises ValueError for a block that is no conversation.
    """
    found: list[tuple[str | None, list[tuple[str, str]]]] = []
    for match in BETWEEN.finditer(readme):
        lines = [line.strip() for line in match["block"].strip().splitlines()]
        spoken = _spoken([line for line in lines if line and not line.startswith("```")])
        if not spoken or len(spoken) % 2 or any(who != SPEAKERS[place % 2] for place, (who, _) in enumerate(spoken)):
            raise ValueError("客户： and 问货： have to take turns in the transcript")
        pairs = [(spoken[place][1], spoken[place + 1][1]) for place in range(0, len(spoken), 2)]
        found.append((match["contact"], pairs))
    return found


def _spoken(lines: list[str]) -> list[tuple[str, str]]:
    spoken: list[tuple[str, str]] = []
    for line in lines:
        speaker = next((who for who in SPEAKERS if line.startswith(who)), None)
        if speaker is not None:
            spoken.append((speaker, line.removeprefix(speaker).strip()))
        elif spoken:
            who, before = spoken[-1]
            spoken[-1] = (who, f"{before}\n{line}")
        else:
            raise ValueError(f"nobody says {line!r}")
    return spoken


def steady(text: str) -> str:
    """Without what differs from run to run: how many quotes came before on that day, and the minute of a due time."""
    return MINUTE.sub(r"\1", SERIAL.sub(r"\1", text))


def test_the_readme_has_a_transcript() -> None:
    marked = transcripts(README.read_text("utf-8"))
    assert marked, "README.md needs a block between <!-- transcript --> and <!-- /transcript -->"


def test_the_transcript_of_the_readme_is_what_is_said(stack: Stack, sender: str) -> None:
    for place, (contact, pairs) in enumerate(transcripts(README.read_text("utf-8"))):
        for line, printed in pairs:
            answer = stack.text(f"{sender}-{place}", line, contact)
            assert Words().same(steady(printed), steady(answer)), f"客户：{line}\nREADME: {printed}\nthe bot: {answer}"


@pytest.mark.parametrize("block", ["", "问货：好", "客户：好", "客户：一\n客户：二", "什么"])
def test_a_block_that_is_no_conversation_is_refused(block: str) -> None:
    with pytest.raises(ValueError, match=r"take turns|nobody says"):
        transcripts(f"<!-- transcript -->\n```\n{block}\n```\n<!-- /transcript -->")


def test_lines_and_contact_are_read() -> None:
    text = "<!-- transcript as K1001 -->\n```\n客户：到哪了\n问货：一\n二\n```\n<!-- /transcript -->"
    assert transcripts(text) == [("K1001", [("到哪了", "一\n二")])]
