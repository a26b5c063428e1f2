"""A conversation with the actions: rules pick them as Rasa would, slots are kept between turns, no Rasa is needed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from ruamel.yaml import YAML

from bot.actions.__main__ import ACTIONS
from bot.actions.base import DeskAction
from crm.crm import CrmFactory

ROOT = Path(__file__).parents[3]
APOLOGY = re.compile(r"抱歉|对不起")
PLACEHOLDER = re.compile(r"(?<!\{)\{([a-z_]+)\}(?!\})")
Found = tuple[str, Any] | tuple[str, Any, str]
"""A value in a message: (entity, value) or (entity, value, role)."""
Other = tuple[str, str, list[Found]]
"""Another wish of a message: (label, words, values)."""


@cache
def domain() -> dict[str, Any]:
    """domain.yml."""
    loaded: dict[str, Any] = YAML(typ="safe").load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    return loaded


@cache
def rules() -> Mapping[str, tuple[str, ...]]:
    """Intent -> the actions that follow it."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted((ROOT / "bot/data/rules").glob("*.yml")):
        for rule in YAML(typ="safe").load(path.read_text(encoding="utf-8"))["rules"]:
            first, *then = rule["steps"]
            found[first["intent"]] = tuple(step["action"] for step in then)
    return found


def variations(response: str) -> list[dict[str, Any]]:
    """The texts of a response."""
    found: list[dict[str, Any]] = domain()["responses"].get(response, [])
    return found


def action_named(name: str) -> type[DeskAction]:
    """The class of an action."""
    return next(one for one in ACTIONS if one.action_name == name)


@dataclass
class Said:
    """What came of one turn."""

    names: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    buttons: dict[str, str] = field(default_factory=dict)
    """Title -> payload, of those that actions add and of those that stand in the domain."""
    handoff: dict[str, Any] | None = None
    failed: str | None = None
    texts: list[str] = field(default_factory=list)
    """Every variation of every response, filled in."""

    @property
    def text(self) -> str:
        """All that may have been said."""
        return "\n".join(self.texts)


@dataclass
class Talk:
    """One conversation of one account."""

    crm: CrmFactory
    dialogue_id: UUID
    slots: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)

    async def says(
        self,
        intent: str,
        text: str = "",
        *found: Found,
        dangerous: bool = False,
        ranking: Sequence[tuple[str, float]] = (),
        mood: str = "calm",
        turn: UUID | None = None,
        also: Sequence[Other] = (),
    ) -> Said:
        """One turn; `intent` may be a full label (faq/insurance). What is wanted besides stands behind the main wish.

        The same `turn` again is a repetition: Rasa asked twice, nothing was remembered in between.
        """
        before, events = dict(self.slots), list(self.events)
        said = Said()
        entities = [_entity(one, 0, dangerous=dangerous) for one in found]
        message: dict[str, Any] = {
            "text": text,
            "intent": {"name": intent.partition("/")[0], "confidence": 0.9},
            "meaning": {"name": intent, "confidence": 0.9},
            "intent_ranking": [{"name": name, "confidence": sure} for name, sure in ranking],
            "entities": entities,
            "mood": {"mood": mood, "basis": []},
            "metadata": {"turn": str(turn or uuid4())},
        }
        _add_others(message, text, also)
        waiting = [message]
        while waiting:
            heard = waiting.pop()
            self.events.append({"event": "user"})
            for name in rules()[heard["intent"]["name"]]:
                waiting = await self._do(name, heard, said)
                self.events.append({"event": "action", "name": name})
                if waiting:
                    break
        sorry = [name for name in said.names if any(APOLOGY.search(one["text"]) for one in variations(name))]
        assert len(sorry) <= 1, f"one apology in a turn is enough: {sorry}"
        if turn is not None:
            self.before, self.earlier = before, events
        return said

    def forget_turn(self) -> None:
        """The answer of the last turn with a `turn` was lost: its memory too, its rows not."""
        self.slots, self.events = dict(self.before), list(self.earlier)

    async def presses(self, said: Said, title: str) -> Said:
        """A button of an earlier answer."""
        payload = next(payload for name, payload in said.buttons.items() if name.startswith(title))
        intent, _, values = payload[1:].partition("{")
        found = YAML(typ="safe").load("{" + values) if values else {}
        return await self.says(intent, title, *found.items())

    async def _do(self, name: str, message: dict[str, Any], said: Said) -> list[dict[str, Any]]:
        """Runs an action; returns the message that it lets follow, if any."""
        dispatcher = CollectingDispatcher()
        if name.startswith("utter_"):
            said.names.append(name)
            return []
        tracker = Tracker(
            str(self.dialogue_id), dict(self.slots), message, list(self.events), False, None, {}, "action_listen"
        )
        events = await action_named(name)(self.crm).run(dispatcher, tracker, domain())
        for event in events:
            if event["event"] == "slot":
                assert event["name"] in domain()["slots"], f"{event['name']} is no slot of the domain"
                self.slots[event["name"]] = event["value"]
        for spoken in dispatcher.messages:
            self._collect(spoken, said)
        return [event["parse_data"] for event in events if event["event"] == "user"]

    def _collect(self, spoken: dict[str, Any], said: Said) -> None:
        custom = spoken.get("custom") or {}
        said.handoff = custom.get("handoff", said.handoff)
        said.failed = custom.get("failed", said.failed)
        name = spoken.get("response")
        if not name:
            return
        said.names.append(name)
        said.values.update({key: value for key, value in spoken.items() if key not in ("response", "custom")})
        said.buttons.update({one["title"]: one["payload"] for one in spoken.get("buttons") or ()})
        for variation in domain()["responses"][name]:
            said.texts.append(filled(variation["text"], spoken))
            for one in variation.get("buttons") or ():
                said.buttons[one["title"]] = filled(one["payload"], spoken).replace("{{", "{").replace("}}", "}")


def _entity(one: Found, start: int, *, dangerous: bool = False) -> dict[str, Any]:
    role = one[2] if len(one) > 2 else None
    return {"entity": one[0], "value": one[1], "role": role, "dangerous": dangerous, "start": start, "end": start + 1}


def _add_others(message: dict[str, Any], text: str, also: Sequence[Other]) -> None:
    """Puts further wishes behind the words of a message, as the classifier marks them."""
    for label, words, found in also:
        start = len(message["text"]) + 1
        message["text"] += f"，{words}"
        message["entities"] += [_entity(one, start) for one in found]
        other = {"name": label, "confidence": 0.9, "start": start, "end": start + len(words)}
        message.setdefault("also", []).append(other)
    if also:
        message["meaning"] |= {"start": 0, "end": len(text)}


def filled(template: str, values: Mapping[str, Any]) -> str:
    """A response with its values; fails for one that is missing or None."""

    def value(match: re.Match[str]) -> str:
        found = values.get(match[1])
        assert found is not None, f"{match[1]} is missing in: {template}"
        return str(found)

    return PLACEHOLDER.sub(value, template)
