"""What came with a message reaches the actions, and goes on to the other wishes of the same message."""

from typing import Any
from uuid import UUID, uuid4

from rasa_sdk import Tracker

from bot.actions.turn import FileRef, Turn, Wish
from bot.actions.wishes import taken_up

PHOTO = {"id": str(UUID(int=7)), "media_type": "image/jpeg"}


def turn(**metadata: Any) -> Turn:
    message = {
        "text": "箱子破了",
        "intent": {"name": "complain_damage"},
        "entities": [],
        "metadata": {"turn": str(uuid4()), "said": "箱子破了", **metadata},
    }
    return Turn.of(Tracker(str(uuid4()), {}, message, [], False, None, {}, "action_listen"), None)


def test_files_are_read_from_the_metadata() -> None:
    assert turn(files=[PHOTO]).files == (FileRef(UUID(int=7), "image/jpeg"),)
    assert turn(files=[]).files == turn(files=None).files == turn().files == ()


def test_another_wish_of_the_same_message_has_the_files_too_and_a_later_one_not() -> None:
    heard, wish = turn(files=[PHOTO]), Wish("ask_price", "多少钱")
    for same_message, files in ((True, [PHOTO]), (False, [])):
        said = taken_up(heard, wish, same_message=same_message)[-1]
        assert said["parse_data"]["metadata"]["files"] == files
