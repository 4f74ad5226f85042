"""What every test may ask for. Real parts only: see the folder's name for what a test needs."""

import pytest
from hypothesis import settings

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
    "tests.snapshots",
    "tests.site",
    "tests.fault_site",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """For `make screenshots`: tests/browser/test_journeys.py keeps what it sees."""
    parser.addoption("--look", help="walk every journey so: desktop-light, phone-dark and so on")
    parser.addoption("--pictures", help="the folder to keep pictures in")
