"""The page as one file that needs nothing from anywhere."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from trainer.report import details, overview
from trainer.report.contents import Contents
from trainer.report.elements import el, html
from trainer.report.wording import instant

HERE = Path(__file__).parent


def page(contents: Contents, figures: Mapping[str, Any]) -> str:
    """The whole document. `figures` are those of `trainer.report.figures.figures`."""
    parts = [
        overview.verdict(contents, figures),
        overview.files(contents, figures),
        overview.curves(contents, figures),
        details.confusion(contents),
        details.labels(contents),
        details.entities(contents),
        details.moods(contents),
        overview.scripts(figures),
        *overview.comparison(contents),
        overview.machine(contents),
        details.errors(contents),
    ]
    shown = [part for part in parts if part is not None]
    return html(
        el(
            "html",
            el(
                "head",
                el("meta", charset="utf-8"),
                el("meta", name="viewport", content="width=device-width, initial-scale=1"),
                el("meta", name="color-scheme", content="light dark"),
                el("title", f"问货 · 理解力评测 · {contents.model}"),
                el("style", (HERE / "page.css").read_text(encoding="utf-8")),
            ),
            el("body", _head(contents, shown), el("main", shown), el("script", (HERE / "page.js").read_text("utf-8"))),
            lang="zh-CN",
        )
    )


def _head(contents: Contents, parts: list[Element]) -> Element:
    links = [
        el("a", _short(part), href=f"#{part.get('id')}")
        for part in parts
        if part.get("id") != "verdict" and part.find("h2") is not None
    ]
    about = f"模型 {contents.model.removesuffix('.tar.gz')} · {len(contents.messages)} 条消息 · {instant(contents.evaluated_at)}"
    return el(
        "header",
        el("div", el("h1", "理解力评测"), el("p", about), class_="title"),
        el("nav", links, aria_label="目录"),
    )


def _short(part: Element) -> str:
    heading = part.find("h2")
    return "听错的消息" if part.get("id") == "errors" else (heading.text or "") if heading is not None else ""
