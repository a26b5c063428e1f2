"""Rate cards: one lane, mode and period a row, prices in columns."""

from decimal import Decimal
from typing import Any

from crm.imports import moments, values
from crm.imports.changes import Changes, Stored
from crm.imports.columns import Column, Parsed, Row
from crm.imports.errors import BadValue
from crm.imports.kinds.base import Job, Kind, new_values, without_doubles
from crm.imports.kinds.tariffs import BREAKS, CONTAINER_COLUMNS, HEAVY, chargeable_of, needs, tariff_of, trucks
from crm.imports.kinds.words import LOADS, MODES
from crm.imports.where import whereabouts
from crm.pricing.chargeable import PieceRule
from crm.pricing.models import RateCard
from freight.modes import LoadType, TransportMode

_PRICE = values.decimal()
_PIECE_RULES = {"合计": "total", "逐件取大": "larger_per_piece", "逐件进位": "rounded_per_piece"} | {
    rule.value: rule.value for rule in PieceRule
}
_FIELDS = (
    Column("carrier", ("承运人", "船公司", "航空公司"), values.text(80)),
    Column("supplier", ("供应商", "订舱代理"), values.text(80)),
    Column("contract_no", ("合约号", "合同号"), values.text(60)),
    Column("currency", ("币种",), values.currency, required=True),
    Column("valid_from", ("生效日", "生效日期", "有效期起"), moments.day, required=True),
    Column("valid_to", ("截止日", "失效日期", "有效期止"), moments.day, required=True),
    Column("transit_days_min", ("最短时效", "时效起"), values.whole(most=200), empty=None),
    Column("transit_days_max", ("最长时效", "时效止"), values.whole(most=200), empty=None),
    Column("free_days", ("免箱期", "免费天数"), values.whole(most=90), empty=None),
    Column("notes", ("内部备注",), values.text(1000)),
    Column("remark", ("对客备注", "说明"), values.text(500)),
)
_PRICES = (
    Column("minimum", ("最低收费", "M"), _PRICE, empty=None),
    *(Column(f"break_{kg}", names, _PRICE, empty=None) for kg, names in BREAKS.items()),
    Column("higher_break", ("靠级",), values.yes_no, empty=True),
    *(Column(kind, (f"{kind}价", *names), _PRICE, empty=None) for kind, names in CONTAINER_COLUMNS.items()),
    Column("per_rt", ("每计费吨", "RT单价", "拼箱单价"), _PRICE, empty=None),
    Column("first", ("首重价", "首重"), _PRICE, empty=None),
    Column("step", ("续重价", "续重"), _PRICE, empty=None),
    Column("first_kg", ("首重公斤",), values.decimal(above=True), empty=Decimal("0.5")),
    Column("step_kg", ("续重公斤",), values.decimal(above=True), empty=Decimal("0.5")),
    *(Column(f"per_kg_{kg}", (f"{kg}公斤以上", f"{kg}kg+"), _PRICE, empty=None) for kg in HEAVY),
    Column("trucks", ("车型报价",), trucks, empty=None),
    Column("divisor", ("体积重除数",), values.decimal(above=True), empty=None),
    Column("weight_step", ("进位公斤",), values.decimal(above=True), empty=None),
    Column("share", ("分泡比例",), values.decimal(above=True, most="1"), empty=None),
    Column("piece_rule", ("多件规则",), values.word(_PIECE_RULES, "合计、逐件取大、逐件进位"), empty=None),
    Column("kg_per_cbm", ("每方折合公斤",), values.decimal(above=True), empty=None),
    Column("kg_per_ldm", ("每装载米折合公斤",), values.decimal(), empty=None),
    Column("minimum_rt", ("最低计费吨",), values.decimal(), empty=None),
)
_NO_LOAD = (TransportMode.AIR, TransportMode.EXPRESS)
_LOADS_OF_MODE = {
    TransportMode.SEA: (LoadType.FCL, LoadType.LCL),
    TransportMode.RAIL: (LoadType.FCL, LoadType.LCL),
    TransportMode.ROAD: (LoadType.FTL, LoadType.LTL),
}


class Rates(Kind):
    """One rate card a row; its own code is its key."""

    name = "rates"
    title = "运价"
    columns = (
        Column("code", ("运价编号", "编号"), values.code(40), required=True),
        Column("mode", ("运输方式", "方式"), values.word(MODES, "海运、空运、铁路、陆运、快递"), required=True),
        Column("load_type", ("装载方式", "整拼"), values.word(LOADS, "整柜、拼箱、整车、零担"), empty=None),
        Column("origin", ("起运地", "起运港", "始发地"), values.text(80), required=True),
        Column("destination", ("目的地", "目的港"), values.text(80), required=True),
        *_FIELDS,
        *_PRICES,
    )

    async def plan(self, parsed: Parsed, job: Job) -> Changes:
        """See Kind.plan."""
        stored = await job.repository.rows(RateCard, "code", [row.values["code"] for row in parsed.rows])
        known, changes = {item["code"]: item for item in stored}, Changes()
        for row in without_doubles(parsed, "code"):
            before, errors = known.get(row.values["code"]), len(parsed.errors)
            given = self._values(parsed, row, before)
            if len(parsed.errors) > errors:
                continue
            if before is None:
                changes.insert(RateCard, {**new_values(_FIELDS, row), **given})
            updated = before is not None and changes.update(RateCard, before, given)
            changes.count(added=before is None, updated=updated)
        return changes

    def _values(self, parsed: Parsed, row: Row, before: Stored | None) -> dict[str, Any]:
        """Values of the table's columns; errors are recorded."""
        mode = row.values["mode"]
        given = {column.name: row.values[column.name] for column in _FIELDS if column.name in row.values}
        given |= {"code": row.values["code"], "mode": mode.value, "load_type": _load(parsed, row, mode)}
        for end in ("origin", "destination"):
            given[end] = _place(parsed, row, end, mode)
        if row.values["valid_from"] > row.values["valid_to"]:
            parsed.refuse(row, "valid_to", "截止日早于生效日")
        low, high = given.get("transit_days_min"), given.get("transit_days_max")
        if low is not None and high is not None and low > high:
            parsed.refuse(row, "transit_days_max", "最长时效小于最短时效")
        if any(row.values.get(column.name) is not None for column in _PRICES) or before is None:
            given |= _prices(parsed, row, mode, str(given["load_type"]))
        return given


def _load(parsed: Parsed, row: Row, mode: TransportMode) -> str:
    """As a rate card stores it: empty where the mode knows no load type."""
    load = row.values.get("load_type")
    if mode in _NO_LOAD:
        if load is not None:
            parsed.refuse(row, "load_type", "空运和快递不填装载方式")
        return ""
    if load not in _LOADS_OF_MODE[mode]:
        names = "整车或零担" if mode is TransportMode.ROAD else "整柜或拼箱"
        parsed.refuse(row, "load_type", f"应填{names}")
        return ""
    return str(load.value)


def _place(parsed: Parsed, row: Row, end: str, mode: TransportMode) -> str:
    written = row.values[end]
    try:
        locode = whereabouts(written, mode).locode
        if not locode:
            raise BadValue("不认识这个地方，请写 UN/LOCODE，如 CNSHA")
        if len(locode) == 2 and mode is not TransportMode.EXPRESS:
            raise BadValue("只有快递可以按国家报价，请写港口、机场或城市")
    except BadValue as error:
        parsed.refuse(row, end, str(error))
        return ""
    return locode


def _prices(parsed: Parsed, row: Row, mode: TransportMode, load: str) -> dict[str, Any]:
    if not load and mode not in _NO_LOAD:
        return {}
    lacking = needs(mode, load, row.values)
    if lacking:
        parsed.refuse(row, "code", f"缺少价格：{lacking}")
        return {}
    return {"tariff": tariff_of(mode, load, row.values), "chargeable": chargeable_of(row.values)}
