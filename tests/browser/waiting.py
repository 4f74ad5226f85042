"""Waiting in a page for what a page must ask for.

Playwright's own `wait_for_function` takes the promise of an async function for a yes.
"""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page

PATIENCE_MS = 60_000
_AGAIN_AFTER_MS = 300


async def wait_for_answer(
    page: Page, ask: str, argument: Any = None, *, patience_ms: int = PATIENCE_MS
) -> Any:
    """Call the async function `ask` until its answer is one, and return it."""
    return await page.evaluate(
        f"""async ([argument, patience]) => {{
            const ask = {ask};
            for (const end = Date.now() + patience; Date.now() < end; ) {{
                const answer = await ask(argument);
                if (answer) return answer;
                await new Promise((again) => setTimeout(again, {_AGAIN_AFTER_MS}));
            }}
            throw new Error("no answer within " + patience + " ms");
        }}""",
        [argument, patience_ms],
    )
