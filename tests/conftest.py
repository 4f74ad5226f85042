"""What every test may ask for. Real parts only: see the folder's name for what a test needs."""

from pathlib import Path

import pytest
from hypothesis import settings

BROWSER = Path(__file__).parent / "browser"

# A machine that is busy makes no property untrue.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

pytest_plugins = [
    "tests.postgres",
    "tests.redis",
    "tests.s3",
    "tests.edge",
    "tests.documents",
    "tests.recognition",
    "tests.writing",
    "tests.moderation",
    "tests.videos",
    "tests.channels",
    "tests.site",
    "tests.fault_site",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """For `make screenshots`: tests/browser/test_journeys.py keeps what it sees."""
    parser.addoption("--look", help="walk every journey so: desktop-light, phone-dark and so on")
    parser.addoption("--pictures", help="the folder to keep pictures in")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have one process open all the pages: a Chromium that shares its core with another films
    fewer sizes, as it should, and then there is nothing to choose from."""
    for item in items:
        if item.path.is_relative_to(BROWSER):
            item.add_marker(pytest.mark.xdist_group("browser"))
