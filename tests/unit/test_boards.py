"""Which board counts when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from community.boards import Period, board_of


@pytest.mark.parametrize(
    ("period", "at", "board"),
    [
        ("all-time", datetime(2026, 11, 22, tzinfo=UTC), "all-time"),
        ("monthly", datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC), "2026-11"),
        ("monthly", datetime(2026, 12, 1, tzinfo=UTC), "2026-12"),
        ("weekly", datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC), "2026-W47"),
        ("weekly", datetime(2026, 11, 23, tzinfo=UTC), "2026-W48"),
        # The last days of a year may be in the first week of the next, and the other way about.
        ("weekly", datetime(2024, 12, 30, tzinfo=UTC), "2025-W01"),
        ("weekly", datetime(2027, 1, 1, tzinfo=UTC), "2026-W53"),
        ("monthly", datetime(2026, 12, 1, 1, tzinfo=timezone(timedelta(hours=2))), "2026-11"),
    ],
)
def test_board_is_named_by_month_or_iso_week_in_utc(
    period: Period, at: datetime, board: str
) -> None:
    assert board_of(period, at) == board
