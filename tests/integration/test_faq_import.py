"""Answers from a file: versions like those of the console, and reasons with line numbers."""

from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from crm.clock import FixedClock
from crm.faq.defaults import shipped
from crm.faq.models import FaqAnswer
from crm.faq.service import AnswerService
from crm.imports.service import ImportService, Report, read_file
from crm.staff.models import Role, Staff
from database.session import Database

HEADER = "问题,答案,依据,更新日期,有效期至\n"
HOURS = "faq/business_hours,周一到周六 9:00-18:00。,办公时间表,2026-11-01,2026-12-31\n"
INVOICE = "invoice,三天内开票。,财务制度,2026/11/02,\n"


class Files:
    """Imports texts as files, each in a transaction of its own."""

    def __init__(self, database: Database, clock: FixedClock, folder: Path) -> None:
        self._database, self._clock, self._folder = database, clock, folder

    async def take(self, table: str, *, keep_good: bool = False) -> Report:
        path = self._folder / "faq.csv"
        path.write_text(table, encoding="utf-8")
        return await self.take_file(path, keep_good=keep_good)

    async def take_file(self, path: Path, *, keep_good: bool = False) -> Report:
        parsed = read_file("faq", path, self._clock.now())
        async with self._database.transaction() as session:
            return await ImportService(session, self._clock).store("faq", parsed, keep_good=keep_good)

    async def versions(self) -> list[tuple[str, int, str, str]]:
        async with self._database.reading() as session:
            found = (await session.scalars(select(FaqAnswer).order_by(FaqAnswer.label, FaqAnswer.version))).all()
        return [(one.label, one.version, one.text, one.changed_by) for one in found]


@pytest.fixture
def files(database: Database, clock: FixedClock, tmp_path: Path) -> Files:
    return Files(database, clock, tmp_path)


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.failed_rows


async def test_answers_become_versions_and_twice_is_once(files: Files) -> None:
    assert counts(await files.take(HEADER + HOURS + INVOICE)) == (2, 0, 0, 0)
    assert counts(await files.take(HEADER + HOURS + INVOICE)) == (0, 0, 2, 0)
    assert counts(await files.take(HEADER + HOURS.replace("周六", "周日") + INVOICE)) == (0, 1, 1, 0)
    assert await files.versions() == [
        ("faq/business_hours", 1, "周一到周六 9:00-18:00。", "job:import"),
        ("faq/business_hours", 2, "周一到周日 9:00-18:00。", "job:import"),
        ("faq/invoice", 1, "三天内开票。", "job:import"),
    ]


async def test_an_empty_end_stays_and_a_dash_takes_it_away(files: Files, database: Database, clock: FixedClock) -> None:
    await files.take(HEADER + HOURS)
    assert counts(await files.take(HEADER + HOURS.replace("2026-12-31", ""))) == (0, 0, 1, 0)
    assert counts(await files.take(HEADER + HOURS.replace("2026-12-31", "-"))) == (0, 1, 0, 0)
    async with database.reading() as session:
        assert (await AnswerService(session, clock).current("faq/business_hours")).valid_until is None


async def test_the_default_in_a_file_stays_the_default(files: Files) -> None:
    default = shipped()["faq/invoice"]
    row = f"faq/invoice,{default.text},{default.source},{default.as_of},\n"
    assert counts(await files.take(HEADER + row)) == (0, 0, 1, 0)
    assert await files.versions() == []


async def test_it_goes_on_from_what_the_console_wrote(files: Files, database: Database, clock: FixedClock) -> None:
    await files.take(HEADER + INVOICE)
    trainer = Staff(code="tang", role=Role.TRAINER.value)
    async with database.transaction() as session:
        await AnswerService(session, clock).withdraw("faq/invoice", 1, trainer)
    assert counts(await files.take(HEADER + INVOICE)) == (1, 0, 0, 0)
    assert [(version, text, by) for _, version, text, by in await files.versions()] == [
        (1, "三天内开票。", "job:import"),
        (2, "", "staff:tang"),
        (3, "三天内开票。", "job:import"),
    ]


async def test_what_is_wrong_is_told_with_line_and_reason(files: Files) -> None:
    table = HEADER + (
        HOURS + "faq/weekend_pickup,周末也提货。,手册,2026-11-01,\n"
        "insurance,找小王 13812345678,手册,2026-11-01,\n"
        "insurance,好,{手册},2026-11-22,\n"
        "packaging,,手册,2026-11-01,2026-10-01\n"
        "free_time,七天。,手册,2026-11-01,2026-10-01\n" + HOURS
    )
    report = await files.take(table)
    assert not report.written
    assert [(error.line, error.column, error.reason.partition("：")[0]) for error in report.errors] == [
        (3, "问题", "没有 faq/weekend_pickup 这个问题"),
        (4, "答案", "有手机号，个人信息不能写进答案，请写公司座机或 400 电话"),
        (5, "依据", "不能有花括号 { } 或“0[”，机器人会当成要填的变量"),
        (5, "更新日期", "更新日期不能在将来"),
        (6, "答案", "不能为空"),
        (7, "有效期至", "有效期不能早于更新日期"),
        (8, "问题", "与第2行重复"),
    ]
    assert await files.versions() == []
    assert counts(await files.take(table, keep_good=True)) == (1, 0, 0, 6)


async def test_a_workbook_with_english_headers(files: Files, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["label", "text", "source", "as_of", "valid_until"])
    sheet.append(["faq/packaging", "外箱五层瓦楞。\n贵重货打木箱。", "包装规范", "2026-11-01", None])
    book.save(tmp_path / "faq.xlsx")
    assert counts(await files.take_file(tmp_path / "faq.xlsx")) == (1, 0, 0, 0)
    assert (await files.versions())[0][2] == "外箱五层瓦楞。\n贵重货打木箱。"
