"""The deployment files, held to their schema: no container engine is at hand in tests."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from compose_spec import PyCompose

from server.settings import Settings

ROOT = Path(__file__).parents[2]
VARIABLES = {each.metadata["variable"] for each in fields(Settings)}


def test_compose_file_follows_the_compose_specification() -> None:
    compose = PyCompose.from_yaml((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    services = compose.to_spec().services
    assert services is not None
    assert {"node", "postgres", "redis", "coturn", "nginx"} <= set(services)


def test_compose_file_sets_only_settings_that_exist() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    node = text[text.index("  node:") : text.index("  postgres:")]
    assert set(re.findall(r"^      ([A-Z_]+):", node, re.MULTILINE)) <= VARIABLES


def test_example_settings_cover_what_the_compose_file_asks_for() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text("utf-8")))
    example = (ROOT / "deploy" / "example.env").read_text(encoding="utf-8")
    assert set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)) == asked


def test_image_holds_every_package_of_the_product() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8")
    for package in (
        "node",
        "server",
        "rooms",
        "media",
        "collab",
        "community",
        "persistence",
        "static",
    ):
        assert f"COPY {package} {package}" in dockerfile
        assert f"!{package}" in ignore.splitlines()
