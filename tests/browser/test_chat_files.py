"""Photos and documents on the customer's page, in a real browser against the real app."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import PHONE, DeskProcess, OpenPage
from tests.browser.test_chat_page import fits
from tests.samples import PDF, png

pytestmark = pytest.mark.browser

DROP = """async ([name, type, bytes]) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], name, {type}));
    const chat = document.querySelector('wenhuo-chat').shadowRoot.querySelector('.chat');
    chat.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "破损.png"
    path.write_bytes(png())
    return path


async def choose(page: Page, choice: str, *paths: Path) -> None:
    """By the ＋, as a customer does."""
    await page.get_by_role("button", name="添加图片或文件").click()
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name=choice).click()
    await (await chooser.value).set_files(list(paths))


async def loaded(page: Page) -> list[bool]:
    """Which pictures on the page are really seen."""
    pictures = page.locator("img.picture")
    return [await one.evaluate("image => image.complete && image.naturalWidth > 0") for one in await pictures.all()]


async def test_a_photo_goes_out_is_seen_and_is_there_after_a_reload(open_page: OpenPage, photo: Path) -> None:
    page = await open_page(PHONE)
    await page.get_by_role("button", name="添加图片或文件").click()
    await expect(page.get_by_role("button", name="照片、视频")).to_be_visible()
    assert await fits(page)
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="照片、视频")).to_be_hidden()

    await choose(page, "照片、视频", photo)
    await expect(page.get_by_text("收到：[图片]")).to_be_visible()
    await expect(page.get_by_text("已送达")).to_be_visible()
    assert await loaded(page) == [True]
    assert await fits(page)

    await page.reload()
    await expect(page.locator("img.picture")).to_have_attribute("src", re.compile(r"^/files/[0-9a-f-]{36}\?expires="))
    await page.wait_for_function(
        "() => document.querySelector('wenhuo-chat').shadowRoot.querySelector('img.picture')?.naturalWidth > 0"
    )
    assert await loaded(page) == [True]


async def test_what_is_dropped_is_sent_and_what_is_not_taken_says_why(open_page: OpenPage, desk: DeskProcess) -> None:
    page = await open_page(PHONE)
    await page.evaluate(DROP, ["报价单.pdf", "application/pdf", list(PDF)])
    await expect(page.get_by_text("收到：[文件]")).to_be_visible()
    await expect(page.locator(".file .text")).to_have_text("报价单.pdf")

    await page.evaluate(DROP, ["program.png", "image/png", list(b"MZ" + b"\0" * 100)])
    await expect(page.get_by_text("这种文件发不了")).to_be_visible()
    await expect(page.get_by_role("button", name="重试")).to_have_count(0)
    assert await fits(page)

    await page.route("**/web/files", lambda route: route.abort())
    await page.evaluate(DROP, ["a.png", "image/png", list(png(1))])
    await expect(page.get_by_text("网络不稳，没传上去")).to_be_visible()
    await page.unroute("**/web/files")
    await page.get_by_role("button", name="重试").click()
    await expect(page.get_by_text("收到：[图片]")).to_be_visible()
