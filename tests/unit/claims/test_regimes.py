"""Which law a claim falls under, and what is collected for it."""

import re
from collections import Counter
from typing import Any

import pytest
from ruamel.yaml import YAML

from crm.claims.documents import DOCUMENTS, NOTICE_BY, documents, documents_for
from crm.claims.regimes import Regime, regime_of
from crm.complaints.categories import categories
from freight.modes import TransportMode
from settings import ROOT
from tests.unit.project_files import place, sources


@pytest.mark.parametrize(
    ("mode", "origin", "destination", "regime"),
    [
        ("air", "CN", "DE", "montreal"),
        ("air", "CN", "CN", "china_air"),
        ("sea", "CN", "US", "china_maritime"),
        ("sea", "DE", "CN", "china_maritime"),
        ("sea", "CN", "", "china_maritime"),
        ("sea", "HK", "US", "hague_visby"),
        ("sea", "VN", "US", "hague_visby"),
        ("road", "CN", "PL", "cmr"),
        ("road", "CN", "CN", "china_road"),
        ("rail", "CN", "DE", "rail_international"),
        ("rail", "CN", "CN", "china_rail"),
        ("express", "CN", "CN", "china_express"),
        ("express", "CN", "US", "undetermined"),
        ("air", "CN", "HK", "undetermined"),
        ("air", "CN", "", "undetermined"),
        ("air", "DE", "DE", "undetermined"),
    ],
)
def test_the_law_by_mode_and_lane(mode: str, origin: str, destination: str, regime: str) -> None:
    assert regime_of(mode, origin, destination) == Regime(regime)


@pytest.mark.parametrize("mode", TransportMode)
def test_what_is_not_known_is_left_to_staff(mode: TransportMode) -> None:
    assert regime_of(mode.value, "", "") is Regime.UNDETERMINED


def test_every_category_has_something_to_collect_that_is_not_optional() -> None:
    for category in categories():
        wanted = documents_for(category)
        assert any(not one.optional for one in wanted)
        assert max(Counter(one.code for one in wanted).values()) == 1
    assert {one.code for one in documents_for("damage")} >= {"photo_outer", "photo_label", "delivery_note", "invoice"}
    assert documents_for("attitude") == documents_for("other")


def responses() -> dict[str, list[dict[str, Any]]]:
    loaded: dict[str, list[dict[str, Any]]] = YAML(typ="safe", pure=True).load(
        (ROOT / "domain.yml").read_text(encoding="utf-8")
    )["responses"]
    return loaded


def test_every_document_has_words_for_the_customer_and_the_reverse() -> None:
    said = responses()
    assert {one.response for one in documents().values()} == {
        name for name in said if name.startswith("utter_claim_document_")
    }
    assert len(said[NOTICE_BY]) >= 2
    assert len(said[DOCUMENTS]) >= 2
    assert all("{date}" in variant["text"] for variant in said[NOTICE_BY])


LAW = re.compile(r"公约|海商法|民法典|规则|条例|责任限额|SDR|时效|诉讼|举证|赔偿责任|律师")


def test_a_customer_reads_the_day_and_no_law() -> None:
    for name, variants in responses().items():
        if name.startswith("utter_claim"):
            assert not [one["text"] for one in variants if LAW.search(one["text"])], name


MONEY_GIVEN = re.compile(r"\{\w*(remedy|voucher|credit_note|compensation|refund|goodwill|granted)\w*\}")


def test_no_text_of_the_bot_has_room_for_the_amount_of_a_remedy() -> None:
    """An amount reaches a customer after its approval, and through a person."""
    assert [name for name, variants in responses().items() if MONEY_GIVEN.search(str(variants))] == []
    speaking = re.compile(r"crm\.remedies|\.remedies\b")
    found = [
        place(path)
        for path in sources("bot/actions", "conversations", "connectors")
        if speaking.search(path.read_text(encoding="utf-8"))
    ]
    assert found == [], "what speaks to customers does not read remedies"
