"""The terminal shows its own conversation only, and a number presses the button it stands before."""

from datetime import UTC, datetime
from uuid import uuid4

from connectors.terminal.channel import TerminalChannel
from conversations.outbox import ConnectedChannel, Outgoing, Sent

BUTTONS: dict[str, object] = {"buttons": [{"title": "查货", "id": "btn:a"}, {"title": "询价", "id": "btn:b"}]}


def said(text: str, content: dict[str, object] | None = None) -> Outgoing:
    return Outgoing(
        id=uuid4(),
        conversation_id=uuid4(),
        channel="terminal",
        account="terminal:1",
        seq=2,
        author="bot",
        author_code=None,
        status="with_bot",
        text=text,
        content=content or {},
        created_at=datetime(2026, 11, 23, tzinfo=UTC),
    )


async def test_it_takes_up_its_own_account_only() -> None:
    channel = TerminalChannel("terminal:1", print)
    assert isinstance(channel, ConnectedChannel)
    assert channel.accounts_here() == ["terminal:1"]


async def test_a_number_presses_a_button_of_the_last_message() -> None:
    shown: list[str] = []
    channel = TerminalChannel("terminal:1", shown.append, contact="K1001")
    assert await channel.send(said("您好", BUTTONS)) is Sent.CONFIRMED
    assert shown == ["问货：您好", "      [1] 查货  [2] 询价"]
    pressed = channel.incoming("2")
    assert (pressed.content, pressed.contact, pressed.proof) == ({"button": "btn:b"}, "K1001", "terminal")
    assert channel.incoming("3").content == {}
    assert channel.incoming("0").content == {}
    await channel.send(said("好的"))
    assert channel.incoming("2").content == {}, "a message without buttons ends the choice"


async def test_what_is_typed_is_text() -> None:
    typed = TerminalChannel("terminal:1", print).incoming("  到哪了 ")
    assert (typed.text, typed.content, typed.contact, typed.proof) == ("  到哪了 ", {}, None, "")
