"""Chinese and English words for what is one of a list."""

from typing import Any

from freight.modes import LOAD_NAMES, LOAD_WORDS, MODE_NAMES, MODE_WORDS, LoadType, TransportMode

MODES: dict[str, TransportMode] = {
    **MODE_WORDS,
    **{name: mode for mode, name in MODE_NAMES.items()},
    **{mode.value: mode for mode in TransportMode},
}
LOADS: dict[str, LoadType] = {
    **LOAD_WORDS,
    **{name: load for load, name in LOAD_NAMES.items()},
    **{load.value: load for load in LoadType},
}
SOURCES: dict[str, str] = {
    "承运人": "carrier", "船公司": "carrier", "航空公司": "carrier", "carrier": "carrier", "操作": "operations",
    "操作部": "operations", "operations": "operations", "快递100": "express100", "express100": "express100",
    "船期表": "schedule", "时刻表": "schedule", "schedule": "schedule",
}  # fmt: skip
"""Usual sources of events; any other text is kept as it is."""
CLASSIFIERS: dict[str, Any] = {
    "实际": "ACT", "已发生": "ACT", "act": "ACT", "actual": "ACT", "预计": "EST", "est": "EST", "estimated": "EST",
    "计划": "PLN", "pln": "PLN", "planned": "PLN",
}  # fmt: skip
