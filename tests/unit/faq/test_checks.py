"""What is fit to be said as an answer."""

from datetime import date

import pytest

from crm.customers.personal_numbers import bank_cards, identity_cards, mobile_numbers
from crm.faq import checks
from crm.faq.service import Draft

TODAY = date(2026, 11, 21)
MANY = "字" * 601


@pytest.mark.parametrize(
    "text",
    [
        "周一到周五 9:00-18:00。\n仓库周六也收货。",
        "客服热线 400-820-0000，座机 0574-8700 0000。",
        "对公账号以合同为准，单号 WB26112100013 也能查。",
        "费率 0.3%，最低 100 元 [含税]",
        "字" * 600,
    ],
)
def test_what_a_firm_may_say(text: str) -> None:
    assert checks.wrong_text(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "不能为空"),
        (MANY, "太长，最多600个字符，现有601个"),
        ("您好{name}", "花括号"),
        ("见 10[1] 条", "花括号"),
        ("=1+1", "公式"),
        ("-上海", "公式"),
        ("@所有人", "公式"),
        ("铃\x07声", "显示不出来"),
        ("半个字\ud83d", "显示不出来"),
        ("找小王 13812345678", "手机号"),
        ("找小王 +86 138 1234 5678", "手机号"),
        ("身份证 11010519491231002X", "身份证"),
        ("卡号 6222 0212 3456 7894", "银行卡"),
    ],
)
def test_what_nobody_may_say(text: str, reason: str) -> None:
    assert reason in (checks.wrong_text(text) or "")
    assert checks.wrong_source(text) is not None


def test_a_source_is_one_short_line() -> None:
    assert checks.wrong_source("海关总署公告 2026 年第 12 号") is None
    assert checks.wrong_source("手册\n第三章") == "依据只能写一行"
    assert checks.wrong_source("字" * 61) == "太长，最多60个字符，现有61个"


def test_days() -> None:
    assert Draft("好", "手册", TODAY, TODAY).problems(TODAY) == {}
    wrong = Draft("好", "手册", date(2026, 11, 22), date(2026, 11, 21)).problems(TODAY)
    assert wrong == {"as_of": "更新日期不能在将来", "valid_until": "有效期不能早于更新日期"}


def test_stray_blanks_are_no_change() -> None:
    assert checks.tidy(" 一 \r\n  二\r三 \n\n") == "一\n二\n三"


def test_an_identity_card_is_no_bank_card_as_well() -> None:
    text = "11010519491231002X 和 6222021234567894"
    assert identity_cards(text) == ["11010519491231002X"]
    assert bank_cards(text) == ["6222021234567894"]
    assert mobile_numbers(text) == []
