"""A node as an operator meets it: it starts, says why when it cannot, and closes in order."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from tests.edge import PASSWORD
from tests.node import ROOT, NodeProcess


async def test_node_stops_in_order_when_asked(tmp_path: Path) -> None:
    node = NodeProcess(tmp_path / "data")
    await node.start()
    assert await node.stop() == 0
    assert not (tmp_path / "data" / "postgres" / "postmaster.pid").exists()


async def test_killed_node_starts_again_on_its_data(tmp_path: Path) -> None:
    node = NodeProcess(tmp_path / "data")
    await node.start()
    await node.kill()
    await node.start()
    assert await node.stop() == 0


async def test_second_node_on_the_same_data_is_refused_in_one_line(tmp_path: Path) -> None:
    node = NodeProcess(tmp_path / "data")
    await node.start()
    try:
        second = await asyncio.to_thread(
            _run, VIBECAST_DATA_DIR=str(tmp_path / "data"), VIBECAST_PORT="0"
        )
    finally:
        await node.stop()
    assert second.returncode == 1
    assert "in use by another node" in second.stderr


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("VIBECAST_PORT", "banana", "VIBECAST_PORT must be a port"),
        ("VIBECAST_MEDIA_ADDRESSES", "example", "VIBECAST_MEDIA_ADDRESSES must be IP addresses"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL must be an address that starts with"),
        ("VIBECAST_TLS_KEY", "/nonexistent", "VIBECAST_TLS_KEY no file at"),
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none", "The database does not answer"),
        ("REDIS_URL", "redis://127.0.0.1:1", "Redis does not answer"),
    ],
)
def test_wrong_setting_stops_the_start_with_one_line(
    tmp_path: Path, variable: str, value: str, reason: str
) -> None:
    ended = _run(**{"VIBECAST_DATA_DIR": str(tmp_path), "VIBECAST_PORT": "0", variable: value})
    assert ended.returncode == 1
    assert ended.stderr.startswith("vibecast: ") and ended.stderr.count("\n") == 1
    assert reason in ended.stderr


async def test_operator_makes_an_admin_while_the_node_runs_and_after(tmp_path: Path) -> None:
    node = NodeProcess(tmp_path / "data")
    await node.start()
    try:
        async with aiohttp.ClientSession() as http:
            for name in ("ann", "bob"):
                form = {"username": name, "email": f"{name}@mail.example", "password": PASSWORD}
                async with http.post(node.url + "/api/v1/users", json=form) as answer:
                    assert answer.status == 201
        data_dir = str(tmp_path / "data")
        made = await asyncio.to_thread(_run, "admin", "Bob", VIBECAST_DATA_DIR=data_dir)
        assert (made.returncode, made.stdout) == (0, "Bob is an admin\n"), made
    finally:
        assert await node.stop() == 0
    missing = await asyncio.to_thread(_run, "admin", "nobody", VIBECAST_DATA_DIR=data_dir)
    assert (missing.returncode, missing.stderr) == (1, "vibecast: there is no account nobody\n")


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "run.py", *arguments],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/usr/sbin:/bin", **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
