"""Figures as trainers read them."""

from datetime import datetime
from zoneinfo import ZoneInfo

NOTHING = "–"
CHINA = ZoneInfo("Asia/Shanghai")


def percent(share: float | None) -> str:
    """`92.1%`; a dash where nothing was measured."""
    return NOTHING if share is None else f"{100 * share:.1f}%"


def points(difference: float | None) -> str:
    """A difference of shares in percentage points, `+1.2`; a dash where nothing was measured."""
    if difference is None:
        return NOTHING
    rounded = round(100 * difference, 1)
    return f"{rounded:+.1f}" if rounded else "±0"


def measured(value: float | None, unit: str) -> str:
    """A figure in its unit: `%` for shares, else as it stands."""
    if value is None:
        return NOTHING
    if unit == "%":
        return percent(value)
    return f"{value:,.0f} {unit}" if value == round(value) else f"{value:,.1f} {unit}"


def megabytes(size: int | None) -> str:
    """Bytes as MB of a million; from a thousand MB on as GB."""
    if size is None:
        return NOTHING
    return f"{size / 1e9:.2f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"


def instant(written: str) -> str:
    """An ISO instant as a date and time of day in China; as it stands where it is none."""
    try:
        return datetime.fromisoformat(written).astimezone(CHINA).strftime("%Y年%-m月%-d日 %H:%M")
    except ValueError:
        return written


FILES = {"b2b.yml": "企业客户", "consumers.yml": "个人与小卖家", "out_of_scope.yml": "业务之外"}
MOODS = {"calm": "平和", "annoyed": "不满", "angry": "发火"}
SCRIPTS = {"hans": ("简体原文", "改写成繁体"), "hant": ("繁体原文", "改写成简体")}
KINDS = {
    "all": "全部",
    "commodity": "货名",
    "complaint_no": "投诉单号",
    "container": "箱型箱量",
    "date": "日期",
    "dimensions": "尺寸",
    "incoterm": "贸易条款",
    "load_type": "整箱拼箱",
    "money": "金额",
    "phone": "电话",
    "phone_tail": "手机尾号",
    "pieces": "件数",
    "place": "地点",
    "quote_no": "报价单号",
    "shipment_no": "货运单号",
    "transport_mode": "运输方式",
    "volume": "体积",
    "weight": "重量",
}


def file_title(name: str) -> str:
    """What a file of messages holds; its name for one that is not ours."""
    return FILES.get(name, name)
