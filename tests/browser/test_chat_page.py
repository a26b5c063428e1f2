"""The customer's page in a real browser against the real app."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, DeskProcess, OpenPage

pytestmark = pytest.mark.browser

MESSAGE = "宁波到洛杉矶，报价多少？"


async def write(page: Page, text: str) -> None:
    """Types and presses Enter."""
    box = page.get_by_role("textbox")
    await box.fill(text)
    await box.press("Enter")


async def said(page: Page) -> list[str]:
    """The lines on the screen in order, without names and times."""
    return await page.locator(".line:not(.typing) .text, .note").all_inner_texts()


async def fits(page: Page) -> bool:
    """Nothing is wider than the screen, and the field to write in stands on it."""
    return bool(
        await page.evaluate(
            """() => {
                const root = document.querySelector('wenhuo-chat').shadowRoot;
                const wide = [...root.querySelectorAll('.scroll, .header, .field, .replies, .bubble')]
                    .some((part) => part.getBoundingClientRect().right > innerWidth + 0.5);
                const field = root.querySelector('.field').getBoundingClientRect();
                return !wide && document.documentElement.scrollWidth <= innerWidth
                    && field.height >= 36 && field.top > 0 && field.bottom <= innerHeight;
            }"""
        )
    )


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_a_conversation(open_page: OpenPage, desk: DeskProcess, size: tuple[int, int]) -> None:
    page = await open_page(size)
    await expect(page.get_by_role("heading", level=1)).to_contain_text("远航国际物流")
    for tile in ("查货", "询价", "投诉", "人工"):
        await expect(page.get_by_role("button", name=tile)).to_be_visible()
    assert await fits(page)

    await page.get_by_role("button", name="查货").click()
    await expect(page.get_by_label("正在输入").or_(page.locator(".typing"))).to_be_visible()
    await expect(page.get_by_text("WB2611180042")).to_be_visible()
    await expect(page.locator(".typing")).to_have_count(0)
    await expect(page.locator(".welcome")).to_be_hidden()

    await write(page, MESSAGE)
    await page.get_by_role("button", name="拼箱").click()
    await expect(page.get_by_text('按/inform{"load_type":"LCL"}')).to_be_visible()
    assert (await said(page))[-2] == "拼箱 LCL"

    desk.does("claim")
    desk.does("reply", text="您好，这票我来跟。")
    await expect(page.locator(".line.agent .text")).to_have_text("您好，这票我来跟。")
    await expect(page.locator(".line.system")).to_contain_text("李静")
    await expect(page.get_by_text("人工客服为您服务中")).to_be_visible()
    assert await fits(page)


async def test_nothing_is_lost_or_doubled_when_the_server_dies(open_page: OpenPage, desk: DeskProcess) -> None:
    page = await open_page()
    await write(page, "第一句")
    await expect(page.get_by_text("收到：第一句")).to_be_visible()
    desk.kill()
    await expect(page.get_by_text("已断开，正在重连…")).to_be_visible()
    for text in ("第二句", "第三句", "第四句"):
        await write(page, text)
    await expect(page.get_by_text("待网络恢复后发送")).to_have_count(3)
    desk.start()
    await expect(page.get_by_text("收到：第二句")).to_be_visible(timeout=20_000)
    await expect(page.get_by_text("已断开，正在重连…")).to_be_hidden()
    expected = ["第一句", "收到：第一句", "第二句", "第三句", "第四句", "收到：第二句\n第三句\n第四句"]
    assert await said(page) == expected
    await page.reload()
    await expect(page.get_by_text("收到：第二句")).to_be_visible()
    assert await said(page) == expected


async def test_killed_while_a_line_is_under_way(open_page: OpenPage, desk: DeskProcess) -> None:
    page = await open_page()
    await write(page, "先打个招呼")
    await expect(page.get_by_text("收到：先打个招呼")).to_be_visible()
    await write(page, "马上断电")
    desk.kill()
    desk.start()
    await expect(page.get_by_text("收到：马上断电")).to_be_visible(timeout=20_000)
    assert await said(page) == ["先打个招呼", "收到：先打个招呼", "马上断电", "收到：马上断电"]


async def test_unsent_lines_outlive_a_reload(open_page: OpenPage, desk: DeskProcess) -> None:
    page = await open_page()
    # The page itself stays reachable; only the socket is cut.
    await page.context.route("**/socket.io/**", lambda route: route.abort())
    await page.route_web_socket("**/socket.io/**", lambda socket: socket.close())
    await page.reload()
    await write(page, "断网时写的")
    await page.reload()
    await expect(page.get_by_text("断网时写的")).to_be_visible()
    desk.kill()
    other = await page.context.new_page()
    await page.close()
    await other.context.unroute_all()
    desk.start()
    await other.goto(desk.url)
    await expect(other.get_by_text("收到：断网时写的")).to_be_visible(timeout=20_000)
    assert await said(other) == ["断网时写的", "收到：断网时写的"]


async def test_a_button_works_once(open_page: OpenPage, desk: DeskProcess) -> None:
    page = await open_page(DESKTOP)
    await write(page, MESSAGE)
    full = page.get_by_role("button", name="整箱 FCL")
    await expect(full).to_be_enabled()
    await full.dblclick()
    await expect(page.get_by_text('按/inform{"load_type":"FCL"}')).to_be_visible()
    assert (await said(page)).count("整箱 FCL") == 1
    await expect(full).to_have_count(0)


async def test_markup_is_text(open_page: OpenPage, desk: DeskProcess) -> None:
    page = await open_page()
    evil = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script><b>粗</b>"
    await write(page, evil)
    await expect(page.get_by_text("收到：<img")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("收到：<img")).to_be_visible()
    assert await said(page) == [evil, f"收到：{evil}"]
    assert await page.locator(".log img, .log script, .log b").count() == 0
    assert "broken" not in await page.title()


async def test_history_is_there_after_a_reload(open_page: OpenPage, desk: DeskProcess) -> None:
    page = await open_page()
    await write(page, "一行\n另一行")
    await expect(page.get_by_text("收到：一行")).to_be_visible()
    before = await said(page)
    await page.reload()
    await expect(page.get_by_text("收到：一行")).to_be_visible()
    assert await said(page) == before == ["一行\n另一行", "收到：一行\n另一行"]


async def test_two_windows_show_the_same(open_page: OpenPage, desk: DeskProcess) -> None:
    page = await open_page()
    other = await page.context.new_page()
    await other.goto(desk.url)
    await expect(other.get_by_text("在线 · 可随时转人工")).to_be_visible()
    await write(page, "从第一个窗口")
    await expect(other.get_by_text("收到：从第一个窗口")).to_be_visible()
    await expect(other.locator(".line.customer .text")).to_have_text("从第一个窗口")
    assert await said(other) == await said(page)


async def test_a_closed_conversation_is_followed_by_a_new_one(open_page: OpenPage, desk: DeskProcess) -> None:
    page = await open_page()
    await write(page, "第一件事")
    await expect(page.get_by_text("收到：第一件事")).to_be_visible()
    desk.does("claim")
    desk.does("close")
    await expect(page.get_by_text("这次咨询先到这里")).to_be_visible()
    await write(page, "第二件事")
    await expect(page.get_by_text("收到：第二件事")).to_be_visible()
    lines = await said(page)
    assert len(lines) == len(set(lines)) == 6
    assert [lines[0], *lines[-2:]] == ["第一件事", "第二件事", "收到：第二件事"]


async def test_somebody_else_in_demo_mode(open_page: OpenPage, desk: DeskProcess) -> None:
    page = await open_page()
    await write(page, "访客说的")
    await expect(page.get_by_text("收到：访客说的")).to_be_visible()
    choice = page.get_by_label("以客户身份体验：")
    await choice.select_option(label="王敏 · 星河电子")
    await expect(page.locator(".welcome")).to_be_visible()
    await write(page, "王敏说的")
    await expect(page.get_by_text("收到：王敏说的")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("收到：王敏说的")).to_be_visible()
    assert await said(page) == ["王敏说的", "收到：王敏说的"]
    await choice.select_option(label="访客（未登录）")
    await expect(page.get_by_text("收到：访客说的")).to_be_visible()
    assert await said(page) == ["访客说的", "收到：访客说的"]


async def test_outside_demo_mode_there_is_no_chooser(open_page: OpenPage, desk: DeskProcess) -> None:
    page = await open_page()
    await page.route("**/demo/identities", lambda route: route.fulfill(status=404))
    await page.reload()
    await expect(page.get_by_text("在线 · 可随时转人工")).to_be_visible()
    await expect(page.locator(".chooser")).to_have_count(0)


async def test_the_field(open_page: OpenPage, desk: DeskProcess) -> None:
    page = await open_page(DESKTOP)
    box, send = page.get_by_role("textbox"), page.get_by_role("button", name="发送")
    await expect(send).to_be_disabled()
    await box.press_sequentially("上")
    await box.press("Shift+Enter")
    await box.press_sequentially("下")
    assert await box.input_value() == "上\n下"
    # Enter chooses a word while an input method is open.
    await box.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    assert await box.input_value() == "上\n下"
    await box.fill("长" * 4600)
    await expect(page.get_by_text("4600 / 5000")).to_be_visible()
    await box.fill("长" * 5003)
    await expect(page.get_by_text("已超出 3 字，请分几条发送")).to_be_visible()
    await expect(send).to_be_disabled()
    await box.press("Enter")
    assert await said(page) == []


async def test_the_title_counts_what_nobody_saw(open_page: OpenPage, desk: DeskProcess) -> None:
    page = await open_page(DESKTOP)
    await write(page, "你好")
    await expect(page.get_by_text("收到：你好")).to_be_visible()
    await _hide(page, hidden=True)
    desk.does("claim")
    desk.does("reply", text="在吗")
    await expect(page).to_have_title(re.compile("（2条新消息）"))
    await _hide(page, hidden=False)
    await expect(page).not_to_have_title(re.compile("新消息"))


async def test_screen_readers_hear_each_line_with_its_author(open_page: OpenPage, desk: DeskProcess) -> None:
    page = await open_page()
    await write(page, "你好")
    log = page.get_by_role("log", name="对话内容")
    await expect(log).to_contain_text("我：你好")
    await expect(log).to_contain_text("问货：收到：你好")
    assert await log.get_attribute("aria-live") == "polite"


async def _hide(page: Page, *, hidden: bool) -> None:
    """A headless browser never hides a page by itself."""
    arguments: dict[str, Any] = {"hidden": hidden}
    await page.evaluate(
        """({hidden}) => {
            Object.defineProperty(document, 'hidden', {configurable: true, get: () => hidden});
            document.dispatchEvent(new Event('visibilitychange'));
        }""",
        arguments,
    )
