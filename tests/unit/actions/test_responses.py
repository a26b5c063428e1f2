"""Every text a customer can read: nothing forbidden, and what claims an act is known."""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[3]
RESPONSES: dict[str, list[dict[str, Any]]] = YAML(typ="safe").load((ROOT / "domain.yml").read_text(encoding="utf-8"))[
    "responses"
]
TEXTS = [(name, one["text"]) for name, variations in RESPONSES.items() for one in variations]
FORBIDDEN = re.compile(
    r"耐心等待|敬请谅解|请您谅解|请理解|系统(?:问题|故障|原因)|亲[，,~]|船公司的?原因|司机的?错|赔偿您|承担责任"
)
EXCUSED = re.compile(r"非常抱歉|很抱歉|抱歉|对不起|不好意思")
LONGEST = 140
ACTING = re.compile(r"已经?(?:帮您|请|提交|登记|排上|安排|转)")
WRITES = {
    # Response -> what its action writes in the same turn (see tests/integration/actions).
    "utter_urged": "task and promise",
    "utter_urged_again": "the task that waits",
    "utter_status_silent": "task and promise",
    "utter_status_check": "task and promise",
    "utter_pod_requested": "task and promise",
    "utter_no_rate": "task and promise",
    "utter_no_rate_dangerous": "task and promise",
    "utter_negotiate_by": "task and promise",
    "utter_ordered": "order, tasks, promise",
    "utter_order_cancelled": "order",
    "utter_complaint_recorded": "card and promise",
    "utter_complaint_recorded_urgent": "card and promise",
    "utter_handoff_after_hours": "promise and case",
    "utter_account_requested": "request and promise",
    "utter_desk_failed_again": "case",
    "utter_desk_person": "case",
    "utter_handoff_supervisor": "case",
}
OF_STATES = {"utter_complaint_status", "utter_complaint_status_answered", "utter_complaint_status_closed"}


@pytest.mark.parametrize(("name", "text"), TEXTS)
def test_tone(name: str, text: str) -> None:
    assert not FORBIDDEN.search(text)
    assert len(EXCUSED.findall(text)) <= 1, "one apology is enough"
    assert len(text) <= LONGEST or name in {"utter_quote"}
    assert not re.search(r"[,;!?](?![^{]*\})", re.sub(r"[A-Za-z0-9,.:{}_ ]+", "", text)), "Chinese punctuation"


def test_what_claims_an_act_is_known_to_write_it() -> None:
    claiming = {name for name, text in TEXTS if ACTING.search(text)}
    assert claiming - OF_STATES <= set(WRITES), "say here what its action writes, and test it"
    assert set(WRITES) <= set(RESPONSES)


def test_variations_need_the_same_values() -> None:
    for name, variations in RESPONSES.items():
        needed = [set(re.findall(r"(?<!\{)\{([a-z_]+)\}", one["text"])) for one in variations]
        assert all(values == needed[0] for values in needed), name


def test_no_variation_is_said_twice() -> None:
    for name, variations in RESPONSES.items():
        texts = [one["text"] for one in variations]
        assert len(texts) == len(set(texts)), name
