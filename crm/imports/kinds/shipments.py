"""Shipments with the numbers they go by."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from crm.clock import SHANGHAI
from crm.customers.models import Contact
from crm.imports import moments, values
from crm.imports.cells import Cell
from crm.imports.changes import Changes, Stored
from crm.imports.columns import Column, Parsed, Row
from crm.imports.errors import BadValue
from crm.imports.kinds.base import CustomerIndex, Job, Kind, new_values, without_doubles
from crm.imports.kinds.words import LOADS, MODES
from crm.imports.values import SCIENTIFIC, Reader, plain
from crm.imports.where import whereabouts
from crm.shipments.models import Shipment, ShipmentReference
from freight import checkdigits
from freight.incoterms import INCOTERMS
from freight.milestones import Phase
from freight.modes import MODE_NAMES, LoadType, TransportMode
from freight.references import ReferenceKind, explain_container, normalise

LONGEST_NUMBER = 35
_LIST = re.compile(r"[;；、,，|\n]+")
_OWN = re.compile(r"(WB|SO)[0-9]{11}")
_ENDS = ("origin", "destination")
_LOADS_OF_MODE = {
    TransportMode.SEA: {LoadType.FCL, LoadType.LCL},
    TransportMode.RAIL: {LoadType.FCL, LoadType.LCL},
    TransportMode.ROAD: {LoadType.FTL, LoadType.LTL, LoadType.FCL},
}


def waybill(cell: Cell, _now: datetime) -> str:
    """Our waybill number; one of our own series must have the right check digit."""
    number = normalise(plain(cell))
    if not re.fullmatch(r"[A-Z0-9]{4,16}", number):
        raise BadValue("单号应为4到16位字母和数字")
    _check_own(number)
    return number


def numbers(kind: ReferenceKind) -> Reader:
    """One or several numbers of a kind, separated by ; 、 or a comma, in normal form and checked."""

    def read(cell: Cell, _now: datetime) -> tuple[str, ...]:
        written = plain(cell)
        if SCIENTIFIC.fullmatch(written):
            raise BadValue("号码被 Excel 变成了科学计数法，请把该列设为文本")
        found = tuple(dict.fromkeys(normalise(part) for part in _LIST.split(written) if part.strip()))
        for number in found:
            _check(number, kind)
        return found

    return read


def _check(number: str, kind: ReferenceKind) -> None:
    if not 0 < len(number) <= LONGEST_NUMBER:
        raise BadValue(f"号码应为1到{LONGEST_NUMBER}位")
    if kind is ReferenceKind.CONTAINER:
        wrong = explain_container(number)
        if wrong is not None:
            raise BadValue(f"柜号 {number} 不对：{wrong}")
    elif kind is ReferenceKind.MAWB and not checkdigits.awb_is_valid(number):
        raise BadValue(_wrong_awb(number))
    else:
        _check_own(number)


def _wrong_awb(number: str) -> str:
    if not re.fullmatch(r"[0-9]{11}", number):
        hint = "（Excel 可能去掉了开头的0，请把该列设为文本）" if re.fullmatch(r"[0-9]{8,10}", number) else ""
        return f"主单号应为11位数字，{number} 是{len(number)}位{hint}"
    return f"主单号 {number} 的校验码不对，最后一位应为{int(number[3:10]) % 7}"


def _check_own(number: str) -> None:
    if _OWN.fullmatch(number) and not checkdigits.damm_is_valid(number[2:]):
        raise BadValue(f"{number} 的校验码不对，最后一位应为{checkdigits.damm_digit(number[2:-1])}")


_FIELDS = (
    Column("mode", ("运输方式", "方式"), values.word(MODES, "海运、空运、铁路、陆运、快递"), required=True),
    Column("load_type", ("装载方式", "整拼", "整箱拼箱"), values.word(LOADS, "整柜、拼箱、整车、零担"), empty=None),
    Column("shipper_name", ("发货人", "发货人名称", "shipper"), values.text(120)),
    Column("shipper_phone", ("发货人电话", "发货电话"), values.phone, empty=None),
    Column("consignee_name", ("收货人", "收货人名称", "consignee"), values.text(120)),
    Column("consignee_phone", ("收货人电话", "收货电话"), values.phone, empty=None),
    Column("carrier", ("承运人", "船公司", "航空公司", "快递公司"), values.text(80)),
    Column("vessel", ("船名航次", "航班", "车次", "航次", "船名航次/航班/车次"), values.text(120)),
    Column("pieces", ("件数",), values.whole(least=1, most=10_000_000), empty=None),
    Column("weight_kg", ("重量", "毛重", "重量公斤"), values.decimal(above=True), empty=None),
    Column("volume_cbm", ("体积", "方数", "体积立方米"), values.decimal(above=True), empty=None),
    Column("commodity", ("品名", "货名", "货物"), values.text(200)),
    Column(
        "incoterm", ("贸易条款", "贸易术语", "条款"), values.word({term: term for term in INCOTERMS}, "FOB、CIF、DDP …")
    ),
    Column("promised_at", ("承诺到达", "承诺到达时间", "承诺送达", "promised"), moments.deadline, empty=None),
    Column("created_at", ("开单日期", "开单时间", "下单日期", "created"), moments.moment, empty=None),
)
"""Columns that are columns of the table, too."""
_NUMBERS = {
    "container": (ReferenceKind.CONTAINER, ("柜号", "箱号", "集装箱号")),
    "mawb": (ReferenceKind.MAWB, ("主单号", "空运主单", "空运单号", "awb")),
    "hawb": (ReferenceKind.HAWB, ("空运分单", "分单号")),
    "mbl": (ReferenceKind.MBL, ("提单号", "船东单", "主提单")),
    "hbl": (ReferenceKind.HBL, ("货代单", "分提单", "货代提单")),
    "booking": (ReferenceKind.BOOKING, ("订舱号", "SO号")),
    "express": (ReferenceKind.EXPRESS, ("快递单号",)),
    "order": (ReferenceKind.ORDER, ("订单号",)),
    "rail": (ReferenceKind.RAIL, ("班列运单", "铁路运单", "班列运单号")),
}


class Shipments(Kind):
    """One shipment a row; our waybill number is its key."""

    name = "shipments"
    title = "货物"
    columns = (
        Column("code", ("单号", "运单号", "我司单号", "waybill"), waybill, required=True),
        Column("customer", ("客户", "客户编码", "客户名称"), values.text(200), required=True),
        Column("contact", ("联系人", "联系人编码"), values.text(80), empty=None),
        Column("origin", ("起运地", "起运港", "始发地", "装货港"), values.text(80), required=True),
        Column("destination", ("目的地", "目的港", "卸货港"), values.text(80), required=True),
        *_FIELDS,
        *(Column(name, words, numbers(kind), empty=()) for name, (kind, words) in _NUMBERS.items()),
    )

    async def plan(self, parsed: Parsed, job: Job) -> Changes:
        """See Kind.plan."""
        customers = await CustomerIndex.load(job, parsed)
        repository = job.repository
        stored = {item["code"]: item for item in await repository.rows(
            Shipment, "code", [row.values["code"] for row in parsed.rows]
        )}  # fmt: skip
        references: dict[UUID, list[Stored]] = {}
        for item in await repository.rows(ShipmentReference, "shipment_id", [one["id"] for one in stored.values()]):
            references.setdefault(item["shipment_id"], []).append(item)
        contacts = await _contacts(parsed, job)
        changes = Changes()
        for row in without_doubles(parsed, "code"):
            wanted = _Wanted(parsed, row, customers, contacts)
            before = stored.get(row.values["code"])
            given = wanted.values(before)
            if given is None:
                continue
            if before is None:
                shipment_id, updated = changes.insert(Shipment, _new(row, given, job.now)), False
            else:
                shipment_id, updated = before["id"], changes.update(Shipment, before, given)
            updated |= _plan_numbers(changes, row, shipment_id, references.get(shipment_id, []))
            changes.count(added=before is None, updated=updated)
        return changes


async def _contacts(parsed: Parsed, job: Job) -> dict[tuple[UUID, str], list[Stored]]:
    """Contacts by customer and by code or name."""
    named = {row.values["contact"] for row in parsed.rows if row.values.get("contact")}
    found: dict[tuple[UUID, str], list[Stored]] = {}
    for field in ("code", "name"):
        for item in await job.repository.rows(Contact, field, named):
            found.setdefault((item["customer_id"], item[field]), []).append(item)
    return found


class _Wanted:
    """What one row says about a shipment, with its links resolved."""

    def __init__(
        self, parsed: Parsed, row: Row, customers: CustomerIndex, contacts: Mapping[tuple[UUID, str], list[Stored]]
    ) -> None:
        self._parsed, self._row, self._customers, self._contacts = parsed, row, customers, contacts

    def values(self, before: Stored | None) -> dict[str, Any] | None:
        """Values of the table's columns; None after recording an error."""
        errors = len(self._parsed.errors)
        row = self._row
        given = {column.name: row.values[column.name] for column in _FIELDS if column.name in row.values}
        given["code"] = row.values["code"]
        self._links(given)
        for end in _ENDS:
            self._place(given, end)
        self._fits(given, before)
        return given if len(self._parsed.errors) == errors else None

    def _links(self, given: dict[str, Any]) -> None:
        customer = self._customers.find(self._parsed, self._row)
        if customer is None:
            return
        given["customer_id"] = customer["id"]
        if "contact" not in self._row.values:
            return
        written = self._row.values["contact"]
        found = self._contacts.get((customer["id"], written), []) if written else []
        if written and len(found) != 1:
            reason = "这个客户有几位联系人同名，请写联系人编码" if found else "这个客户没有这位联系人"
            self._parsed.refuse(self._row, "contact", reason)
        given["contact_id"] = found[0]["id"] if found else None

    def _place(self, given: dict[str, Any], end: str) -> None:
        try:
            place = whereabouts(self._row.values[end], self._row.values["mode"])
        except BadValue as error:
            self._parsed.refuse(self._row, end, str(error))
            return
        given[f"{end}_locode"], given[f"{end}_name"] = place.locode, place.name

    def _fits(self, given: dict[str, Any], before: Stored | None) -> None:
        mode, load = given["mode"], given.get("load_type")
        if load is not None and load not in _LOADS_OF_MODE.get(mode, ()):
            self._parsed.refuse(self._row, "load_type", f"和运输方式“{MODE_NAMES[mode]}”不相配")
        given["mode"] = mode.value
        if load is not None:
            given["load_type"] = load.value
        if given.get("created_at", ...) is None:
            del given["created_at"]
        promised = before["promised_at"] if before else None
        if promised is not None and given.get("promised_at", promised) != promised:
            day = promised.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
            self._parsed.refuse(self._row, "promised_at", f"已承诺 {day}，承诺不能靠导入修改")


def _new(row: Row, given: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Every column of a new shipment."""
    begun = {"phase": Phase.PRE.value, "closed_at": None, "created_at": now}
    return {"contact_id": None, **new_values(_FIELDS, row), **begun, **given}


def _plan_numbers(changes: Changes, row: Row, shipment_id: UUID, references: list[Stored]) -> bool:
    """The numbers of a kind become those of the file; kinds whose cell is empty stay as they are."""
    changed = False
    for name, (kind, _) in _NUMBERS.items():
        if name not in row.values:
            continue
        wanted = set(row.values[name])
        for item in references:
            if item["kind"] == kind.value and item["number"] not in wanted:
                changes.delete(ShipmentReference, item["id"])
                changed = True
        known = {item["number"] for item in references if item["kind"] == kind.value}
        for number in row.values[name]:
            if number not in known:
                changes.insert(ShipmentReference, {"shipment_id": shipment_id, "kind": kind.value, "number": number})
                changed = True
    return changed
