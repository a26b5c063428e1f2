"""What happened to shipments, what is to come, and estimates of arrival."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from crm.imports import moments, values
from crm.imports.cells import Cell
from crm.imports.changes import Changes, Stored
from crm.imports.columns import Column, Parsed, Row
from crm.imports.errors import BadValue
from crm.imports.kinds.base import Job, Kind
from crm.imports.kinds.steps import ETA, RawCode, step_named
from crm.imports.kinds.words import CLASSIFIERS, SOURCES
from crm.imports.where import Whereabouts, whereabouts
from crm.shipments import intake
from crm.shipments.models import Classifier, EtaEstimate, MilestoneEvent, Shipment, ShipmentReference
from crm.shipments.progress import closing, progress
from freight.modes import TransportMode
from freight.references import normalise

TOLERATED_FUTURE = timedelta(hours=1)
"""Clocks differ; beyond this, something that "happened" lies in the future and is a slip of the pen."""
_NATURAL = ("shipment_id", "code", "classifier", "event_time", "place_locode", "source")


def _number(cell: Cell, _now: datetime) -> str:
    number = normalise(values.plain(cell))
    if not 0 < len(number) <= 35:
        raise BadValue("单号应为1到35位")
    return number


def _step(cell: Cell, _now: datetime) -> str:
    return step_named(values.plain(cell))


def _source(cell: Cell, _now: datetime) -> str:
    written = values.plain(cell)
    source = SOURCES.get(written.lower(), written)
    if len(source) > 32:
        raise BadValue("太长，最多32个字符")
    return source


def _reason(cell: Cell, _now: datetime) -> str:
    try:
        return intake.reason_group(values.plain(cell))
    except ValueError:
        raise BadValue("不认识的原因，可以写 weather、congestion 等分组或 SMDG 代码") from None


class Events(Kind):
    """One event a row. An event that is there already stays as it is: events are never changed."""

    name = "events"
    title = "节点"
    columns = (
        Column("number", ("单号", "运单号", "柜号", "主单号", "快递单号", "shipment"), _number, required=True),
        Column("time", ("时间", "发生时间", "节点时间"), moments.moment, required=True),
        Column("step", ("节点", "节点代码", "状态", "code"), _step, empty=None),
        Column("classifier", ("性质", "类型"), values.word(CLASSIFIERS, "实际、预计、计划"), empty="ACT"),
        Column("place", ("地点", "城市"), values.text(120)),
        Column("source", ("来源", "数据来源"), _source, empty="import"),
        Column("raw_code", ("原始代码", "原始状态"), values.text(40)),
        Column("raw_version", ("代码标准", "代码版本"), values.text(20)),
        Column("delay_reason", ("延误原因", "原因"), _reason),
        Column("note", ("备注",), values.text(500)),
        Column("known_at", ("获知时间", "更新时间"), moments.moment, empty=None),
    )

    async def plan(self, parsed: Parsed, job: Job) -> Changes:
        """See Kind.plan."""
        shipments = await _Shipments.load(parsed, job)
        changes, histories = Changes(), await _histories(shipments.chosen(parsed), job)
        for row in parsed.rows:
            shipment = shipments.find(parsed, row)
            if shipment is not None:
                self._plan_row(parsed, row, histories[shipment.id], changes, job.now)
        for history in histories.values():
            history.settle(changes, job.now)
        return changes

    def _plan_row(self, parsed: Parsed, row: Row, history: "_History", changes: Changes, now: datetime) -> None:
        errors = len(parsed.errors)
        place = _place(parsed, row, history.shipment)
        step = _step_of(parsed, row, history.shipment, place.locode)
        given = {column.name: row.values.get(column.name, column.empty) for column in self.columns}
        happened = step not in (None, ETA) and given["classifier"] == Classifier.ACTUAL.value
        if happened and row.values["time"] > now + TOLERATED_FUTURE:
            parsed.refuse(row, "time", "实际发生的时间不能在将来；计划或预计请在“性质”列写明")
        if len(parsed.errors) > errors:
            return
        if step == ETA:
            added = history.add_estimate(changes, given["time"], given["source"], given["known_at"], now)
        elif step is None:
            added = False
        else:
            added = history.add_event(changes, step, given, place, now)
        changes.count(added=added, updated=False)


def _place(parsed: Parsed, row: Row, shipment: Shipment) -> Whereabouts:
    written = row.values.get("place")
    if not written:
        return Whereabouts("", "")
    try:
        found = whereabouts(written[:80], TransportMode(shipment.mode))
    except BadValue as error:
        parsed.refuse(row, "place", str(error))
        return Whereabouts("", "")
    return Whereabouts(found.locode, written if found.locode == "" else found.name)


def _step_of(parsed: Parsed, row: Row, shipment: Shipment, place: str) -> str | None:
    """The step a row is about; None: nothing, or an error has been recorded."""
    named = row.values.get("step")
    if named is not None:
        return str(named)
    raw = row.values.get("raw_code")
    if not raw:
        parsed.refuse(row, "step", "“节点”和“原始代码”至少填一个")
        return None
    try:
        return RawCode(raw, row.values.get("raw_version", "")).step(shipment, place)
    except BadValue as error:
        parsed.refuse(row, "raw_code", str(error))
        return None


@dataclass
class _History:
    """A shipment with all that is told of it, before and by this import."""

    shipment: Shipment
    events: list[MilestoneEvent] = field(default_factory=list)
    estimates: list[EtaEstimate] = field(default_factory=list)
    keys: set[tuple[Any, ...]] = field(default_factory=set)
    newest: datetime | None = None
    """Time of the latest actual event that is new; None: none is."""

    def add_event(self, changes: Changes, step: str, given: dict[str, Any], place: Whereabouts, now: datetime) -> bool:
        """Plan an event unless it is there; says whether it is new."""
        new = {
            "shipment_id": self.shipment.id,
            "code": step,
            "classifier": given["classifier"],
            "event_time": given["time"],
            "place_locode": place.locode,
            "place_name": place.name,
            **{name: given[name] for name in ("source", "raw_code", "raw_version", "delay_reason", "note")},
            "created_at": given["known_at"] or now,
            "retracted_at": None,
        }
        key = tuple(new[name] for name in _NATURAL)
        if key in self.keys:
            return False
        self.keys.add(key)
        changes.insert(MilestoneEvent, new)
        self.events.append(MilestoneEvent(**new))
        if given["classifier"] == Classifier.ACTUAL.value:
            self.newest = max(self.newest or given["time"], given["time"])
        return True

    def add_estimate(
        self, changes: Changes, eta: datetime, source: str, known_at: datetime | None, now: datetime
    ) -> bool:
        """Plan an estimate unless it is there, or (without a time of its own) only repeats the source's last word."""
        said = [item for item in self.estimates if item.source == source]
        if known_at is None:
            last = max(said, key=lambda item: item.created_at, default=None)
            if last is not None and last.eta == eta:
                return False
        elif any((item.eta, item.created_at) == (eta, known_at) for item in said):
            return False
        new = {"shipment_id": self.shipment.id, "eta": eta, "source": source, "created_at": known_at or now}
        changes.insert(EtaEstimate, new)
        self.estimates.append(EtaEstimate(**new))
        return True

    def settle(self, changes: Changes, now: datetime) -> None:
        """Bring phase and end of the shipment in line with its events, as `ShipmentService` does."""
        if self.newest is None:
            return
        state, before = progress(self.events, now), self.shipment
        end = closing(state, before)
        if end is not None:
            after = {"phase": "closed", "closed_at": end.event_time}
        elif before.closed_at is None or self.newest > before.closed_at:
            after = {"phase": state.phase, "closed_at": None}
        else:
            return
        stored = {column.name: getattr(before, column.name) for column in Shipment.__table__.columns}
        changes.update(Shipment, stored, after)


async def _histories(shipments: Iterable[Shipment], job: Job) -> dict[UUID, _History]:
    found = {shipment.id: _History(shipment) for shipment in shipments}
    for event in await job.repository.events(found):
        history = found[event.shipment_id]
        history.events.append(event)
        history.keys.add(tuple(getattr(event, name) for name in _NATURAL))
    for item in await job.repository.estimates(found):
        found[item.shipment_id].estimates.append(item)
    return found


class _Shipments:
    """Finds the shipment a number means: our own number, else one that only one open shipment goes by."""

    def __init__(self, shipments: Sequence[Shipment], references: Iterable[Stored]) -> None:
        self._by_id = {shipment.id: shipment for shipment in shipments}
        self._by_code = {shipment.code: shipment for shipment in shipments}
        self._by_number: dict[str, list[Shipment]] = {}
        for item in references:
            known = self._by_number.setdefault(item["number"], [])
            if self._by_id[item["shipment_id"]] not in known:
                known.append(self._by_id[item["shipment_id"]])

    @classmethod
    async def load(cls, parsed: Parsed, job: Job) -> "_Shipments":
        """The shipments that a file's numbers may mean."""
        numbers = {row.values["number"] for row in parsed.rows}
        coded = await job.repository.rows(Shipment, "code", numbers)
        references = await job.repository.rows(ShipmentReference, "number", numbers)
        ids = [item["id"] for item in coded] + [item["shipment_id"] for item in references]
        return cls(await job.repository.shipments(ids), references)

    def chosen(self, parsed: Parsed) -> list[Shipment]:
        """All shipments that rows are about."""
        found = (self._only(row.values["number"]) for row in parsed.rows)
        return list({one.id: one for one in found if isinstance(one, Shipment)}.values())

    def find(self, parsed: Parsed, row: Row) -> Shipment | None:
        """The shipment of a row; None after recording an error."""
        found = self._only(row.values["number"])
        if isinstance(found, Shipment):
            return found
        reason = "有几票货用这个号，请写我司运单号" if found else "没有这票货，请先导入货物"
        parsed.refuse(row, "number", reason)
        return None

    def _only(self, number: str) -> Shipment | int:
        """The shipment, or how many there are."""
        if number in self._by_code:
            return self._by_code[number]
        known = self._by_number.get(number, [])
        open_ones = [shipment for shipment in known if shipment.closed_at is None] or known
        return open_ones[0] if len(open_ones) == 1 else len(open_ones)
