"""temporary"""
from __future__ import annotations
import datetime
import pytest
from playwright.async_api import FilePayload, expect
from tests.browser.conftest import PeopleFactory
from tests.videos import video
pytestmark = pytest.mark.asyncio(loop_scope="session")

async def german(person):
    await person.page.add_init_script("try{localStorage.setItem('vibecast-language','de')}catch{}")

@pytest.mark.parametrize("how", ["desktop-light-en", "phone-dark-de"])
async def test_shots(people: PeopleFactory, how: str) -> None:
    phone, dark, de = how.startswith("phone"), "dark" in how, how.endswith("de")
    p = await people.member(phone=phone, dark=dark)
    page = p.page
    if de:
        await page.goto("/settings")
        await page.locator('[data-testid="look"] summary').click()
        await p.part("language-de").click()
        await expect(page.locator("html")).to_have_attribute("lang", "de")
    async def shot(name, full=False):
        await page.screenshot(path=f"/tmp/shots/{how}-{name}.png", full_page=full)
    await p.ask_server("POST", "/posts", {"content": "Thought better of"})
    await page.goto("/posts?feed=latest")
    post = p.part("post").first
    await post.locator(".menu-actions, details").first.locator("summary").click()
    await post.locator(".is-danger").click()
    await p.part("toast").wait_for()
    await shot("post-toast")
    await p.part("toast-action").focus()
    await shot("post-toast-focus")
    await p.part("toast-action").click()
    await page.goto("/upload")
    await p.part("upload-file").set_input_files(FilePayload(name="short film about parsing dates without tears.mp4", mimeType="video/mp4", buffer=video()))
    await p.part("upload-watch").wait_for()
    await shot("uploaded")
    await p.part("upload-watch").click()
    await p.part("video-title").wait_for()
    await page.locator(".page-video details summary").first.click()
    await page.locator(".page-video .is-danger").click()
    await p.part("toast").wait_for()
    await shot("video-gone")
    await page.locator(".toast .icon-button").click()
    await shot("video-gone-for-good")
    soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
    await p.ask_server("POST", "/streams", {"title": "Tomorrow, perhaps", "scheduled_at": soon.isoformat()})
    await page.goto("/studio")
    await page.locator(".own-stream button").first.click()
    await p.part("toast").wait_for()
    await shot("cancelled")
    await p.part("toast-action").click()
    await page.get_by_label("Titel" if de else "Title").first.fill("A parser by hand")
    await p.part("go-live").click()
    await expect(p.part("publisher-state")).to_have_attribute("data-state", "live", timeout=30000)
    await p.part("end-stream").click()
    await p.part("toast").wait_for()
    await shot("ending")
    await p.part("toast-action").click()
    await page.locator(".encoder summary").click()
    await page.locator('[data-testid="rotate-key"]').click()
    await page.get_by_role("dialog").wait_for()
    await shot("new-key")
    await page.keyboard.press("Escape")
    await p.part("end-stream").click()
    await p.part("toast-now").click()
    await p.part("summary-messages").wait_for()
    await shot("ended", True)
    await page.goto("/settings")
    await shot("settings", True)
    await page.goto("/settings?part=security")
    await shot("settings2", True)
    for path in ("/challenges", "/leaderboards", "/search?q=parser", "/notifications", "/videos", "/design", "/removed"):
        await page.goto(path)
        await page.wait_for_load_state("networkidle")
        await shot("page" + path.split("?")[0].replace("/", "-"), True)
    over = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    print(how, over)
