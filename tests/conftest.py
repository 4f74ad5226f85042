"""What every test may ask for. Real parts only: see the folder's name for what a test needs."""

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling, Scheduling

PAGES = "tests/browser/"

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
    "tests.chat",
    "tests.site",
    "tests.fault_site",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """For `make screenshots`: tests/browser/test_journeys.py keeps what it sees."""
    parser.addoption("--look", help="walk every journey so: desktop-light, phone-dark and so on")
    parser.addoption("--pictures", help="the folder to keep pictures in")


class _PagesTogether(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """Has one process open all the pages, and the others do the rest test by test.

    A Chromium that shares its core with another films fewer sizes, as it should, and then there is
    nothing to choose from.
    """

    def _split_scope(self, nodeid: str) -> str:
        return PAGES if nodeid.startswith(PAGES) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """Return who hands out the tests when several processes run them."""
    return _PagesTogether(config, log)
