"""Imports against the database: all or nothing, twice is once, and what is already promised or known stays."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from crm.clock import SHANGHAI, FixedClock
from crm.customers.models import Contact, Customer
from crm.imports.service import ImportService, Report, read_file
from crm.pricing.models import ExchangeRate, RateCard, RateCharge
from crm.shipments.models import EtaEstimate, MilestoneEvent, Shipment, ShipmentReference
from database.session import Database
from freight.references import own_number

CUSTOMERS = (
    "客户编码,客户名称,简称,等级\nC1,宁波甬晟家居用品有限公司,甬晟家居,A\nC2,上海申启机电设备有限公司,申启机电,B\n"
)
CONTACTS = (
    "联系人编码,客户,姓名,手机,邮箱\nK1,C1,王海峰,138 0000 6345,wang@example.com\nK2,申启机电,陆志明,13800002468,\n"
)
SHIPMENT_HEADER = "单号,客户,联系人,运输方式,装载方式,起运地,目的地,收货人电话,毛重,承诺到达,开单日期,柜号,提单号\n"
SHIPMENT = (
    'WB26112100013,C1,王海峰,海运,整柜,宁波,汉堡,+49 40 66969 123,"12,300.5",2026-12-01,2026-11-01,'
    "MRKU6345214；MSKU1234565,MAEU1234567\n"
)
SHIPMENTS = SHIPMENT_HEADER + SHIPMENT
EVENT_HEADER = "单号,时间,节点,性质,地点,来源,原始代码,代码标准,原因,获知时间\n"


class Desk:
    """Imports texts as files, each in a transaction of its own."""

    def __init__(self, database: Database, clock: FixedClock, folder: Path) -> None:
        self._database, self._clock, self._folder = database, clock, folder

    async def take(self, kind: str, table: str, *, keep_good: bool = False) -> Report:
        path = self._folder / f"{kind}.csv"
        path.write_text(table, encoding="utf-8")
        parsed = read_file(kind, path, self._clock.now())
        async with self._database.transaction() as session:
            return await ImportService(session, self._clock).store(kind, parsed, keep_good=keep_good)

    async def all(self, query: Any) -> Sequence[Any]:
        async with self._database.reading() as session:
            return (await session.scalars(query)).all()

    async def one(self, query: Any) -> Any:
        (found,) = await self.all(query)
        return found


@pytest.fixture
async def desk(database: Database, clock: FixedClock, tmp_path: Path) -> Desk:
    desk = Desk(database, clock, tmp_path)
    await desk.take("customers", CUSTOMERS)
    await desk.take("contacts", CONTACTS)
    return desk


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.failed_rows


def reasons(report: Report) -> list[tuple[int, str, str]]:
    return [(error.line, error.column, error.reason) for error in report.errors]


async def test_contacts_find_their_customers_and_phones_are_e164(desk: Desk) -> None:
    contacts = {contact.code: contact for contact in await desk.all(select(Contact))}
    assert contacts["K1"].customer.code == "C1"
    assert contacts["K2"].customer.code == "C2"
    assert (contacts["K1"].phone, contacts["K2"].email) == ("+8613800006345", None)


async def test_a_second_import_changes_nothing_and_another_value_is_updated(desk: Desk) -> None:
    assert counts(await desk.take("customers", CUSTOMERS)) == (0, 0, 2, 0)
    changed = CUSTOMERS.replace("C2,上海申启", "C2,上海新申启") + "C3,新客户,,\n"
    assert counts(await desk.take("customers", changed)) == (1, 1, 1, 0)
    names = {customer.code: (customer.name, customer.class_code) for customer in await desk.all(select(Customer))}
    assert names["C2"] == ("上海新申启机电设备有限公司", "B")
    assert names["C3"] == ("新客户", "D")


async def test_a_column_that_is_not_in_the_file_is_left_alone(desk: Desk) -> None:
    assert counts(await desk.take("customers", "客户编码,客户名称,城市\nC1,宁波甬晟家居用品有限公司,宁波\n")) == (
        0,
        1,
        0,
        0,
    )
    customer = await desk.one(select(Customer).where(Customer.code == "C1"))
    assert (customer.class_code, customer.short_name, customer.city) == ("A", "甬晟家居", "宁波")
    await desk.take("customers", "客户编码,客户名称,城市,等级\nC1,甬晟,,-\n")
    customer = await desk.one(select(Customer).where(Customer.code == "C1"))
    assert (customer.class_code, customer.city) == ("D", "宁波")


async def test_one_wrong_row_stops_all_unless_the_good_ones_are_wanted(desk: Desk) -> None:
    table = "客户编码,客户名称,等级\nC3,好,A\nC4,坏,X\nC3,又一个,A\n"
    refused = await desk.take("customers", table)
    assert not refused.written
    assert reasons(refused) == [(3, "等级", "不认识，可以写：A、B、C、D"), (4, "客户编码", "与第2行重复")]
    assert counts(refused) == (0, 0, 0, 2)
    assert len(await desk.all(select(Customer))) == 2
    kept = await desk.take("customers", table, keep_good=True)
    assert kept.written
    assert counts(kept) == (1, 0, 0, 2)
    assert (await desk.one(select(Customer).where(Customer.code == "C3"))).name == "好"


async def test_a_contact_never_moves_to_another_company(desk: Desk) -> None:
    report = await desk.take("contacts", "联系人编码,客户,姓名\nK1,C2,王海峰\nK9,C9,谁\n")
    assert reasons(report) == [
        (2, "客户", "这个联系人属于另一客户，请新建联系人编码"),
        (3, "客户", "没有这个客户，请先导入客户"),
    ]


async def test_a_shipment_comes_with_its_numbers(desk: Desk) -> None:
    assert counts(await desk.take("shipments", SHIPMENTS)) == (1, 0, 0, 0)
    shipment = await desk.one(select(Shipment))
    assert (shipment.mode, shipment.load_type, shipment.phase) == ("sea", "FCL", "pre")
    assert (shipment.origin_locode, shipment.origin_name, shipment.destination_locode) == ("CNNGB", "宁波", "DEHAM")
    assert (shipment.weight_kg, shipment.consignee_phone) == (Decimal("12300.5"), "+494066969123")
    assert shipment.promised_at == datetime(2026, 12, 1, 23, 59, tzinfo=SHANGHAI)
    assert shipment.created_at == datetime(2026, 11, 1, tzinfo=SHANGHAI)
    assert (await desk.one(select(Contact).where(Contact.code == "K1"))).id == shipment.contact_id
    numbers = {(item.kind, item.number) for item in await desk.all(select(ShipmentReference))}
    assert numbers == {("container", "MRKU6345214"), ("container", "MSKU1234565"), ("mbl", "MAEU1234567")}


async def test_a_shipment_twice_is_one_and_its_numbers_become_those_of_the_file(desk: Desk) -> None:
    await desk.take("shipments", SHIPMENTS)
    assert counts(await desk.take("shipments", SHIPMENTS)) == (0, 0, 1, 0)
    corrected = SHIPMENTS.replace("MRKU6345214；MSKU1234565,MAEU1234567", "CSQU3054383,")
    assert counts(await desk.take("shipments", corrected)) == (0, 1, 0, 0)
    numbers = {(item.kind, item.number) for item in await desk.all(select(ShipmentReference))}
    assert numbers == {("container", "CSQU3054383"), ("mbl", "MAEU1234567")}
    await desk.take("shipments", SHIPMENTS.replace("MRKU6345214；MSKU1234565,MAEU1234567", "-,"))
    assert {item.kind for item in await desk.all(select(ShipmentReference))} == {"mbl"}


async def test_a_promise_is_not_changed_by_an_import(desk: Desk) -> None:
    await desk.take("shipments", SHIPMENTS)
    for changed in ("2026-12-05", "-"):
        report = await desk.take("shipments", SHIPMENTS.replace("2026-12-01", changed))
        assert reasons(report) == [(2, "承诺到达", "已承诺 2026-12-01 23:59，承诺不能靠导入修改")]
    assert counts(await desk.take("shipments", SHIPMENTS.replace("2026-12-01", ""))) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("before", "after", "column", "reason"),
    [
        ("MRKU6345214", "MRKU6345215", "柜号", "柜号 MRKU6345215 不对：第11位校验码应为4"),
        ("WB26112100013", "WB26112100014", "单号", "WB26112100014 的校验码不对，最后一位应为3"),
        ("王海峰", "陆志明", "联系人", "这个客户没有这位联系人"),
        ("整柜", "整车", "装载方式", "和运输方式“海运”不相配"),
        ("汉堡", "奥克兰", "目的地", "有几处同名，请写代码：NZAKL、USOAK"),
        ("+49 40 66969 123", "12", "收货人电话", "不是电话号码；境外号码请带国家代码，如 +49 40 …"),
    ],
)
async def test_what_is_wrong_with_a_shipment_is_told(
    desk: Desk, before: str, after: str, column: str, reason: str
) -> None:
    report = await desk.take("shipments", SHIPMENT_HEADER + SHIPMENT.replace(before, after))
    assert reasons(report) == [(2, column, reason)]
    assert not await desk.all(select(Shipment.id))


async def test_events_move_a_shipment_and_raw_codes_are_read_by_place(desk: Desk, clock: FixedClock) -> None:
    await desk.take("shipments", SHIPMENTS)
    events = EVENT_HEADER + (
        "WB26112100013,2026-11-05 10:00,,,宁波,承运人,GTIN LADEN,DCSA 2.2,,\n"
        "MRKU6345214,2026-11-07 10:00,,,宁波,承运人,DEPA,DCSA 2.2,,\n"
        "MRKU6345214,2026-11-17 10:00,,,新加坡,承运人,ARRI,DCSA 2.2,,\n"
        "WB26112100013,2026-11-20 10:00,延误,,新加坡,操作,,,CGS,\n"
        "WB26112100013,2026-12-09,预计到港,,,承运人,,,,now-2h\n"
        "WB26112100013,2026-12-09 08:00,arrived,预计,汉堡,承运人,,,,\n"
    )
    assert counts(await desk.take("events", events)) == (6, 0, 0, 0)
    stored = await desk.all(select(MilestoneEvent).order_by(MilestoneEvent.event_time))
    assert [(item.code, item.classifier, item.place_locode) for item in stored] == [
        ("accepted", "ACT", "CNNGB"),
        ("departed", "ACT", "CNNGB"),
        ("transit", "ACT", "SGSIN"),
        ("delayed", "ACT", "SGSIN"),
        ("arrived", "EST", "DEHAM"),
    ]
    assert stored[3].delay_reason == "congestion"
    estimate = await desk.one(select(EtaEstimate))
    assert (estimate.source, estimate.created_at) == ("carrier", clock.now() - timedelta(hours=2))
    assert (await desk.one(select(Shipment))).phase == "exception"
    assert counts(await desk.take("events", events)) == (0, 0, 6, 0)


async def test_the_last_event_closes_a_shipment_and_a_later_one_opens_it(desk: Desk) -> None:
    await desk.take("shipments", SHIPMENTS)
    await desk.take("events", EVENT_HEADER + "WB26112100013,2026-11-19 10:00,还箱,,汉堡,承运人,,,,\n")
    shipment = await desk.one(select(Shipment))
    assert (shipment.phase, shipment.closed_at) == ("closed", datetime(2026, 11, 19, 10, tzinfo=SHANGHAI))
    await desk.take("events", EVENT_HEADER + "WB26112100013,2026-11-18 10:00,签收,,汉堡,承运人,,,,\n")
    assert (await desk.one(select(Shipment))).phase == "closed"
    await desk.take("events", EVENT_HEADER + "WB26112100013,2026-11-20 10:00,派送中,,汉堡,承运人,,,,\n")
    shipment = await desk.one(select(Shipment))
    assert (shipment.phase, shipment.closed_at) == ("active", None)


async def test_what_is_wrong_with_an_event_is_told(desk: Desk) -> None:
    twin = SHIPMENT.replace("WB26112100013", own_number("WB", date(2026, 11, 21), 2)).replace("MRKU6345214；", "")
    await desk.take("shipments", SHIPMENTS + twin)
    report = await desk.take(
        "events",
        EVENT_HEADER + "MSKU1234565,2026-11-05,已开船,,,,,,,\n"
        "TCNU0000000,2026-11-05,已开船,,,,,,,\n"
        "MRKU6345214,2026-12-05,已开船,,,,,,,\n"
        "MRKU6345214,2026-11-05,飞走了,,,,,,,\n"
        "MRKU6345214,2026-11-05,,,,,,,,\n"
        "MRKU6345214,2026-11-05,,,,,XYZ,IATA,,\n",
    )
    assert reasons(report) == [
        (2, "单号", "有几票货用这个号，请写我司运单号"),
        (3, "单号", "没有这票货，请先导入货物"),
        (4, "时间", "实际发生的时间不能在将来；计划或预计请在“性质”列写明"),
        (5, "节点", "不认识这个节点，可以写节点代码（如 departed）或中文（如 已开船）"),
        (6, "节点", "“节点”和“原始代码”至少填一个"),
        (7, "原始代码", "这个代码没有对应的节点，请在“节点”列写明"),
    ]


RATES = (
    "运价编号,运输方式,装载方式,起运地,目的地,币种,生效日,截止日,20GP,40HQ,M,N,+45,首重价,续重价,21公斤以上,每计费吨,每方折合公斤,车型报价\n"
    'SEA-1,海运,整柜,上海,汉堡,美元,today-1d,today+30d,1380,"2,450",,,,,,,,,\n'
    "AIR-1,空运,,上海,法兰克福,CNY,today-1d,today+30d,,,320,48,38,,,,,,\n"
    "EXP-1,快递,,中国,德国,CNY,today-1d,today+30d,,,,,,118,27,45,,,\n"
    "LCL-1,海运,拼箱,CNSHA,SGSIN,USD,today-1d,today+30d,,,,,,,,,8,500,\n"
    "FTL-1,陆运,整车,上海,北京,CNY,today-1d,today+30d,,,,,,,,,,,4.2米厢车:1760/1.8吨/14方；9.6米厢车:3680/15吨/55方\n"
)


async def test_rates_become_tariffs_of_their_mode(desk: Desk) -> None:
    assert counts(await desk.take("rates", RATES)) == (5, 0, 0, 0)
    cards = {card.code: card for card in await desk.all(select(RateCard))}
    assert cards["SEA-1"].tariff == {"kind": "per_container", "prices": {"20GP": "1380", "40HQ": "2450"}}
    assert (cards["SEA-1"].currency, cards["SEA-1"].origin, cards["SEA-1"].destination) == ("USD", "CNSHA", "DEHAM")
    assert (cards["AIR-1"].origin, cards["AIR-1"].load_type) == ("CNPVG", "")
    assert cards["AIR-1"].tariff["breaks"] == [["0", "48"], ["45", "38"]]
    assert (cards["EXP-1"].origin, cards["EXP-1"].destination) == ("CN", "DE")
    assert cards["EXP-1"].tariff["per_kg"] == [["21", "45"]]
    assert cards["LCL-1"].chargeable == {"kg_per_cbm": "500"}
    assert cards["FTL-1"].tariff["trucks"][1] == {
        "name": "9.6米厢车",
        "price": "3680",
        "max_kg": "15000",
        "max_cbm": "55",
    }
    assert counts(await desk.take("rates", RATES)) == (0, 0, 5, 0)
    assert counts(await desk.take("rates", RATES.replace("1380", "1400"))) == (0, 1, 4, 0)


async def test_a_rate_without_its_price_is_told(desk: Desk) -> None:
    header, _, rest = RATES.partition("\n")
    sea = rest.splitlines()[0]
    broken = [
        sea.replace("1380", "").replace('"2,450"', ""),
        sea.replace("SEA-1", "SEA-2").replace("整柜", ""),
        sea.replace("SEA-1", "SEA-3").replace("today+30d", "today-9d"),
        sea.replace("SEA-1", "SEA-4").replace("汉堡", "德国"),
    ]
    report = await desk.take("rates", "\n".join([header, *broken]) + "\n")
    assert reasons(report) == [
        (2, "运价编号", "缺少价格：至少一种箱型的价格"),
        (3, "装载方式", "应填整柜或拼箱"),
        (4, "截止日", "截止日早于生效日"),
        (5, "目的地", "只有快递可以按国家报价，请写港口、机场或城市"),
    ]


async def test_charges_reach_every_card_that_the_pattern_names(desk: Desk) -> None:
    await desk.take("rates", RATES)
    header = "适用运价,费用代码,费用名称,环节,计费单位,箱型,单价,币种,计费方式\n"
    charges = header + "SEA-*;LCL-1,DOC,文件费,起运地,票提单,,500,CNY,\nSEA-1,TRK,拖车费,起运地,车次,,,CNY,实报实销\n"
    assert counts(await desk.take("charges", charges)) == (2, 0, 0, 0)
    assert len(await desk.all(select(RateCharge))) == 3
    assert counts(await desk.take("charges", charges)) == (0, 0, 2, 0)
    assert counts(await desk.take("charges", charges.replace("500", "450"))) == (0, 1, 1, 0)
    prices = await desk.all(select(RateCharge.unit_price).where(RateCharge.code == "DOC"))
    assert set(prices) == {Decimal(450)}
    wrong = await desk.take("charges", header + "RAIL-*,DOC,文件费,起运地,票,,5,CNY,\nSEA-1,X,费,起运地,票,,,CNY,\n")
    assert reasons(wrong) == [(2, "适用运价", "没有运价 RAIL-*，请先导入运价"), (3, "单价", "不能为空")]


async def test_exchange_rates_are_kept_per_day(desk: Desk) -> None:
    table = "币种,日期,汇率\n美元,today-1d,7.1495\nUSD,today,7.15\n"
    assert counts(await desk.take("exchange-rates", table)) == (2, 0, 0, 0)
    assert counts(await desk.take("exchange-rates", table.replace("7.15\n", "7.16\n"))) == (0, 1, 1, 0)
    rates = await desk.all(select(ExchangeRate).order_by(ExchangeRate.day))
    assert [(item.currency, item.rate, item.buffer) for item in rates] == [
        ("USD", Decimal("7.1495"), Decimal("0.015")),
        ("USD", Decimal("7.16"), Decimal("0.015")),
    ]


async def test_a_large_file_is_written_in_steps_and_told_of(
    database: Database, desk: Desk, clock: FixedClock, tmp_path: Path
) -> None:
    path = tmp_path / "many.csv"
    path.write_text("客户编码,客户名称\n" + "".join(f"X{i},客户{i}\n" for i in range(2500)), encoding="utf-8")
    told: list[tuple[int, int]] = []
    async with database.transaction() as session:
        service = ImportService(session, clock)
        parsed = read_file("customers", path, clock.now())
        report = await service.store("customers", parsed, progress=lambda done, total: told.append((done, total)))
    assert report.added == 2500
    assert told == [(1000, 2500), (2000, 2500), (2500, 2500)]
    assert await desk.one(select(func.count()).select_from(Customer)) == 2502
