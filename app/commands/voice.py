"""`wenhuo voice`: everything that is said about complaints, on one page for a service lead."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from settings import ROOT

PAGE = ROOT / "docs" / "voice.md"
DOMAIN = ROOT / "domain.yml"


@dataclass(frozen=True)
class Group:
    """A chapter of the page. The longest prefix that fits a response decides where it stands."""

    title: str
    about: str
    prefixes: tuple[str, ...]


GROUPS = (
    Group("倾听", "客户还在讲。不问资料，不讲原因，只让他说完。", ("utter_listen_",)),
    Group(
        "致歉",
        "听明白以后道一次歉：说出是什么事、给客户带来了什么，不怪任何人，不认责任，不说金额。同一段对话里不说重样的话。",
        ("utter_sorry_",),
    ),
    Group("安抚", "客户在发火，还没说是什么事，或者道过歉还在气头上。", ("utter_vent",)),
    Group("复述与登记", "把听到的说给客户核对，给单号、下一步、谁负责、什么时候。", ("utter_complaint_",)),
    Group("进度", "客户问投诉办得怎么样了：照实说，晚了就承认晚了。", ("utter_complaint_status",)),
    Group("材料", "客户发来照片、语音、文件。", ("utter_evidence_",)),
    Group(
        "换人、换场合、换时间",
        "谈不下去的时候换一样。被投诉的人不再接手。",
        ("utter_change_person", "utter_change_withdrawn", "utter_change_call", "utter_appointment_"),
    ),
    Group("承诺", "答应过的时间：要晚了提前说，晚了就认，并给新的时间。", ("utter_promise_",)),
    Group(
        "补救与理赔", "补救批下来以后怎么说，理赔要收集什么。不谈法律，不承诺金额。", ("utter_remedy_", "utter_claim_")
    ),
    Group("回访与评价", "办完了问一句解决没有，请客户打分。", ("utter_survey_", "utter_follow_up_", "utter_followup_")),
    Group("表扬", "客户夸了人：谢谢他，并且转告到本人和主管。", ("utter_praise",)),
)
"""What belongs to complaints, in the order in which it is said."""

PLACEHOLDERS: Mapping[str, str] = {
    "about": "约了谈什么事",
    "at": "约好的时间，如「11月23日（周一）14:30」",
    "category": "投诉类别，如「破损」",
    "complaint_no": "投诉单号",
    "consequence": "这件事给客户带来了什么，用客户自己的话",
    "date": "日期，如「12月3日」",
    "department": "负责的部门，如「操作部」",
    "due": "说好的时间，如「今天15:00」；前面不用再写「今天」",
    "facts": "客户说的经过，用客户自己的话",
    "meets": "怎么谈，如「打电话给您」「上门拜访您」",
    "name": "同事的名字，客户看得到的那个",
    "new_due": "改过以后的时间",
    "phone": "客户的电话，只露后四位，如「尾号5678的号码」",
    "reference": "单号，如提单号、运单号",
    "resolve": "办完的时间",
    "result": "处理结果，经办人写的话",
    "state": "办到哪一步了，如「正在核实」",
    "times": "可以约的几个时间",
    "what": "说的是哪样：承诺里是答应的事，材料里是收到的东西，进度里是在等什么",
    "wish": "客户希望怎么办，用客户自己的话",
    "words": "客户更正时说的话",
}
"""What is put in for {…}."""

HEAD = """# 投诉时说的每一句话

这一页由 `wenhuo voice` 从 `domain.yml` 生成，列出客户投诉时系统会说的全部话。
要改哪一句，就到 `domain.yml` 里按名字找到它，改 `text:` 后面的字，再运行一次 `wenhuo voice`。
改这一页本身没有用，下次生成就盖掉了。

- 一个名字下面有几种说法，每次随机说其中一种，意思要一样，用到的花括号也要一样。
- 花括号里的内容由系统填，名字不要改，可以挪位置。每个填的是什么，见[最后一节](#花括号里填什么)。
- 「什么时候说」写在 `metadata: {when: …}` 里，每个名字至少写一处，只给看这一页的人看，客户看不到。
- 不要出现：推给船公司、司机、仓库、天气、系统或客户自己；「请谅解」「请理解」；认责任；说赔多少；一口保证结果。测试会一句一句查。
"""


class PageIncomplete(ValueError):
    """Something that is said cannot be explained; the message names each response and what is missing."""


def voice(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail when the page is not up to date.")
    ] = False,
) -> None:
    """Write docs/voice.md: everything that is said about complaints, for a service lead to read and edit."""
    from app.launcher.errors import LauncherError  # noqa: PLC0415 (see app/commands/__init__.py)

    try:
        text = page(responses(DOMAIN))
    except PageIncomplete as error:
        raise LauncherError(str(error)) from error
    if not check:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        raise LauncherError("docs/voice.md is not what domain.yml says: run `wenhuo voice`")


def responses(domain: Path) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The responses of a domain file: name -> variations."""
    from ruamel.yaml import YAML  # noqa: PLC0415 (see app/commands/__init__.py)

    found: Mapping[str, Sequence[Mapping[str, Any]]]
    found = YAML(typ="safe", pure=True).load(domain.read_text(encoding="utf-8"))["responses"]
    return found


def group_of(name: str) -> Group | None:
    """Where a response belongs; None: it is not about complaints."""
    fitting = [(prefix, group) for group in GROUPS for prefix in group.prefixes if name.startswith(prefix)]
    return max(fitting, key=lambda pair: len(pair[0]))[1] if fitting else None


def page(said: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """The page. Raises PageIncomplete for a response without `when`, or with a {…} that PLACEHOLDERS does not explain."""
    chapters = {group: [name for name in said if group_of(name) is group] for group in GROUPS}
    ours = {name: said[name] for names in chapters.values() for name in names}
    _refuse_incomplete(ours)
    parts = [HEAD]
    for group, names in chapters.items():
        if names:
            parts.append(f"## {group.title}\n\n{group.about}\n")
            parts += ["\n".join(_response(name, ours[name])) for name in names]
    used = sorted({value for variants in ours.values() for value in _values(variants)})
    rows = "\n".join(f"| `{{{value}}}` | {PLACEHOLDERS[value]} |" for value in used)
    parts.append(f"## 花括号里填什么\n\n| 写作 | 填的是 |\n|---|---|\n{rows}\n")
    return "\n".join(parts)


def _response(name: str, variants: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield f"### `{name}`\n"
    yield f"什么时候说：{_when(variants)}\n"
    yield from (f"- {' '.join(str(variant['text']).split())}" for variant in variants)
    titles = dict.fromkeys(button["title"] for variant in variants for button in variant.get("buttons", ()))
    if titles:
        yield f"\n按钮：{'、'.join(f'「{title}」' for title in titles)}"
    yield ""


def _refuse_incomplete(ours: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    silent = [name for name, variants in ours.items() if not _when(variants)]
    unknown = [f"{name} {{{value}}}" for name, found in ours.items() for value in _values(found) - PLACEHOLDERS.keys()]
    problems = []
    if silent:
        problems.append(f"domain.yml does not say when these are said (metadata: {{when: …}}): {', '.join(silent)}")
    if unknown:
        problems.append(f"app/commands/voice.py does not explain (PLACEHOLDERS): {', '.join(sorted(unknown))}")
    if problems:
        raise PageIncomplete("; ".join(problems))


def _when(variants: Sequence[Mapping[str, Any]]) -> str:
    """When it is said; empty: no variation says so."""
    whens = [str((variant.get("metadata") or {}).get("when") or "").strip() for variant in variants]
    return next((when for when in whens if when), "")


def _values(variants: Sequence[Mapping[str, Any]]) -> set[str]:
    """The names in {…} of the texts; those of payloads are not read by anybody."""
    return {value for variant in variants for value in re.findall(r"(?<!\{)\{(\w+)\}", str(variant["text"]))}


def register(cli: typer.Typer) -> None:
    """Adds the command."""
    cli.command()(voice)
