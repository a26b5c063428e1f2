"""HTML as a tree: what customers wrote enters as text of an element and can never become markup."""

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element, tostring

Child = Element | str | int | None | Iterable["Child"]

UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Control signs, which HTML forbids, and half characters, which nothing can encode."""


def el(name: str, /, *children: Child, **attributes: str | float | bool | None) -> Element:
    """An element. `class_` is class, `stroke_width` is stroke-width; attributes that are None or False are left out."""
    element = Element(name)
    for key, value in attributes.items():
        if value is not None and value is not False:
            element.set(key.rstrip("_").replace("_", "-"), "" if value is True else shown(_text(value)))
    for child in children:
        _add(element, child)
    return element


def html(root: Element) -> str:
    """The document as text."""
    return "<!doctype html>\n" + tostring(root, encoding="unicode", method="html") + "\n"


def shown(text: str) -> str:
    """The text with the sign for "cannot be shown" where it has control signs."""
    return UNSHOWN.sub("\ufffd", text)


def _add(element: Element, child: Child) -> None:
    if child is None:
        return
    if isinstance(child, Element):
        element.append(child)
    elif isinstance(child, (str, int)):
        _say(element, shown(str(child)))
    else:
        for one in child:
            _add(element, one)


def _say(element: Element, text: str) -> None:
    last = element[-1] if len(element) else None
    if last is None:
        element.text = (element.text or "") + text
    else:
        last.tail = (last.tail or "") + text


def _text(value: str | float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
