"""What an action is given (a turn) and what it gives back (a reply)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict


@dataclass(frozen=True, slots=True)
class Entity:
    """A value found in the message, in its normal form."""

    kind: str
    value: Any
    role: str | None
    text: str
    dangerous: bool = False
    """The words hint at dangerous goods."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Something wanted besides what a message is mainly about."""

    label: str
    text: str
    entities: tuple[Mapping[str, Any], ...] = ()
    """As Rasa sends them."""
    start: int = 0
    """Where it stood in its message."""

    def as_dict(self) -> dict[str, Any]:
        """The shape kept in the slot `open_wishes`."""
        return {"label": self.label, "text": self.text, "entities": [dict(one) for one in self.entities]}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Wish":
        """Back from `as_dict`."""
        return cls(kept["label"], kept["text"], tuple(kept["entities"]))


@dataclass(frozen=True, slots=True)
class FileRef:
    """A photo, a voice message or a document that came with a message."""

    id: UUID
    media_type: str

    def as_dict(self) -> dict[str, str]:
        """The shape in the metadata of a message."""
        return {"id": str(self.id), "media_type": self.media_type}


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a dialogue. Of a message with several wishes it has the words and values of the main one."""

    dialogue_id: UUID
    turn_id: UUID
    text: str
    intent: str
    ranking: tuple[tuple[str, float], ...]
    """Likely meanings, best first, with their confidence."""
    entities: tuple[Entity, ...]
    slots: Mapping[str, Any]
    meaning: str = ""
    """The full label (faq/insurance where the intent is faq); empty: not told."""
    mood: str = "calm"
    """How the customer sounds (calm, annoyed, angry); calm where a button was pressed."""
    done_before: frozenset[str] = frozenset()
    """Names of the actions of the turn before this one."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Response name -> its first text; only for actions to which the domain is sent, else empty."""
    start: int = 0
    """Where the words of the main wish begin."""
    others: tuple[Wish, ...] = ()
    """What this message wants besides."""
    same_message: bool = False
    """This is another wish of the message that was answered just now."""
    entities_sent: tuple[Mapping[str, Any], ...] = ()
    """The values as Rasa sent them."""
    files: tuple[FileRef, ...] = ()
    """What came with the words; the customer's own. Another wish of the same message has them too."""
    answered_by: tuple[str, ...] = ()
    """Codes of the staff who answered this customer lately."""

    @classmethod
    def of(cls, tracker: Tracker, domain: DomainDict | None) -> "Turn":
        """Reads the tracker that Rasa sends. Raises KeyError when the turn's id is missing: nothing may be done twice."""
        message = tracker.latest_message
        others = _others(message)
        sent = [e for e in message.get("entities") or () if not any(e in wish.entities for wish in others)]
        meaning = message.get("meaning") or {}
        ranking = tuple((r["name"], float(r["confidence"])) for r in message.get("intent_ranking") or ())
        return cls(
            dialogue_id=UUID(tracker.sender_id),
            turn_id=UUID(message["metadata"]["turn"]),
            text=_words(message)[slice(meaning.get("start"), meaning.get("end"))],
            intent=(message.get("intent") or {}).get("name") or "",
            ranking=ranking,
            entities=tuple(_entity(e) for e in sent),
            slots=tracker.slots,
            meaning=meaning.get("name") or "",
            mood=(message.get("mood") or {}).get("mood", "calm"),
            done_before=_done_before(tracker.events),
            words={
                name: variants[0]["text"] for name, variants in (domain or {}).get("responses", {}).items() if variants
            },
            start=meaning.get("start") or 0,
            others=others,
            same_message=bool(message.get("same_message")),
            entities_sent=tuple(sent),
            answered_by=tuple(message["metadata"].get("answered_by") or ()),
            files=tuple(FileRef(UUID(f["id"]), f["media_type"]) for f in message["metadata"].get("files") or ()),
        )

    @property
    def topic(self) -> str | None:
        """What is being talked about; None: nothing in particular."""
        topic: str | None = self.slots.get("topic")
        return topic

    @property
    def asked(self) -> str | None:
        """The value that was asked for last; None: none."""
        asked: str | None = self.slots.get("asked")
        return asked

    def slot(self, name: str) -> Any:
        """A remembered value; None: not known."""
        return self.slots.get(name)

    def all(self, kind: str) -> list[Entity]:
        """Every entity of a kind, in the order of the message."""
        return [entity for entity in self.entities if entity.kind == kind]

    def first(self, kind: str, role: str | None = None) -> Any:
        """The value of the first entity of a kind (and role); None: not in this message."""
        found = (e.value for e in self.entities if e.kind == kind and (role is None or e.role == role))
        return next(found, None)


def _words(message: Mapping[str, Any]) -> str:
    """The customer's words; for a pressed button its title, never its payload, which would end up in what staff reads."""
    said: str = message["metadata"].get("said") or message.get("text") or ""
    return "" if said.startswith("/") else said


def _entity(sent: Mapping[str, Any]) -> Entity:
    text = str(sent.get("text") or sent.get("value"))
    return Entity(sent["entity"], sent.get("value"), sent.get("role"), text, bool(sent.get("dangerous")))


def _others(message: Mapping[str, Any]) -> tuple[Wish, ...]:
    """What a message wants besides, with the values that stand in its words."""
    words, found = _words(message), message.get("entities") or ()
    return tuple(
        Wish(
            one["name"],
            words[one["start"] : one["end"]],
            tuple(e for e in found if one["start"] <= e.get("start", -1) < one["end"]),
            one["start"],
        )
        for one in message.get("also") or ()
    )


def _done_before(events: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Actions between the last two messages of the customer."""
    heard = [place for place, event in enumerate(events) if event["event"] == "user"]
    if len(heard) < 2:
        return frozenset()
    return frozenset(e["name"] for e in events[heard[-2] : heard[-1]] if e["event"] == "action")


@dataclass(slots=True)
class Reply:
    """What an action says and remembers. Values go into the templates of `domain.yml`."""

    utterances: list[tuple[str, dict[str, Any], tuple[tuple[str, str], ...]]] = field(default_factory=list)
    remembered: dict[str, Any] = field(default_factory=dict)
    handoff: dict[str, Any] | None = None
    over: bool = False
    """This matter needs nothing more from the customer: what it interrupted can go on."""

    def say(
        self,
        response: str,
        values: Mapping[str, Any] | None = None,
        /,
        *,
        buttons: Sequence[tuple[str, str]] = (),
        **more: Any,
    ) -> "Reply":
        """One utterance, filled in with `values` and `more`. `buttons`: (title, payload) beside those of the template."""
        self.utterances.append((response, {**(values or {}), **more}, tuple(buttons)))
        return self

    def remember(self, **slots: Any) -> "Reply":
        """Slots to set; None forgets."""
        self.remembered.update(slots)
        return self

    def about(self, topic: str | None, asked: str | None = None) -> "Reply":
        """What is being talked about from now on, and which value was asked for."""
        return self.remember(topic=topic, asked=asked)

    def finish(self, topic: str | None = None, asked: str | None = None) -> "Reply":
        """Like `about`, when nothing is being waited for."""
        self.over = True
        return self.about(topic, asked)

    def remember_mentioned(self, turn: Turn) -> "Reply":
        """What the next few words may point at: the buttons (第二个), and the shipment talked about before (前面那票)."""
        offered = [payload for _, _, buttons in self.utterances for _, payload in buttons]
        if len(offered) > 1 or self.remembered.get("topic", turn.topic) != turn.topic:
            self.remember(offered=offered if len(offered) > 1 else None)
        left = turn.slot("shipment_no")
        if left is not None and self.remembered.get("shipment_no", left) not in (None, left):
            self.remember(shipment_before=left)
        return self

    def say_first(self, response: str, **values: Any) -> "Reply":
        """Like `say`, before everything else."""
        self.utterances.insert(0, (response, values, ()))
        return self

    def rename(self, response: str, other: str) -> None:
        """Says another response with the same values instead, where this one is among what is said."""
        self.utterances = [(other if said[0] == response else said[0], *said[1:]) for said in self.utterances]

    def says(self, response: str) -> bool:
        """Whether a response is among what is said."""
        return any(name == response for name, _, _ in self.utterances)

    def hand_over(self, reason: str, *, priority: int = 0, **summary: Any) -> "Reply":
        """Asks for a person; the app decides. `summary` heads the case packet."""
        self.handoff = {"reason": reason, "priority": priority, "summary": summary}
        return self.about(None)

    def with_words_of(self, other: "Reply") -> "Reply":
        """Says what the other reply says first; what is remembered and being talked about stays as it is here."""
        self.utterances[:0] = other.utterances
        self.remembered = {**other.remembered, **self.remembered}
        self.handoff = self.handoff or other.handoff
        return self

    def deliver(self, dispatcher: CollectingDispatcher) -> list[EventType]:
        """Hands everything to Rasa."""
        for response, values, buttons in self.utterances:
            offered = [{"title": title, "payload": payload} for title, payload in buttons]
            dispatcher.utter_message(response=response, buttons=offered, **values)
        if self.handoff is not None:
            dispatcher.utter_message(json_message={"handoff": self.handoff})
        return self.events()

    def events(self) -> list[EventType]:
        """What is remembered, for Rasa."""
        return [SlotSet(name, value) for name, value in self.remembered.items()]
