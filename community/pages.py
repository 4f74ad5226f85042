"""Pages of the community's lists: how many at once, and where the next begins."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field

PAGE_ITEMS = 20
PAGE_MAX_ITEMS = 100

Row = TypeVar("Row")


class PageQuery(BaseModel):
    """Which page of a list."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=PAGE_MAX_ITEMS)] = PAGE_ITEMS
    cursor: str | None = None


def cut(rows: list[Row], limit: int) -> tuple[list[Row], Row | None]:
    """Return at most `limit` of the rows, and the last of them if more were read."""
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], rows[limit - 1]
