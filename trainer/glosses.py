"""What each label means in a few Chinese words, taken from the buttons with which the bot asks back."""

from collections.abc import Iterable
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from trainer.messages import UnreadableMessages

NEVER_ASKED = {
    "affirm": "说好",
    "bot_challenge": "问是不是机器人",
    "chitchat": "闲聊",
    "deny": "说不要",
    "goodbye": "告别",
    "greet": "打招呼",
    "inform": "只报信息",
    "out_of_scope": "业务之外",
    "rate_service": "给服务打分",
    "stop": "不继续了",
    "thank": "道谢",
    "vent": "发泄不满",
}
"""Labels for which no button has to be named."""


def read_glosses(domain: Path, labels: Iterable[str]) -> dict[str, str]:
    """Label -> words, for those labels that have some. Raises UnreadableMessages where the domain cannot be read."""
    try:
        responses = YAML(typ="safe", pure=True).load(domain.read_text(encoding="utf-8"))["responses"]
    except (OSError, UnicodeDecodeError, YAMLError, KeyError, TypeError) as error:
        raise UnreadableMessages(f"{domain}: {error}") from error
    buttons = {label: responses.get(f"utter_clarify_{label.replace('/', '_')}") for label in labels}
    return NEVER_ASKED | {label: str(said[0]["text"]) for label, said in buttons.items() if said}
