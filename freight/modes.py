"""Ways of moving goods: transport modes, load types, container types, and the words customers use for them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final


class _Text(str, Enum):
    """A string enumeration that prints as its value (StrEnum of Python 3.11, for 3.10 too)."""

    def __str__(self) -> str:
        return str(self.value)


class TransportMode(_Text):
    """How goods travel; the values are the normal form of the entity `transport_mode`."""

    AIR = "air"
    SEA = "sea"
    RAIL = "rail"
    ROAD = "road"
    EXPRESS = "express"


class LoadType(_Text):
    """Whether the customer fills the container or the truck; the values are the normal form of `load_type`."""

    FCL = "FCL"
    LCL = "LCL"
    FTL = "FTL"
    LTL = "LTL"


MODE_NAMES: Final[dict[TransportMode, str]] = {
    TransportMode.AIR: "空运",
    TransportMode.SEA: "海运",
    TransportMode.RAIL: "铁路",
    TransportMode.ROAD: "陆运",
    TransportMode.EXPRESS: "快递",
}
LOAD_NAMES: Final[dict[LoadType, str]] = {
    LoadType.FCL: "整柜",
    LoadType.LCL: "拼箱",
    LoadType.FTL: "整车",
    LoadType.LTL: "零担",
}

MODE_WORDS: Final[dict[str, TransportMode]] = {
    **dict.fromkeys(
        ("空运", "航空运输", "航空", "空派", "空加派", "空快", "air freight", "airfreight", "air cargo", "air"),
        TransportMode.AIR,
    ),
    **dict.fromkeys(
        ("海运", "海派", "海卡", "海加派", "海快", "船运", "水运", "ocean freight", "sea freight", "seafreight", "ocean", "sea"),
        TransportMode.SEA,
    ),
    **dict.fromkeys(
        ("铁路", "班列", "中欧班列", "铁路班列", "火车", "铁运", "中欧铁路", "铁派", "铁卡", "中亚班列", "中老铁路",
         "rail freight", "rail", "train"),
        TransportMode.RAIL,
    ),
    **dict.fromkeys(
        ("陆运", "陆路", "公路", "汽运", "卡车", "卡航", "汽车运输", "卡派", "中欧卡航", "中欧卡车", "trucking", "truck"),
        TransportMode.ROAD,
    ),
    **dict.fromkeys(("快递", "国际快递", "快件", "速递", "courier", "express"), TransportMode.EXPRESS),
}  # fmt: skip
"""Words for a mode, lower case, Simplified. Brand names of couriers and names of ships (快船) are no modes."""

LOAD_WORDS: Final[dict[str, LoadType]] = {
    **dict.fromkeys(("整柜", "整箱", "包柜", "fcl", "full container"), LoadType.FCL),
    **dict.fromkeys(("拼箱", "拼柜", "散拼", "拼货", "lcl"), LoadType.LCL),
    **dict.fromkeys(("整车", "ftl", "full truck"), LoadType.FTL),
    **dict.fromkeys(("零担", "ltl"), LoadType.LTL),
}


@dataclass(frozen=True)
class ContainerType:
    """One kind of container.

    `cbm` and `kg` are what usually fits inside (freight reference 4.3, not checked: for hints, never as a promise);
    None where it differs too much. `teu` counts a 45' box as two, as we bill it.
    """

    code: str
    iso: tuple[str, ...]
    name_zh: str
    cbm: int | None
    kg: int | None
    teu: int
    aliases: tuple[str, ...]


def _twenty(*suffixes: str) -> tuple[str, ...]:
    return tuple(f"20{feet}{suffix}" for suffix in suffixes for feet in ("", "尺", "呎", "英尺", "'"))


def _forty(*suffixes: str) -> tuple[str, ...]:
    return tuple(f"40{feet}{suffix}" for suffix in suffixes for feet in ("", "尺", "呎", "英尺", "'"))


_TYPES = (
    ContainerType("20GP", ("22G1",), "20尺普柜", 33, 28_000, 1,
                  ("小柜", "普通小柜", "20尺柜", "20呎柜", "20英尺", "20尺", "20呎", "20'", "20ft",
                   "20dc", "20dv", "20st", "20柜", *_twenty("gp", "普柜", "平柜", "小柜", "柜子", "集装箱", "标箱"))),
    ContainerType("40GP", ("42G1",), "40尺普柜", 67, 26_000, 2,
                  ("大柜", "平柜", "40尺柜", "40呎柜", "40英尺", "40尺", "40呎", "40'", "40ft", "40dc", "40dv", "40st",
                   "40柜", *_forty("gp", "普柜", "平柜", "大柜", "柜子", "集装箱"))),
    ContainerType("40HQ", ("45G1",), "40尺高柜", 76, 26_000, 2,
                  ("高柜", "加高柜", "hq", "hc", "40高", "40尺高", "40h", "四零高",
                   *_forty("hq", "hc", "高柜", "高箱", "超高柜"))),
    ContainerType("45HQ", ("L5G1",), "45尺高柜", 86, 27_000, 2,
                  ("45hq", "45hc", "45尺", "45呎", "45英尺", "45'", "45尺高柜", "45高柜", "45尺柜", "45柜", "45高", "45ft")),
    ContainerType("20RF", ("22R1",), "20尺冷柜", None, None, 1,
                  ("小冷柜", "20r", *_twenty("rf", "冷柜", "冻柜", "冷藏柜", "冷箱", "rq"))),
    ContainerType("40RH", ("45R1",), "40尺冷高柜", None, None, 2,
                  ("冷柜", "冷高柜", "冻柜", "冷藏柜", "大冷柜", "高冷柜", "冷箱", "冷冻柜", "rh", "reefer",
                   *_forty("rh", "rf", "冷柜", "冻柜", "冷高柜", "冷藏柜", "冷箱", "rq"))),
    ContainerType("20OT", ("22U1",), "20尺开顶柜", None, None, 1, _twenty("ot", "开顶", "开顶柜", "开顶箱")),
    ContainerType("40OT", ("42U1",), "40尺开顶柜", None, None, 2,
                  ("开顶柜", "开顶箱", "开顶", *_forty("ot", "开顶", "开顶柜", "开顶箱"))),
    ContainerType("20FR", ("22P1", "22P3"), "20尺框架柜", None, None, 1, _twenty("fr", "框架", "框架柜", "框架箱")),
    ContainerType("40FR", ("42P1", "42P3"), "40尺框架柜", None, None, 2,
                  ("框架柜", "框架箱", "平板柜", *_forty("fr", "框架", "框架柜", "框架箱"))),
    ContainerType("20TK", ("22T1",), "20尺罐柜", None, None, 1,
                  ("罐柜", "罐箱", "iso tank", "isotank", "罐式柜", *_twenty("tk", "罐柜", "罐箱", "罐式"))),
)  # fmt: skip

CONTAINER_TYPES: Final[dict[str, ContainerType]] = {kind.code: kind for kind in _TYPES}
"""All container types by our code."""


def container_type(words: str) -> str | None:
    """Return our code for a word such as 高柜, 40hc, 40尺高, 20'GP; None when it is no container type.

    Words that leave the length open mean the usual box: 冷柜 is 40RH, 开顶柜 is 40OT.
    """
    return _aliases().get(words.lower().replace(" ", "").replace("’", "'"))


def container_aliases() -> dict[str, str]:
    """All words for containers (lower case) with their code."""
    return dict(_aliases())


def _aliases() -> dict[str, str]:
    if not _CACHE:
        for kind in _TYPES:
            _CACHE[kind.code.lower()] = kind.code
            _CACHE.update(dict.fromkeys(kind.aliases, kind.code))
    return _CACHE


_CACHE: dict[str, str] = {}
