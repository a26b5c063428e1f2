"""The action server: `python -m bot.actions`. Private: loopback only, no CORS, nothing of a request in its errors."""

from typing import Any
from uuid import UUID

import structlog
from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic.handlers import ErrorHandler
from sanic.request import Request
from sanic.response import HTTPResponse, json

from bot.actions import (
    complaint,
    complaint_status,
    conversation,
    courtesy,
    doubt,
    faq,
    feelings,
    orders,
    people,
    price,
    status,
    tracking,
    wiring,
)
from bot.actions.base import DeskAction
from freight import places
from logs import configure_logging
from settings import load

log = structlog.get_logger(__name__)

ACTIONS: tuple[type[DeskAction], ...] = (
    tracking.ActionTrack,
    tracking.ActionUrge,
    status.ActionPod,
    status.ActionSubscribe,
    status.ActionUnsubscribe,
    status.ActionChangeDelivery,
    price.ActionPrice,
    price.ActionPriceBreakdown,
    price.ActionNegotiate,
    orders.ActionAcceptQuote,
    price.ActionQuoteStatus,
    orders.ActionBook,
    orders.ActionCancelOrder,
    complaint.ActionComplain,
    complaint_status.ActionComplaintStatus,
    complaint.ActionClaim,
    feelings.ActionVent,
    feelings.ActionPraise,
    people.ActionHandOver,
    people.ActionCallback,
    people.ActionAccount,
    conversation.ActionContinue,
    faq.ActionFaq,
    courtesy.ActionResume,
    courtesy.ActionGreet,
    courtesy.ActionRate,
    conversation.ActionStop,
    doubt.ActionClarify,
    doubt.ActionOutOfScope,
)


class SelectiveExecutor(ActionExecutor):
    """Rasa 3.6 sends the domain only to actions that ask for it, which this SDK would refuse with status 449."""

    def update_and_return_domain(self, payload: dict[str, Any], action_name: str) -> dict[str, Any]:
        """The domain of this call; {} when none was sent."""
        del action_name
        return payload.get("domain") or {}


def build() -> Any:
    """The server with every action registered."""
    executor = SelectiveExecutor()
    for action in ACTIONS:
        executor.register_action(action())
    server: Any = create_app(executor, cors_origins=None)

    # The SDK's own answer to an error echoes the whole conversation, which Rasa then logs.
    async def _failed(_request: Request, error: Exception) -> HTTPResponse:
        log.error("action server failed", error=type(error).__name__)
        return json({"error": type(error).__name__}, status=500)

    async def _warm_up(_server: Any) -> None:
        # The first customer should not wait for the first connection and the tables of the trade.
        async with wiring.crm()() as crm:
            await crm.pricing.latest_open(dialogue_id=UUID(int=0))
        places.lookup("上海")

    async def _close(_server: Any) -> None:
        await wiring.database().close()

    server.error_handler = ErrorHandler()
    server.error_handler.add(Exception, _failed)
    server.register_listener(_warm_up, "before_server_start")
    server.register_listener(_close, "after_server_stop")
    return server


def main() -> None:
    """Serves until it is told to stop."""
    settings = load()
    configure_logging(settings.log_level)
    build().run(host="127.0.0.1", port=settings.actions_port, single_process=True, access_log=False, motd=False)


if __name__ == "__main__":
    main()
