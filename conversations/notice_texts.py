"""News in words: responses of `domain.yml`, those that the bot uses for the same things among them."""

from collections.abc import Mapping

from conversations.agents import Saying
from conversations.texts import Texts
from crm.notices.views import Change, QuoteNews, ShipmentNews
from crm.pricing.wording import quote_values
from crm.shipments.arrival import Confidence
from crm.shipments.status import StatusView
from crm.shipments.wording import describe, moment

DELIVERED = "delivered"


class NoticeTexts:
    """Makes one message of each piece of news."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def of_shipment(self, news: ShipmentNews) -> Saying:
        """What changed. Raises ValueError when nothing did."""
        view = news.view
        values = describe(view) | {"which": _which(view)}
        match news.change:
            case Change.TROUBLE:
                told = self._trouble(view, values)
            case Change.MOVED if view.last is not None and view.last.code == DELIVERED:
                told = [self._texts.say("utter_notice_delivered", **values)]
            case Change.MOVED:
                told = [self._texts.say("utter_notice_moved", **values), *self._eta(view, values)]
            case Change.ETA:
                told = self._another_eta(news, values)
            case None:
                raise ValueError("nothing to tell")
        return _joined(told)

    def of_quote(self, news: QuoteNews) -> Saying:
        """The price with the bot's own words and buttons, or that there will be none."""
        values = quote_values(news.quote)
        if not news.quote.open:
            return self._texts.say("utter_notice_no_service", **values)
        return _joined(
            [self._texts.say(name, **values) for name in ("utter_notice_quote", "utter_quote", "utter_quote_offer")]
        )

    def _trouble(self, view: StatusView, values: Mapping[str, str]) -> list[Saying]:
        """What, since when, why; what it means for the arrival; and that there are people."""
        return [
            self._texts.say("utter_notice_trouble", **values),
            *self._why_late(view, values),
            *self._eta(view, values),
            self._texts.say("utter_notice_person"),
        ]

    def _another_eta(self, news: ShipmentNews, values: Mapping[str, str]) -> list[Saying]:
        view, before = news.view, news.eta_before
        if before is None or view.eta is None:
            return [self._texts.say("utter_notice_eta_known", **values), *self._eta(view, values)]
        later = view.eta.at > before
        name = "utter_notice_eta_later" if later else "utter_notice_eta_earlier"
        told = self._texts.say(name, **values, before=moment(view.mode, before, view.as_of))
        return [told, *self._eta(view, values), *(self._why_late(view, values) if later else ())]

    def _eta(self, view: StatusView, values: Mapping[str, str]) -> list[Saying]:
        """When it arrives; nothing where that is not known, or is over."""
        if view.confidence is Confidence.NONE or view.eta is None or view.eta.at < view.as_of:
            return []
        return [self._texts.say(f"utter_eta_{view.confidence.value}", **values)]

    def _why_late(self, view: StatusView, values: Mapping[str, str]) -> list[Saying]:
        told = []
        if view.late and values["delay_days"] and values["promised"]:
            told.append(self._texts.say("utter_status_delay", **values))
        if view.reason:
            told.append(self._texts.say(f"utter_reason_{view.reason}", **values))
        return told


def _which(view: StatusView) -> str:
    """The customer's own number is enough; to our own, which says little, the lane is added."""
    lane = f"{view.origin}→{view.destination}" if view.origin and view.destination else ""
    if view.reference and view.reference != view.code:
        return view.reference
    if not view.reference:
        return f"您{lane}的货"
    return f"{view.reference}（{lane}）" if lane else view.reference


def _joined(sayings: list[Saying]) -> Saying:
    return Saying("\n".join(one.text for one in sayings), tuple(c for one in sayings for c in one.choices))
