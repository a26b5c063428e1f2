"""Milestones of a shipment in one vocabulary for all modes, and what carriers' codes mean in it.

Source: freight reference 2.1 to 2.5. Each code system has its own table; 快递100 and 快递鸟 give one number to
different states (10 is waiting for customs there, waiting for pick-up here) and must never share one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Final

from freight.modes import TransportMode


class Phase(str, Enum):
    """Where a shipment stands for the customer; it decides how the bot answers."""

    PRE = "pre"
    ACTIVE = "active"
    ARRIVED = "arrived"
    DELIVERED = "delivered"
    CLOSED = "closed"

    def __str__(self) -> str:
        return str(self.value)


@dataclass(frozen=True)
class Milestone:
    """A step of a shipment. `words` is the customer's wording; `words_by_mode` holds what differs by mode."""

    code: str
    rank: int
    phase: Phase
    words: str
    words_by_mode: tuple[tuple[TransportMode, str], ...] = ()

    def wording(self, mode: TransportMode | None = None) -> str:
        """What the customer reads for this step in a mode; without a mode the general wording."""
        return dict(self.words_by_mode).get(mode, self.words) if mode else self.words


_SEA, _AIR, _RAIL, _ROAD = TransportMode.SEA, TransportMode.AIR, TransportMode.RAIL, TransportMode.ROAD
_EXPRESS = TransportMode.EXPRESS

_MILESTONES = (
    Milestone("booked", 10, Phase.PRE, "已订舱，等待提货", ((_ROAD, "已派车，等待提货"), (_EXPRESS, "已下单，等待揽收"))),
    Milestone("picked_up", 20, Phase.ACTIVE, "已提货", ((_EXPRESS, "已揽收"),)),
    Milestone("warehouse_in", 30, Phase.ACTIVE, "已入仓", ((_RAIL, "已入场站"), (_ROAD, "已入场站"))),
    Milestone("accepted", 40, Phase.ACTIVE, "已交承运人，等待出运", ((_RAIL, "已进站，等待发车"),)),
    Milestone("export_cleared", 50, Phase.ACTIVE, "出口已放行"),
    Milestone("loaded", 60, Phase.ACTIVE, "已装载",
              ((_SEA, "已装船"), (_AIR, "已配载航班"), (_RAIL, "已装车"), (_ROAD, "已装车"))),
    Milestone("departed", 70, Phase.ACTIVE, "已出运",
              ((_SEA, "已开船"), (_AIR, "已起飞"), (_RAIL, "已发车"), (_ROAD, "已发车"), (_EXPRESS, "运输中"))),
    Milestone("transit", 80, Phase.ACTIVE, "到达中转地"),
    Milestone("arrived", 90, Phase.ARRIVED, "已到达目的地",
              ((_SEA, "已到目的港"), (_AIR, "已到目的机场"), (_RAIL, "已到站"), (_ROAD, "已到站"))),
    Milestone("discharged", 100, Phase.ARRIVED, "已卸货入库", ((_RAIL, "已卸车"), (_ROAD, "已卸车"))),
    Milestone("import_clearing", 110, Phase.ARRIVED, "进口清关中"),
    Milestone("import_cleared", 120, Phase.ARRIVED, "进口已放行"),
    Milestone("available", 130, Phase.ARRIVED, "可提货"),
    Milestone("collected", 140, Phase.ARRIVED, "已提离港区/机场",
              ((_SEA, "已提离港区"), (_AIR, "已提离机场"), (_RAIL, "已提离"), (_ROAD, "已提离"))),
    Milestone("out_for_delivery", 150, Phase.ACTIVE, "派送中，预计今日送达"),
    Milestone("delivered", 160, Phase.DELIVERED, "已签收"),
    Milestone("pod_returned", 170, Phase.DELIVERED, "回单已返回"),
    Milestone("empty_returned", 180, Phase.CLOSED, "空箱已归还"),
)  # fmt: skip

MILESTONES: Final[dict[str, Milestone]] = {milestone.code: milestone for milestone in _MILESTONES}
"""All normal steps by code, in the order of their rank."""

EXCEPTIONS: Final[dict[str, str]] = {
    "customs_hold": "海关查验中",
    "rolled": "未能按原船期出运（甩柜）",
    "offloaded": "未能按原航班出运（拉货）",
    "delayed": "晚于计划",
    "missed_delivery": "派送未成功",
    "damaged": "外包装异常",
    "missing": "件数待核",
    "refused": "收货人拒收",
    "returning": "退回中",
    "returned": "已退回",
    "cancelled": "已取消",
}
"""Exceptions lie over the last normal step, which stays; the values are the customer's wording."""

SILENCE_LIMITS: Final[dict[TransportMode, timedelta]] = {
    _SEA: timedelta(days=5),
    _AIR: timedelta(hours=24),
    _EXPRESS: timedelta(hours=24),
    _RAIL: timedelta(days=3),
    _ROAD: timedelta(hours=12),
}
"""Longest silence before operations must look; a default that the firm may change by settings."""

EXPRESS_100: Final[dict[str, str]] = {
    "0": "departed", "1": "picked_up", "3": "delivered", "4": "returned", "5": "out_for_delivery", "6": "returning",
    "7": "transit", "8": "import_clearing", "10": "import_clearing", "11": "import_clearing", "12": "import_cleared",
    "13": "customs_hold", "14": "refused",
}  # fmt: skip
"""快递100 `state` to our code. State 2 (疑难) is left out: its text must be read."""

EXPRESS_BIRD: Final[dict[str, str]] = {
    "1": "picked_up", "2": "departed", "201": "arrived", "202": "out_for_delivery", "204": "transit",
    "211": "missed_delivery", "3": "delivered", "301": "delivered", "302": "delivered", "304": "delivered",
    "311": "delivered", "402": "delayed", "403": "delayed", "404": "refused", "406": "returning", "407": "returning",
    "414": "damaged", "416": "missed_delivery", "419": "missed_delivery", "420": "missed_delivery", "5": "transit",
    "6": "import_clearing", "601": "import_clearing", "602": "import_clearing", "603": "import_cleared",
    "604": "customs_hold", "10": "booked",
}  # fmt: skip
"""快递鸟 state (or sub-state) to our code. States 0 and 4 alone say nothing; their text must be read."""

IATA_STATUS: Final[dict[str, str]] = {
    "BKD": "booked", "DPU": "picked_up", "FOH": "warehouse_in", "RCS": "accepted", "PRE": "accepted", "MAN": "loaded",
    "FOW": "loaded", "DEP": "departed", "RCT": "transit", "TRM": "transit", "TFD": "transit", "ARR": "arrived",
    "FIW": "discharged", "AWR": "discharged", "RCF": "discharged", "CRC": "import_clearing", "TGC": "import_clearing",
    "CCD": "import_cleared", "NFD": "available", "AWD": "available", "DLV": "collected", "DDL": "delivered",
}  # fmt: skip
"""IATA status at the waybill's own ends. ARR and RCF elsewhere are `transit`: see `from_iata`."""

IATA_DISCREPANCY: Final[dict[str, str]] = {
    "OFLD": "offloaded", "SSPD": "missing", "MSCA": "missing", "OVCD": "delayed",
}  # fmt: skip
"""Sub-codes of DIS that customers are told about."""

DCSA_TRANSPORT: Final[dict[str, str]] = {"DEPA": "departed", "ARRI": "arrived"}
"""DCSA transport events at load and discharge port; elsewhere they are `transit`."""

DCSA_SHIPMENT: Final[dict[tuple[str, str], str]] = {
    ("CONF", "BKG"): "booked",
    ("ISSU", "ARN"): "available",
    ("HOLD", "CUC"): "customs_hold",
    ("CANC", "BKG"): "cancelled",
}
"""DCSA shipment events by (code, document type)."""

_DCSA_EQUIPMENT: Final[dict[tuple[str, str, bool], str]] = {
    ("PICK", "", True): "picked_up",
    ("STUF", "", True): "picked_up",
    ("GTIN", "LADEN", True): "accepted",
    ("CUSR", "", True): "export_cleared",
    ("LOAD", "", True): "loaded",
    ("DISC", "", False): "discharged",
    ("CUSS", "", False): "import_clearing",
    ("CUSI", "", False): "import_clearing",
    ("CUSR", "", False): "import_cleared",
    ("AVPU", "", False): "available",
    ("GTOT", "LADEN", False): "collected",
    ("DROP", "", False): "delivered",
    ("GTIN", "EMPTY", False): "empty_returned",
    ("GTOT", "EMPTY", True): "booked",
}


def from_dcsa_equipment(code: str, *, empty: bool | None, at_origin: bool) -> str | None:
    """Our code for a DCSA equipment event, or None when it tells the customer nothing.

    `empty` is the event's empty indicator (None when it has none); `at_origin` says on which side of the sea leg the
    event's place lies. The same code means different things: GTIN LADEN at origin is 重箱进港, GTIN EMPTY is 还空.
    """
    load = {True: "EMPTY", False: "LADEN", None: ""}[empty]
    for key in ((code, load, at_origin), (code, "", at_origin)):
        if key in _DCSA_EQUIPMENT:
            return _DCSA_EQUIPMENT[key]
    return None


def from_iata(code: str, *, at_destination: bool, airport_terms: bool = False) -> str | None:
    """Our code for an IATA status, or None for information-only codes (DOC, OSI, OCI).

    Arrival counts only at the waybill's destination airport; elsewhere it is a transfer. DLV is delivery to the agent
    at the airport, the end of the shipment only under airport terms.
    """
    if code in ("ARR", "RCF", "FIW") and not at_destination:
        return "transit"
    if code == "DLV" and airport_terms:
        return "delivered"
    return IATA_STATUS.get(code)


_DELAY_GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "weather": ("WEA", "DEV", "TID"),
    "congestion": ("CGS", "PBC", "YRD", "PTF"),
    "vessel": ("ENG", "VGR", "EDD", "BUN", "STW"),
    "labour": ("LAB", "STR", "LOT"),
    "terminal": ("CRN", "FTE", "PRD", "PLT", "LAS", "PIT"),
    "authorities": ("CIN", "QUA", "QUV", "PAU", "VIN", "ANA"),
    "cargo_data": ("DIN", "WGT", "STF"),
    "special": ("REF", "SPH", "UCC", "LEK"),
    "holiday": ("HOL",),
    "force_majeure": ("MIL", "RSC", "OTF"),
}

DELAY_REASONS: Final[dict[str, str]] = {code: group for group, codes in _DELAY_GROUPS.items() for code in codes}
"""SMDG delay code to our group of reasons."""

DELAY_WORDS: Final[dict[str, str]] = {
    "weather": "受天气影响，船舶/航班计划有调整",
    "congestion": "目的港作业量较大，靠泊/提货安排比计划晚",
    "vessel": "船舶计划有调整",
    "labour": "港口作业安排有调整",
    "terminal": "码头作业安排有调整",
    "authorities": "货物正在按程序查验",
    "cargo_data": "出运资料还需要补充确认",
    "special": "特种货物需要额外的作业安排",
    "holiday": "节假日期间作业安排有调整",
    "force_majeure": "受不可抗力影响，运输计划有调整",
    "unknown": "目前还没有确认的原因，已请操作部核实",
}
"""What may be said for a group of reasons: the fact, without blame; what is done and when we report is added."""


def is_exception(code: str) -> bool:
    """Whether a code is an exception (laid over the last normal step) and no step of its own."""
    return code in EXCEPTIONS


def wording(code: str, mode: TransportMode | None = None) -> str:
    """What the customer reads for a milestone or an exception. Raises KeyError for an unknown code."""
    if code in EXCEPTIONS:
        return EXCEPTIONS[code]
    return MILESTONES[code].wording(mode)
