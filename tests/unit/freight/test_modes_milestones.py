"""Modes, container types, Incoterms and milestones."""

from __future__ import annotations

import pytest

from freight import incoterms, milestones, modes
from freight.modes import TransportMode


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("小柜", "20GP"), ("20尺", "20GP"), ("20'GP", "20GP"), ("大柜", "40GP"), ("平柜", "40GP"), ("高柜", "40HQ"),
        ("40hc", "40HQ"), ("40尺高柜", "40HQ"), ("40 HQ", "40HQ"), ("45尺", "45HQ"), ("冷柜", "40RH"), ("20尺冷柜", "20RF"),
        ("开顶柜", "40OT"), ("框架柜", "40FR"), ("罐柜", "20TK"), ("20FR", "20FR"),
    ],
)  # fmt: skip
def test_container_words(words: str, code: str) -> None:
    assert modes.container_type(words) == code


def test_container_table() -> None:
    assert modes.container_type("纸箱") is None
    assert modes.CONTAINER_TYPES["45HQ"].teu == 2
    assert modes.CONTAINER_TYPES["20GP"].iso == ("22G1",)
    aliases = [alias for kind in modes.CONTAINER_TYPES.values() for alias in kind.aliases]
    doubled = {alias for alias in aliases if aliases.count(alias) > 1}
    assert doubled == set()


def test_enums_print_as_their_value() -> None:
    assert f"{TransportMode.AIR}" == "air"
    assert TransportMode("sea") is TransportMode.SEA
    assert str(modes.LoadType.LCL) == "LCL"


def test_incoterms() -> None:
    assert incoterms.find_code("fob") == "FOB"
    assert incoterms.find_code("DDU") == "DAP"
    assert incoterms.find_code("双清包税") == "DDP"
    assert incoterms.find_code("XYZ") is None
    assert len(incoterms.INCOTERMS) == 11


def test_ranks_rise_and_all_codes_are_known() -> None:
    ranks = [milestone.rank for milestone in milestones.MILESTONES.values()]
    assert ranks == sorted(set(ranks))
    known = set(milestones.MILESTONES) | set(milestones.EXCEPTIONS)
    for table in (milestones.EXPRESS_100, milestones.EXPRESS_BIRD, milestones.IATA_STATUS, milestones.DCSA_TRANSPORT):
        assert set(table.values()) <= known
    assert set(milestones.DCSA_SHIPMENT.values()) <= known
    assert set(milestones._DCSA_EQUIPMENT.values()) <= known
    assert set(milestones.DELAY_REASONS.values()) <= set(milestones.DELAY_WORDS)


def test_the_two_express_tables_differ_on_ten() -> None:
    assert milestones.EXPRESS_100["10"] == "import_clearing"
    assert milestones.EXPRESS_BIRD["10"] == "booked"


@pytest.mark.parametrize(
    ("code", "empty", "at_origin", "ours"),
    [
        ("GTIN", False, True, "accepted"), ("GTIN", True, False, "empty_returned"), ("GTOT", False, False, "collected"),
        ("LOAD", False, True, "loaded"), ("CUSR", None, True, "export_cleared"), ("CUSR", None, False, "import_cleared"),
        ("RSEA", None, True, None),
    ],
)  # fmt: skip
def test_dcsa_equipment(code: str, empty: bool | None, at_origin: bool, ours: str | None) -> None:
    assert milestones.from_dcsa_equipment(code, empty=empty, at_origin=at_origin) == ours


def test_iata_arrival_counts_only_at_destination() -> None:
    assert milestones.from_iata("ARR", at_destination=True) == "arrived"
    assert milestones.from_iata("RCF", at_destination=False) == "transit"
    assert milestones.from_iata("DLV", at_destination=True) == "collected"
    assert milestones.from_iata("DLV", at_destination=True, airport_terms=True) == "delivered"
    assert milestones.from_iata("OSI", at_destination=True) is None


def test_wording_by_mode() -> None:
    assert milestones.wording("departed", TransportMode.SEA) == "已开船"
    assert milestones.wording("departed", TransportMode.AIR) == "已起飞"
    assert milestones.wording("delivered") == "已签收"
    assert milestones.wording("rolled") == "未能按原船期出运（甩柜）"
    assert milestones.is_exception("rolled")
    assert not milestones.is_exception("departed")
    with pytest.raises(KeyError):
        milestones.wording("teleported")
