"""The lower half of the page: labels and what they are taken for, values, moods, and every mistake with its likely cause."""

from collections import Counter
from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element

from trainer.confusion import commonest, confusion_counts, label_figures
from trainer.entity_errors import EntityError, Wrong, entity_errors
from trainer.families import in_order, title
from trainer.measures import OUT_OF_SCOPE, Parse, confusions, entity_figures, heard_mood, mood_figures, understood
from trainer.messages import LabelledMessage
from trainer.report.contents import Contents
from trainer.report.elements import Child, el
from trainer.report.matrix import matrix
from trainer.report.tables import Cell, barred, folded, label, number, section, share, table
from trainer.report.wording import KINDS, MOODS, NOTHING, file_title, percent
from trainer.scripts import Rewritten

COMMONEST = 12
"""Mistakes that are listed beside the matrix."""
CLOSEST = 3
"""Training sentences shown with a mistake."""
WRONG: dict[Wrong, str] = {"missed": "漏掉", "invented": "多找", "value": "换算不对", "role": "角色不对"}


def confusion(contents: Contents) -> Element:
    """The matrix and the commonest mistakes."""
    counts = confusion_counts(contents.messages, contents.parses)
    worst = commonest(counts, COMMONEST)
    rows: list[Sequence[Cell | Child]] = [
        (label(wanted, contents.gloss(wanted)), label(given, contents.gloss(given)), number(count))
        for wanted, given, count in worst
    ]
    return section(
        "confusion",
        "混淆矩阵",
        "一行是该听成的意图，一列是实际听成的；斜线上是对的。颜色越深，占该意图的比例越高。指到格子上看条数。",
        el("div", matrix(contents, counts), class_="scroll wide", tabindex=0) if counts else None,
        el("h3", "最常听错的"),
        table(["该是", "听成", "条数"], rows) if rows else el("p", "一条都没有听错。", class_="hint"),
    )


def labels(contents: Contents) -> Element:
    """Precision, recall and F1 of every label."""
    found = label_figures(confusion_counts(contents.messages, contents.parses))
    learned = Counter(sentence.intent for sentence in contents.training)
    rows: list[Sequence[Cell | Child]] = [
        (
            label(name, contents.gloss(name)),
            title(contents.families.get(name, "")) or NOTHING,
            number(found[name].support),
            barred(found[name].precision),
            barred(found[name].recall),
            barred(found[name].f1),
            number(learned[name]),
        )
        for name in in_order(found, contents.families)
    ]
    return section(
        "labels",
        "每个意图",
        "点表头排序。精确率：说是它的里面有多少真是；召回率：真是它的里面认出多少。消息少的意图，数字只能参考。",
        table(["意图", "类别", "消息", "精确率", "召回率", "F1", "训练句"], rows, sortable=True),
    )


def entities(contents: Contents) -> Element:
    """Figures by kind of value, and what was missed, invented or read wrongly."""
    found = entity_figures(contents.messages, contents.parses)
    if not found:
        return section("entities", "实体", None, el("p", "这批消息没有标注实体。", class_="hint"))
    rows: list[Sequence[Cell | Child]] = [
        (
            label(kind, KINDS.get(kind, kind)),
            number(one.gold),
            barred(one.precision),
            barred(one.recall),
            barred(one.f1),
            share(one.right_value),
            share(one.right_role),
        )
        for kind, one in found.items()
    ]
    errors = entity_errors(contents.messages, contents.parses)
    return section(
        "entities",
        "实体",
        "种类和原文都对才算找到；换算和角色只在找到的里面算。",
        table(["种类", "标注", "精确率", "召回率", "F1", "换算对", "角色对"], rows, sortable=True),
        [_entity_errors(wrong, [one for one in errors if one.wrong == wrong]) for wrong in WRONG],
    )


def moods(contents: Contents) -> Element | None:
    """How moods were heard; None where nobody judged them."""
    found = mood_figures(contents.messages, contents.parses)
    if not found.judged:
        return None
    judged = [(m, parse) for m, parse in zip(contents.messages, contents.parses, strict=True) if m.mood]
    counts = Counter((message.mood, heard_mood(parse)) for message, parse in judged)
    rows: list[Sequence[Cell | Child]] = []
    for mood, words in MOODS.items():
        total = sum(counts[mood, heard] for heard in MOODS)
        rows.append(
            (words, number(total), *(Cell(_part(counts[mood, heard], total), counts[mood, heard]) for heard in MOODS))
        )
    misheard = [(m, parse) for m, parse in judged if m.mood != heard_mood(parse)]
    return section(
        "moods",
        "情绪",
        f"判过情绪的 {found.judged} 条里听对 {percent(found.accuracy)}；发火的听出 {percent(found.angry_found)}，"
        f"平和的有 {percent(found.calm_called_angry)} 被当成发火。",
        table(["实际", "条数", *(f"听成{words}" for words in MOODS.values())], rows),
        folded(
            f"听错的 {len(misheard)} 条",
            table(
                ["消息", "实际", "听成", "依据"],
                [(m.text, _mood(m.mood), _mood(heard_mood(parse)), _basis(parse)) for m, parse in misheard],
            ),
        )
        if misheard
        else None,
    )


def errors(contents: Contents) -> Element:
    """Every misunderstood message with the training sentences that are most like it."""
    file_of = [file.name for file in contents.files for _ in file.messages]
    names = {id(parse): name for name, parse in zip(file_of, contents.parses, strict=True)}
    others = {id(parse): other for other, parse in zip(contents.rewritten, contents.parses, strict=True)}
    wrong = confusions(contents.messages, contents.parses)
    wrong.sort(key=lambda one: -float(one[1]["intent"]["confidence"]))
    groups = {
        "意图听错": [one for one in wrong if OUT_OF_SCOPE not in (one[0].intent, understood(one[1]))],
        "业务外的当成了业务": [one for one in wrong if one[0].intent == OUT_OF_SCOPE],
        "业务内的被拒绝": [one for one in wrong if understood(one[1]) == OUT_OF_SCOPE],
    }
    return section(
        "errors",
        f"听错的 {len(wrong)} 条",
        "最有把握却听错的在前。下面是训练句里最像的三句：标签和“该是”一样，说明缺的是别的说法；和“听成”一样，说明边界要靠新句子分开。",
        el("input", type="search", class_="filter", placeholder="按文字、意图或文件筛选", aria_label="筛选")
        if wrong
        else None,
        [
            folded(
                f"{heading}（{len(group)} 条）",
                [_error(contents, *one, names[id(one[1])], others[id(one[1])]) for one in group],
                opened=True,
            )
            for heading, group in groups.items()
            if group
        ],
    )


def _error(contents: Contents, message: LabelledMessage, parse: Parse, file: str, other: Rewritten | None) -> Element:
    given, confidence = understood(parse), percent(float(parse["intent"]["confidence"]))
    second = next((one for one in parse["intent_ranking"] if one["name"] != given), None)
    return el(
        "article",
        el("p", message.text, class_="said"),
        el(
            "p",
            el("span", "该是 ", label(message.intent, contents.gloss(message.intent), "right")),
            el("span", "听成 ", label(given, contents.gloss(given), "wrong"), f" {confidence}"),
            el(
                "span",
                "其次 ",
                label(second["name"], contents.gloss(second["name"])),
                f" {percent(second['confidence'])}",
            )
            if second
            else None,
            el("span", "会反问", class_="chip") if parse.get("unsure") else None,
            el("span", file_title(file), class_="chip"),
            class_="labels",
        ),
        _closest(contents, message, given, other),
        class_="error",
    )


def _closest(contents: Contents, message: LabelledMessage, given: str, other: Rewritten | None) -> Element | None:
    found = dict(contents.index.closest(message.text, CLOSEST)) if contents.training else {}
    if other and contents.training:
        # The sentences are written in both scripts.
        for place, likeness in contents.index.closest(other.text, CLOSEST):
            found[place] = max(likeness, found.get(place, 0.0))
    rows = []
    for place, likeness in sorted(found.items(), key=lambda one: (-one[1], one[0]))[:CLOSEST]:
        sentence = contents.training[place]
        kind = "right" if sentence.intent == message.intent else "wrong" if sentence.intent == given else ""
        rows.append(
            el(
                "li",
                el("span", sentence.text, class_="sentence"),
                el("span", label(sentence.intent, contents.gloss(sentence.intent), kind), class_="where"),
                el("small", f"像 {100 * likeness:.0f}% · {sentence.path.name}:{sentence.line}"),
            )
        )
    return el("ol", rows, class_="closest") if rows else None


def _entity_errors(wrong: Wrong, found: Sequence[EntityError]) -> Element | None:
    if not found:
        return None
    rows: list[Sequence[Child]] = [
        (one.text, label(one.kind, KINDS.get(one.kind, one.kind)), one.words, *_values(one)) for one in found
    ]
    heads = ["消息", "种类", "原文", *{"missed": ["标注"], "invented": ["找到"]}.get(wrong, ["标注", "找到"])]
    return folded(f"{WRONG[wrong]} {len(found)} 处", table(heads, rows))


def _values(one: EntityError) -> Iterable[str]:
    if one.wrong == "missed":
        return [_value(one.wanted)]
    return [_value(one.found)] if one.wrong == "invented" else [_value(one.wanted), _value(one.found)]


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "，".join(f"{key} {inner}" for key, inner in value.items() if inner is not None)
    return NOTHING if value is None else str(value)


def _part(count: int, total: int) -> Child:
    return [f"{count} ", el("small", percent(count / total))] if total else NOTHING


def _mood(mood: str) -> str:
    return MOODS.get(mood, mood)


def _basis(parse: Parse) -> str:
    return "、".join(map(str, parse.get("mood", {}).get("basis", []))) or NOTHING
