"""Charges beside the freight, for one or many rate cards a row; and exchange rates."""

from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any
from uuid import UUID

from crm.imports import moments, values
from crm.imports.changes import Changes, Stored
from crm.imports.columns import Column, Parsed, Row
from crm.imports.kinds.base import Job, Kind, new_values, without_doubles
from crm.pricing.lines import BASIS_NAMES, Basis, Inclusion, Side
from crm.pricing.models import ExchangeRate, RateCard, RateCharge
from freight.modes import CONTAINER_TYPES

_SIDES = {
    "起运地": "origin",
    "起运港": "origin",
    "运费": "freight",
    "目的地": "destination",
    "目的港": "destination",
} | {side.value: side.value for side in Side}
_BASES = {name: basis.value for basis, name in BASIS_NAMES.items()} | {
    "箱": "container", "RT": "rt", "计费重": "kg_chargeable", "毛重": "kg_gross", "提单": "bl", "运单": "awb",
    "报关单": "declaration", "车": "trip", "%": "percent_freight", "运费%": "percent_freight", "货值%": "percent_value",
} | {basis.value: basis.value for basis in Basis}  # fmt: skip
_INCLUSIONS = {"计费": "priced", "包含": "included", "含": "included", "实报实销": "at_cost"} | {
    inclusion.value: inclusion.value for inclusion in Inclusion
}
_KEY = ("code", "side", "container_type")


class Charges(Kind):
    """One charge a row; its key is rate card, code, side and container type."""

    name = "charges"
    title = "附加费"
    columns = (
        Column("rates", ("适用运价", "运价编号"), values.text(500), required=True),
        Column("code", ("费用代码", "代码"), values.text(16), required=True),
        Column("name", ("费用名称", "名称"), values.text(60), required=True),
        Column("side", ("环节", "发生地"), values.word(_SIDES, "起运地、运费、目的地"), required=True),
        Column(
            "basis",
            ("计费单位", "单位"),
            values.word(_BASES, "柜、TEU、计费吨、票提单、票运单、计费重、车次、票、% …"),
            required=True,
        ),
        Column("container_type", ("箱型",), values.word({kind: kind for kind in CONTAINER_TYPES}, "20GP、40HQ …")),
        Column("unit_price", ("单价", "价格"), values.decimal(), empty=Decimal(0)),
        Column("currency", ("币种",), values.currency, required=True),
        Column("minimum", ("最低",), values.decimal(), empty=None),
        Column("maximum", ("最高",), values.decimal(), empty=None),
        Column("inclusion", ("计费方式",), values.word(_INCLUSIONS, "计费、包含、实报实销"), empty="priced"),
        Column("payable_at", ("付款地",), values.text(40)),
        Column("valid_from", ("生效日",), moments.day, empty=None),
        Column("valid_to", ("截止日",), moments.day, empty=None),
    )

    async def plan(self, parsed: Parsed, job: Job) -> Changes:
        """See Kind.plan."""
        cards = {item["code"]: item["id"] for item in await job.repository.everything(RateCard)}
        charges: dict[UUID, dict[tuple[Any, ...], Stored]] = {card: {} for card in cards.values()}
        for item in await job.repository.everything(RateCharge):
            charges[item["card_id"]][tuple(item[name] for name in _KEY)] = item
        changes, taken = Changes(), dict[tuple[Any, ...], int]()
        for row in parsed.rows:
            chosen = self._chosen(parsed, row, cards)
            new = new_values(self.columns, row)
            key = tuple(new[name] for name in _KEY)
            doubles = [taken[card, key] for card in chosen if (card, key) in taken]
            if doubles:
                parsed.refuse(row, "rates", f"与第{doubles[0]}行重复（同一运价、费用代码、环节和箱型）")
            elif not (new["unit_price"] or new["inclusion"] != Inclusion.PRICED or "unit_price" in row.values):
                parsed.refuse(row, "unit_price", "不能为空")
            elif chosen:
                taken.update({(card, key): row.line.number for card in chosen})
                self._plan_row(changes, row, new, [(card, charges[card]) for card in chosen])
        return changes

    def _chosen(self, parsed: Parsed, row: Row, cards: dict[str, UUID]) -> list[UUID]:
        """Ids of the cards a row names: codes separated by ; or a comma, * standing for any rest."""
        found: dict[UUID, None] = {}
        for wanted in row.values["rates"].replace("；", ";").replace("，", ";").replace(",", ";").split(";"):
            pattern = wanted.strip()
            fitting = [
                card for code, card in cards.items() if pattern and fnmatchcase(code, pattern.replace("[", "[[]"))
            ]
            if pattern and not fitting:
                parsed.refuse(row, "rates", f"没有运价 {pattern}，请先导入运价")
                return []
            found.update(dict.fromkeys(fitting))
        return list(found)

    def _plan_row(
        self, changes: Changes, row: Row, new: dict[str, Any], chosen: list[tuple[UUID, dict[tuple[Any, ...], Stored]]]
    ) -> None:
        added = updated = False
        given = {name: value for name, value in row.values.items() if name != "rates"}
        del new["rates"]
        key = tuple(new[name] for name in _KEY)
        for card, known in chosen:
            if key in known:
                updated |= changes.update(RateCharge, known[key], given)
            else:
                position = max((item["position"] for item in known.values()), default=-1) + 1
                known[key] = {**new, "card_id": card, "position": position}
                changes.insert(RateCharge, known[key])
                added = True
        changes.count(added=added, updated=updated)


class ExchangeRates(Kind):
    """CNY for one unit of a currency on a day; currency and day are the key."""

    name = "exchange-rates"
    title = "汇率"
    columns = (
        Column("currency", ("币种",), values.currency, required=True),
        Column("day", ("日期",), moments.day, required=True),
        Column("rate", ("汇率", "中间价", "对人民币汇率"), values.decimal(above=True, most="100000"), required=True),
        Column("buffer", ("加点", "缓冲"), values.decimal(most="0.2"), empty=Decimal("0.015")),
    )

    async def plan(self, parsed: Parsed, job: Job) -> Changes:
        """See Kind.plan."""
        stored = await job.repository.rows(ExchangeRate, "day", [row.values["day"] for row in parsed.rows])
        known = {(item["currency"], item["day"]): item for item in stored}
        changes = Changes()
        for row in without_doubles(parsed, "currency", "day"):
            before = known.get((row.values["currency"], row.values["day"]))
            if before is None:
                changes.insert(ExchangeRate, new_values(self.columns, row))
            updated = before is not None and changes.update(ExchangeRate, before, row.values)
            changes.count(added=before is None, updated=updated)
        return changes
