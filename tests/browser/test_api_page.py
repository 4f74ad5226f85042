"""The reading page of the API, as a person who writes a client sees it."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PeopleFactory

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_every_operation_can_be_found_and_read(people: PeopleFactory) -> None:
    reader = await people.guest()
    page = reader.page
    await page.goto("/api/docs")
    description = await (await page.request.get("/api/v1/openapi.json")).json()
    count = sum(len(methods) for methods in description["paths"].values())
    await expect(page.get_by_role("status")).to_have_text(f"Operations: {count}")
    await reader.part("api-filter").fill("post /api/v1/reports")
    await page.locator("#post_reports > summary").click()
    opened = page.locator("#post_reports")
    await expect(opened).to_contain_text("subject_type")
    await expect(opened).to_contain_text("1 to 1000 characters")
    await expect(opened).to_contain_text("already-reported")
    await reader.part("api-filter").fill("challenges board")
    await expect(page.get_by_role("status")).to_have_text("Operations: 1")
