"""The upper half of the page: the verdict, the figures of each file, curves, and what the model is compared with."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from xml.etree.ElementTree import Element

from trainer.curves import CoveragePoint, RefusalPoint, calibration_bins, coverage_curve, refusal_curve
from trainer.kept import Kept, KeptFile, Machine
from trainer.measures import entity_figures, intent_figures, understood
from trainer.report.charts import Axis, Dot, chart, lowest
from trainer.report.contents import Contents, MeasuredFile
from trainer.report.elements import Child, el
from trainer.report.figures import REFUSED_WRONGLY, compared, thinned
from trainer.report.tables import Cell, Direction, change, folded, label, number, section, share, table
from trainer.report.wording import NOTHING, SCRIPTS, file_title, instant, measured, megabytes, percent
from trainer.significance import Paired
from trainer.targets import Checked, check

COLUMNS: tuple[tuple[str, str, Direction], ...] = (
    ("accuracy", "意图正确率", "up"),
    ("among_two", "前两名命中", "up"),
    ("macro_f1", "宏平均 F1", "up"),
    ("out_of_scope_recall", "业务外识别率", "up"),
    ("refused_wrongly", "误拒率", "down"),
    ("unsure", "反问率", "down"),
    ("calibration_error", "校准误差", "down"),
)
SURE = 0.05
"""Under this probability a difference is called one."""
MOST_REFUSED = 0.2
"""Where the axis of wrong refusals ends: nobody would refuse more."""


def verdict(contents: Contents, figures: Mapping[str, Any]) -> Element:
    """Which targets are met."""
    checked = check(contents.targets, figures)
    judged = [one for one in checked if one.met is not None]
    missed = [one for one in judged if not one.met]
    if not judged:
        words, kind = "这批消息没有设目标，看下面的数字。", "even"
    elif missed:
        words, kind = f"{len(judged)} 项目标，{len(judged) - len(missed)} 项达标，{len(missed)} 项还差一些", "bad"
    else:
        words, kind = f"{len(judged)} 项目标全部达标", "good"
    ordered = [*missed, *(one for one in judged if one.met), *(one for one in checked if one.met is None)]
    return el(
        "section",
        el("h2", words, class_=f"verdict {kind}"),
        el("ul", [_target(one) for one in ordered], class_="targets"),
        id="verdict",
    )


def files(contents: Contents, figures: Mapping[str, Any]) -> Element:
    """The figures of every file, and of all together."""
    rows = [_figures_row(file_title(name), found) for name, found in figures["files"].items()]
    if len(contents.files) > 1:
        rows.append(_figures_row("合计", figures["all"]))
    heads = ["消息", "业务内", "业务外", *(title for _, title, _ in COLUMNS), "同类正确率", "实体 F1"]
    return section(
        "files",
        "总览",
        "这些消息都没有参加训练。意图正确率、前两名命中、误拒率和同类正确率只算业务内的消息；同类正确率指至少没有听成别的一类事。",
        table(heads, rows),
    )


def curves(contents: Contents, figures: Mapping[str, Any]) -> Element:
    """Three pictures: whether confidence can be believed, and what the two thresholds cost."""
    found = figures["all"]["intents"]
    at_two = figures["curves"]["recall_at_two_percent"]
    refusing = f"只按分数拒绝，误拒不超过 {percent(REFUSED_WRONGLY)} 时认出 {percent(at_two)}。"
    return section(
        "curves",
        "把握与取舍",
        None,
        el(
            "div",
            _figure(
                "说有几成把握，就有几成对吗",
                "点在虚线上最好；在虚线下方说明太自信。点越大，消息越多。",
                _calibration(contents),
            ),
            _figure(
                "拒绝得多一些，会误伤多少",
                ("越靠左上越好，红点是现在的位置。", refusing if at_two is not None else ""),
                _refusal(contents, found),
            ),
            _figure(
                "拿不准就反问，剩下的有多准",
                "从右往左：只处理把握更大的消息。红点是现在的位置。",
                _coverage(contents, found["unsure"]),
            ),
            class_="figures",
        ),
    )


def scripts(figures: Mapping[str, Any]) -> Element | None:
    """The same messages in Traditional and in Simplified characters; None where they were not rewritten."""
    found = {name: one for name, one in figures["scripts"].items() if isinstance(one, Mapping)}
    if not found:
        return None
    rows = [
        (
            " → ".join(SCRIPTS[script]),
            number(one["compared"]),
            share(one["right_as_written"] / one["compared"]),
            share(one["right_rewritten"] / one["compared"]),
            Cell(
                change(one["right_rewritten"] / one["compared"], one["right_as_written"] / one["compared"]),
                one["points"],
            ),
            number(one["changed"]),
        )
        for script, one in found.items()
    ]
    return section(
        "scripts",
        "繁体与简体",
        "同一句话换一种字形再听一遍，只换字，不换词。两种字形写法相同的消息不算在内。",
        table(["改写", "条数", "原文正确率", "改写后正确率", "差（百分点）", "意图变了"], rows),
    )


def comparison(contents: Contents) -> list[Element]:
    """What is better and what is worse than the promoted model and than Rasa's usual configuration."""
    promoted = (
        el(
            "p",
            "还没有上线过的模型。用 ",
            el("code", "wenhuo promote"),
            " 把满意的模型标为上线，以后每次评测都会和它比。",
            class_="hint",
        )
        if contents.promoted is None
        else el("p", "现在评测的就是上线的模型。", class_="hint")
        if contents.promoted.model == contents.model
        else _rival(contents, contents.promoted)
    )
    usual = (
        el(
            "p",
            "还没有测过。用 ",
            el("code", "wenhuo evaluate --usual"),
            " 训练一次 Rasa 的常规配置（要很久，结果会留下来）。",
            class_="hint",
        )
        if contents.usual is None
        else _rival(contents, contents.usual)
    )
    return [
        section("promoted", "和上线的模型比", _about(contents.promoted), promoted),
        section(
            "usual",
            "和 Rasa 常规配置比",
            (
                "jieba 分词、DIET、ResponseSelector、FallbackClassifier，训练句和消息都和我们一样。",
                _about(contents.usual),
            ),
            usual,
        ),
    ]


def machine(contents: Contents) -> Element:
    """What the model costs in time and space, beside the others."""
    columns: list[tuple[str, Machine]] = [("现在", contents.machine)]
    columns += [("上线的模型", contents.promoted.machine)] if contents.promoted else []
    columns += [("常规配置", contents.usual.machine)] if contents.usual else []
    rows: list[Sequence[Child]] = [
        ["理解一条，中位数", *(measured(one.p50_ms, "ms") for _, one in columns)],
        ["理解一条，p95", *(measured(one.p95_ms, "ms") for _, one in columns)],
        ["训练时间", *(measured(one.training_seconds, "s") for _, one in columns)],
        ["模型文件", *(megabytes(one.archive_bytes) for _, one in columns)],
        ["评测进程的内存", *(megabytes(one.resident_bytes) for _, one in columns)],
        ["Rasa 服务进程的内存", *(megabytes(one.server_bytes) for _, one in columns)],
    ]
    hint = "单核、进程内，不含网络。服务进程的内存在一千条消息之后量，见 "
    return section(
        "machine",
        "速度与体积",
        (hint, el("code", "python -m bench.parse"), "。"),
        table(["", *(title for title, _ in columns)], rows),
        _hostile(contents),
    )


def _target(one: Checked) -> Element:
    limit = one.target.least if one.target.least is not None else one.target.most
    sign = "≥" if one.target.least is not None else "≤"
    kind = {True: "good", False: "bad", None: "even"}[one.met]
    mark = {True: "达标", False: "未达标", None: "没有测"}[one.met]
    return el(
        "li",
        el("span", one.target.title, class_="what"),
        el("b", measured(one.value, one.target.unit)),
        el("em", mark),
        el("small", f"目标 {sign} {measured(limit, one.target.unit)}"),
        class_=kind,
    )


def _figures_row(name: str, found: Mapping[str, Any]) -> list[Cell | Child]:
    intents = found["intents"]
    return [
        name,
        number(intents["in_scope"]),
        number(intents["out_of_scope"]),
        *(share(intents[key]) for key, _, _ in COLUMNS),
        share(intents["family"]),
        share(found["entities"].get("all", {}).get("f1")),
    ]


def _figure(title: str, words: Child, drawn: Element) -> Element:
    return el("figure", el("figcaption", el("h3", title), el("p", words)), drawn)


def _calibration(contents: Contents) -> Element:
    bins = calibration_bins(contents.messages, contents.parses)
    most = max((one.count for one in bins), default=1)
    dots = [
        Dot(
            one.confidence,
            one.accuracy,
            f"把握 {percent(one.confidence)}，实际对 {percent(one.accuracy)}（{one.count} 条）",
            radius=3 + 7 * (one.count / most) ** 0.5,
        )
        for one in bins
    ]
    line = [(one.confidence, one.accuracy) for one in bins]
    return chart("校准曲线", Axis("置信度"), Axis("实际正确率"), line, dots, diagonal=True)


def _refusal(contents: Contents, found: Mapping[str, Any]) -> Element:
    points = refusal_curve(contents.messages, contents.parses)
    if not points:
        return el("p", "要既有业务内、又有业务外的消息才画得出。", class_="hint")
    now = (found["refused_wrongly"], found["out_of_scope_recall"])
    seen = [point for point in points if point.refused_wrongly <= MOST_REFUSED]
    dots = [
        Dot(p.refused_wrongly, p.recall, f"误拒 {percent(p.refused_wrongly)}，认出业务外 {percent(p.recall)}", radius=2)
        for p in thinned(seen, 60)
    ]
    dots.append(Dot(*now, f"现在：误拒 {percent(now[0])}，认出业务外 {percent(now[1])}", radius=6, mark=True))
    line = [(point.refused_wrongly, point.recall) for point in _corners(seen)]
    y = Axis("认出的业务外消息", low=lowest([p.recall for p in seen[len(seen) // 20 :]], 0.2))
    return chart("拒绝的取舍", Axis("误拒的业务内消息", high=MOST_REFUSED), y, line, dots)


def _corners(points: Sequence[RefusalPoint]) -> list[RefusalPoint]:
    """Without the points that lie on the straight line between their neighbours."""
    kept = list(points[:1])
    for before, point, after in zip(points, points[1:], points[2:], strict=False):
        level = before.recall == point.recall == after.recall
        upright = before.refused_wrongly == point.refused_wrongly == after.refused_wrongly
        if not level and not upright:
            kept.append(point)
    return kept + list(points[-1:] if len(points) > 1 else ())


def _coverage(contents: Contents, unsure: float | None) -> Element:
    points: list[CoveragePoint] = thinned(coverage_curve(contents.messages, contents.parses))
    acted = [
        understood(parse) == message.intent
        for message, parse in zip(contents.messages, contents.parses, strict=True)
        if not parse.get("unsure")
    ]
    dots = [
        Dot(
            p.coverage,
            p.accuracy,
            f"把握在 {percent(p.threshold)} 以上的占 {percent(p.coverage)}，对 {percent(p.accuracy)}",
            radius=2,
        )
        for p in thinned(points, 60)
    ]
    if acted and unsure is not None:
        right = sum(acted) / len(acted)
        dots.append(
            Dot(1 - unsure, right, f"现在：直接处理 {percent(1 - unsure)}，对 {percent(right)}", radius=6, mark=True)
        )
    y = Axis("其中听对的", low=lowest([point.accuracy for point in points[3:]] or [0.0], 0.1))
    return chart("反问的取舍", Axis("直接处理的消息"), y, [(p.coverage, p.accuracy) for p in points], dots)


def _about(rival: Kept | None) -> Child:
    if rival is None:
        return None
    return f"{rival.model.removesuffix('.tar.gz')}，{instant(rival.evaluated_at)}评测。小字是百分点的差。"


def _rival(contents: Contents, rival: Kept) -> list[Element]:
    shown = [(file, rival.files[file.name]) for file in contents.files if file.name in rival.files]
    if not shown:
        return [el("p", "对方没有听过这些消息，先用它评测一次。", class_="hint")]
    tests = [(file, found) for file, _ in shown if (found := compared(file, rival))]
    return [
        table(
            ["消息", "比较", "对方听对", "现在听对", "差（百分点）", "变对", "变错", "p", "结论"],
            [_test_row(file.name, found) for file, found in tests],
        ),
        table(
            ["消息", *(title for _, title, _ in COLUMNS), "实体 F1"],
            [row for file, theirs in shown for row in _both_rows(file, theirs)],
        ),
        *(_moved(contents, file, rival) for file, _ in tests),
    ]


def _test_row(name: str, found: Paired) -> list[Cell | Child]:
    before, now = found.right_before / found.compared, found.right_now / found.compared
    better = "明显更好" if now > before else "明显更差"
    return [
        file_title(name),
        number(found.compared),
        share(before),
        share(now),
        Cell(change(now, before), now - before),
        number(found.better),
        number(found.worse),
        Cell("<0.001" if found.p < 0.001 else f"{found.p:.3f}", found.p),
        better if found.p < SURE else "差别不明显，可能是碰巧",
    ]


def _both_rows(file: MeasuredFile, theirs: KeptFile) -> list[list[Cell | Child]]:
    now, before = asdict(intent_figures(file.messages, file.parses)), asdict(theirs.intents)
    found = entity_figures(file.messages, file.parses).get("all")
    old = theirs.entities.get("all")
    cells: list[Cell | Child] = [
        Cell((percent(now[key]), " ", change(now[key], before[key], better)), now[key]) for key, _, better in COLUMNS
    ]
    ours, other = found.f1 if found else None, old.f1 if old else None
    return [[file_title(file.name), *cells, Cell((percent(ours), " ", change(ours, other)), ours)]]


def _moved(contents: Contents, file: MeasuredFile, rival: Kept) -> Element:
    """The messages that changed sides, those that became wrong first."""
    theirs = rival.files[file.name].understood
    rows: dict[bool, list[list[Cell | Child]]] = {False: [], True: []}
    for message, parse in zip(file.messages, file.parses, strict=True):
        before, now = theirs.get(message.text), understood(parse)
        if before is not None and (before == message.intent) != (now == message.intent):
            names = (message.intent, before, now)
            rows[now == message.intent].append([message.text, *(label(one, contents.gloss(one)) for one in names)])
    heads = ["消息", "该是", "对方听成", "现在听成"]
    return folded(
        f"{file_title(file.name)}：变错 {len(rows[False])} 条，变对 {len(rows[True])} 条",
        el("h3", "变错") if rows[False] else None,
        table(heads, rows[False]) if rows[False] else None,
        el("h3", "变对") if rows[True] else None,
        table(heads, rows[True]) if rows[True] else None,
    )


def _hostile(contents: Contents) -> list[Element]:
    if not contents.hostile:
        return []
    rows: list[Sequence[Cell | Child]] = [
        (
            one.title,
            number(one.length),
            label(one.understood, contents.gloss(one.understood)) if one.understood else NOTHING,
            Cell(measured(one.milliseconds, "ms"), one.milliseconds),
        )
        for one in contents.hostile
    ]
    return [el("h3", "极端输入"), table(["消息", "字数", "听成", "用时"], rows)]
