"""How the customer sounds: a first, plain rule that says which words it rests on."""

import re
from dataclasses import dataclass
from unicodedata import normalize

from crm.complaints.models import Emotion

_ANGRY = (
    r"垃圾|骗子|骗人|忽悠|黑心|无耻|不要脸|混蛋|王八|狗屁|放屁|滚(?![装筒动轮])|他妈|妈的|尼玛|去死|有病|脑残|废物|"
    r"气死|气炸|火大|忍无可忍|受够|太过分|欺人太甚|岂有此理|什么(?:破|烂|鬼|玩意)|(?:破|烂)公司|坑(?:人|爹|死)|投诉到底|没完"
)
_ANNOYED = (
    r"到底|究竟|怎么回事|搞什么|怎么搞的|几次了|多少次|又(?:是|来|晚|迟|错|坏|破|丢|少)|一直(?:没|不)|还(?:是)?没|迟迟|没人(?:管|理|接|回)|"
    r"不满|失望|无语|服了|离谱|着急|急死|太慢|太差|差劲|再不|石沉大海|推来推去|踢皮球|敷衍|投诉|受不了|什么态度|凭什么"
)
_SHOUTING = re.compile(r"[!?]{3,}|!{2,}")


@dataclass(frozen=True)
class Feeling:
    """The emotion and the customer's words it rests on; no words: nothing spoke, so calm."""

    emotion: Emotion
    basis: tuple[str, ...]


def feel(text: str) -> Feeling:
    """The emotion of one or several messages of a customer."""
    said = normalize("NFKC", text)
    angry, annoyed, shouting = re.findall(_ANGRY, said), re.findall(_ANNOYED, said), _SHOUTING.findall(said)
    if angry or (annoyed and shouting):
        return Feeling(Emotion.ANGRY, (*angry, *annoyed, *shouting))
    if annoyed or shouting:
        return Feeling(Emotion.ANNOYED, (*annoyed, *shouting))
    return Feeling(Emotion.CALM, ())


def stronger(one: Emotion, other: Emotion) -> Emotion:
    """The stronger of two."""
    order = list(Emotion)
    return max(one, other, key=order.index)
