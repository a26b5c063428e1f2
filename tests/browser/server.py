"""The real app with a bot that does as it is told, in a process of its own so that a test can kill it.

python -m tests.browser.server PORT FOLDER
"""

import asyncio
import sys
from pathlib import Path
from uuid import UUID

import uvicorn
from fastapi import APIRouter, FastAPI
from sqlalchemy import select

import crm.models  # noqa: F401 (completes the metadata)
from app.bootstrap import Container, build
from app.main import create_app
from conversations.agents import Answer, Choice, Saying, TurnInput
from conversations.models import Conversation
from crm.customers.models import Contact, Customer
from database.base import Base
from settings import Settings

AGENT, AGENT_NAME = "A007", "李静"
LOADS = (Choice("拼箱 LCL", '/inform{"load_type":"LCL"}'), Choice("整箱 FCL", '/inform{"load_type":"FCL"}'))
STATUS = """查到了，您的货目前一切正常：
运单 WB2611180042｜上海 → 洛杉矶｜海运整箱 1×40HQ
11月20日 21:40 已装船，船名 COSCO SHIPPING ROSE 018E
预计 12月5日 到港，到港后第一时间通知您。"""
QUOTE = "可以的。请问这票货走拼箱还是整箱？选一个就行，不确定的话告诉我体积和重量，我来帮您算。"


class PageBot:
    """Enough of a bot to see the page at work."""

    async def answer(self, turn: TurnInput) -> Answer:
        """A picture of a conversation: progress, a price with buttons, else an echo."""
        if turn.payload:
            return Answer((Saying(f"好的，按{turn.payload}给您报价，请稍等。"),))
        if "查" in turn.text:
            await asyncio.sleep(0.6)
            return Answer((Saying(STATUS),))
        if "询" in turn.text or "报价" in turn.text:
            return Answer((Saying(QUOTE, LOADS),))
        return Answer((Saying(f"收到：{turn.text}"),))


def door(parts: Container) -> APIRouter:
    """What a person at the desk does, for a test to call."""
    router = APIRouter(prefix="/test")

    async def newest() -> UUID:
        async with parts.database.reading() as session:
            query = select(Conversation.id).order_by(Conversation.opened_at.desc()).limit(1)
            return (await session.scalars(query)).one()

    @router.post("/claim")
    async def claim() -> None:
        await parts.desk.claim(await newest(), AGENT, AGENT_NAME)

    @router.post("/reply")
    async def reply(text: str) -> None:
        await parts.desk.reply(await newest(), AGENT, text)

    @router.post("/close")
    async def close() -> None:
        await parts.desk.close(await newest(), AGENT)

    return router


async def prepare(parts: Container) -> None:
    """Tables, and somebody to be."""
    async with parts.database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with parts.database.transaction() as session:
        if (await session.scalars(select(Contact).limit(1))).first() is None:
            now = parts.clock.now()
            customer = Customer(code="C1001", name="宁波星河电子有限公司", short_name="星河电子", created_at=now)
            session.add(customer)
            await session.flush()
            session.add(Contact(code="P1001", name="王敏", customer_id=customer.id, created_at=now))


async def serve(port: int, folder: Path) -> None:
    """Runs until the process is killed."""
    settings = Settings(
        data_dir=folder, port=port, burst_quiet=0.3, database_url=f"sqlite+aiosqlite:///{folder / 'page.db'}"
    )
    parts = build(settings, bot=PageBot())
    await prepare(parts)
    whole = create_app(container=parts)
    api: FastAPI = whole.other_asgi_app
    api.include_router(door(parts))
    await uvicorn.Server(uvicorn.Config(whole, host="127.0.0.1", port=port, log_level="warning")).serve()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
