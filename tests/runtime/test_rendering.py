"""Rendering beside the node: hostile texts end the process, never the node or the next text."""

from __future__ import annotations

import asyncio

import pytest

from community.rendering import open_rendering
from errors import NotRenderable


async def test_text_is_rendered_beside_the_node() -> None:
    async with open_rendering() as rendering:
        rendered = await rendering.render("*hello* #world @ann", people=["ann"])
    assert rendered.html.startswith("<p><em>hello</em>")
    assert (rendered.tags, rendered.mentions) == (("world",), ("ann",))


async def test_hostile_text_is_given_up_and_the_next_one_is_rendered() -> None:
    hostile = "http://a." * 5_500  # half a minute of regular expressions
    async with open_rendering(cpu_limit_s=0.2) as rendering:
        loop = asyncio.get_running_loop()
        first = asyncio.create_task(rendering.render(hostile))
        second = asyncio.create_task(rendering.render("hello"))
        began = loop.time()
        with pytest.raises(NotRenderable):
            await first
        assert loop.time() - began < 10
        assert (await second).html == "<p>hello</p>\n"


async def test_text_whose_writer_left_answers_nobody_else() -> None:
    async with open_rendering() as rendering:
        await rendering.render("warm")
        left = asyncio.create_task(rendering.render("left"))
        waiting = asyncio.create_task(rendering.render("stayed"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        left.cancel()
        assert (await waiting).html == "<p>stayed</p>\n"
        with pytest.raises(asyncio.CancelledError):
            await left


async def test_longest_text_is_rendered_whole() -> None:
    text = "&" * 50_000
    async with open_rendering() as rendering:
        assert (await rendering.render(text)).html == f"<p>{'&amp;' * 50_000}</p>\n"
