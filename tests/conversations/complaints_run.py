"""Talks one written complaint through over the running desk, and keeps what was said and recorded."""

import struct
import threading
import time
import wave
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import select

from conversations.models import Author
from crm.complaints.models import ComplaintCard
from crm.files.models import ComplaintEvidence
from crm.shipments.models import Shipment
from tests.conversations.complaints_of import Complaint, Spoken
from tests.e2e.firm import AGENT, Person
from tests.e2e.stack import WEBHOOK, Stack

UPLOAD = "/webhooks/rest/files"
APART = 0.03
"""Seconds between lines sent at once: in order, and within the quiet that ends a burst."""
PATIENCE = 20.0


@dataclass(frozen=True)
class Line:
    """One message of the log."""

    by_customer: bool
    text: str
    turn: int
    """Place in the talk after which it was said."""


@dataclass(frozen=True)
class Card:
    """A card as it stood at the end."""

    number: str
    category: str
    severity: str
    parcel: int | None
    """1 the first shipment of the person, 2 the second, 0: none; None: somebody else's."""
    emotion: str
    facts: str
    consequences: str
    wish: str
    accused: tuple[str, ...]
    evidence: int = 0
    """Files that belong to it."""
    basis: str = ""
    """Why it is as grave as it is, for people who read the table of misses."""


@dataclass
class Run:
    """What came of one conversation."""

    log: list[Line] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    """In the order in which they were opened."""
    seconds: list[float] = field(default_factory=list)
    """From the customer's last line to the answer, by place in the talk."""
    values: dict[str, str] = field(default_factory=dict)
    """What {container} … stood for."""

    def bot(self, first: int = 0, end: int | None = None) -> str:
        """Everything said to the customer in answer to talk[first:end]."""
        return "\n".join(
            line.text for line in self.log if not line.by_customer and first <= line.turn and _before(line, end)
        )

    def customer(self) -> list[str]:
        """What the customer said."""
        return [line.text for line in self.log if line.by_customer]

    def protocol(self) -> str:
        """The conversation for people."""
        return "\n".join(f"{'客户' if line.by_customer else '问货'}：{line.text}" for line in self.log)


def _before(line: Line, end: int | None) -> bool:
    return end is None or line.turn < end


def talk(stack: Stack, complaint: Complaint) -> Run:
    """The whole conversation, under a sender of its own."""
    person, sender, run = stack.person(complaint.parcels), f"complaint-{uuid4().hex[:12]}", Run()
    run.values = _values(person)
    told = 0
    for place, spoken in enumerate(complaint.talk):
        run.seconds.append(_send(stack, sender, spoken, run.values, person.code if complaint.known else None))
        for message in stack.log(sender)[told:]:
            run.log.append(Line(message.author == Author.CUSTOMER, message.text, place))
            told += 1
    run.cards = _cards(stack, sender, person)
    if run.cards:
        run.values["complaint_no"] = run.cards[-1].number
    return run


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with {container} … replaced."""
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _values(person: Person) -> dict[str, str]:
    values: dict[str, str] = {}
    for place, parcel in enumerate(person.parcels):
        suffix = str(place + 1) if place else ""
        values |= {
            f"container{suffix}": parcel.container,
            f"waybill{suffix}": parcel.code,
            f"tail{suffix}": parcel.tail,
        }
    return values


def _send(stack: Stack, sender: str, spoken: Spoken, values: Mapping[str, str], contact: str | None) -> float:
    """Sends the lines; returns the seconds from the last one to the answer. Raises AssertionError for a refusal."""
    files = [_upload(stack, sender, spoken.sends)] if spoken.sends else []
    lines = [filled(line, values) for line in spoken.lines] or [""]
    answers: list[httpx.Response] = []
    threads = []
    for line in lines[:-1]:
        body = _body(sender, line, contact, [])
        threads.append(threading.Thread(target=lambda body=body: answers.append(_post(stack, body))))
        threads[-1].start()
        time.sleep(APART)
    started = time.monotonic()
    answers.append(_post(stack, _body(sender, lines[-1], contact, files)))
    seconds = time.monotonic() - started
    for thread in threads:
        thread.join(PATIENCE)
    assert len(answers) == len(lines), "a line of a burst was not answered"
    assert all(answer.status_code == httpx.codes.OK for answer in answers), [answer.text for answer in answers]
    return seconds


def _body(sender: str, words: str, contact: str | None, files: Sequence[str]) -> dict[str, Any]:
    metadata: dict[str, Any] = {"contact": contact} if contact else {}
    return {"sender": sender, "message": words, "metadata": metadata | ({"files": list(files)} if files else {})}


def _post(stack: Stack, body: Mapping[str, Any]) -> httpx.Response:
    return httpx.post(stack.url + WEBHOOK, json=body, headers=stack.key("desk"), timeout=PATIENCE, trust_env=False)


def _upload(stack: Stack, sender: str, kind: str) -> str:
    name, content = ("IMG_2041.png", _photo()) if kind == "photo" else ("voice.wav", _voice())
    answer = httpx.post(
        stack.url + UPLOAD,
        data={"sender": sender},
        files={"file": (name, content)},
        headers=stack.key("desk"),
        timeout=PATIENCE,
        trust_env=False,
    )
    assert answer.status_code == httpx.codes.CREATED, answer.text
    return str(answer.json()["id"])


def _photo() -> bytes:
    """A whole PNG of eight by eight grey points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 72)) + chunk(b"IEND", b"")
    )


def _voice() -> bytes:
    """Half a second of silence."""
    target = BytesIO()
    with wave.open(target, "wb") as sound:
        sound.setparams((1, 2, 8000, 4000, "NONE", "not compressed"))
        sound.writeframes(b"\0\0" * 4000)
    return target.getvalue()


def _cards(stack: Stack, sender: str, person: Person) -> list[Card]:
    places: dict[UUID | None, int] = {None: 0}
    for place, parcel in enumerate(person.parcels, start=1):
        (shipment_id,) = stack.rows(select(Shipment.id).where(Shipment.code == parcel.code))
        places[shipment_id] = place
    rows = sorted(stack.of(ComplaintCard, sender), key=lambda row: (row.created_at, row.number))
    return [
        Card(
            number=row.number,
            category=row.category,
            severity=row.severity,
            parcel=places.get(row.shipment_id),
            emotion=row.emotion,
            facts=row.facts,
            consequences=row.consequences,
            wish=row.wish,
            # The agent made for these tests is shown under the same name as one of the demo company.
            accused=tuple(code for code in row.accused if code != AGENT),
            evidence=len(stack.rows(select(ComplaintEvidence.id).where(ComplaintEvidence.card_id == row.id))),
            basis="; ".join(f"{reason['rule']}: {reason.get('basis', '')}" for reason in row.severity_reasons),
        )
        for row in rows
    ]
