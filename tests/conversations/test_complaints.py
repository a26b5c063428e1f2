"""Written complaints over the real desk: what is said on the way, what the card holds, how fast its number comes.

`pytest tests/conversations/test_complaints.py -s` prints the table of what missed.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from ruamel.yaml import YAML

from settings import ROOT, Settings
from tests.conversations.complaints_judge import percentile, problems, shares, table, until_the_number, verdicts
from tests.conversations.complaints_of import Complaint, all_complaints
from tests.conversations.complaints_run import Run, talk
from tests.e2e.stack import QUIET, Stack

AT_ONCE = 2
"""Conversations side by side."""
COMPLAINTS = all_complaints()
WANTED = {"category": 0.95, "shipment": 1.0, "severity": 0.90}
"""Shares below which the desk does not hear well enough."""
QUICKLY = 1.0
"""Seconds to the number of the card that 95 of 100 do not wait longer for, beside the quiet that ends a burst."""

Talks = Mapping[str, Future[Run]]


@pytest.fixture(scope="module")
def talks(request: pytest.FixtureRequest, stack: Stack) -> Talks:
    """The conversations of the tests that were chosen, talked through side by side."""
    given = (getattr(item, "callspec", _Plain).params.get("complaint") for item in request.session.items)
    # Other tests of the run may have a parameter of this name.
    chosen = {one.name for one in given if isinstance(one, Complaint)}
    wanted = [one for one in COMPLAINTS if one.name in chosen] or COMPLAINTS
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return {one.name: threads.submit(talk, stack, one) for one in wanted}


class _Plain:
    """What a test without parameters is called with."""

    params: Mapping[str, Complaint] = {}


@pytest.fixture(scope="module")
def responses() -> Mapping[str, Sequence[str]]:
    """domain.yml: the texts of each response."""
    written = YAML(typ="safe", pure=True).load((ROOT / "domain.yml").read_text("utf-8"))["responses"]
    return {name: [one["text"] for one in variations if "text" in one] for name, variations in written.items()}


@pytest.mark.parametrize("complaint", COMPLAINTS, ids=lambda complaint: complaint.name)
def test_a_complaint_is_heard_apologised_for_and_recorded(
    talks: Talks, responses: Mapping[str, Sequence[str]], complaint: Complaint
) -> None:
    run = talks[complaint.name].result()
    found = problems(complaint, run, responses)
    assert not found, "\n".join([run.protocol(), *found])


def test_the_cards_hold_what_was_said(talks: Talks, capsys: pytest.CaptureFixture[str]) -> None:
    judged = [
        verdict
        for complaint in COMPLAINTS
        if complaint.name in talks
        for verdict in verdicts(complaint, talks[complaint.name].result())
    ]
    with capsys.disabled():
        print(f"\n{table(judged)}")
    reached = shares(judged)
    assert {name: share for name, share in reached.items() if share < WANTED.get(name, 0)} == {}, table(judged)


def test_how_fast_the_number_comes(talks: Talks, capsys: pytest.CaptureFixture[str]) -> None:
    seconds = until_the_number([one.result() for one in talks.values()])
    assert seconds, "no number was ever told"
    pause = float(Settings.model_fields["burst_quiet"].default)
    p50, p95 = (percentile(seconds, share) - QUIET for share in (0.5, 0.95))
    told = f"p50 {p50:.2f}, p95 {p95:.2f}; with the {pause} s that end a burst p50 {p50 + pause:.2f}, p95 {p95 + pause:.2f}"
    with capsys.disabled():
        print(f"\nseconds to the number of the card, {len(seconds)} times: {told}")
    assert p95 <= QUICKLY, told
