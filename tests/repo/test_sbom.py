"""The bill of materials: all that is locked stands in it, with its hash, the same each time."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from deploy.sbom import bill_of_materials

ROOT = Path(__file__).parents[2]


def test_everything_that_is_locked_stands_in_it_with_a_hash() -> None:
    components = {each["purl"]: each for each in bill_of_materials()["components"]}
    locked = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    names = re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", locked, re.M)
    assert names
    wanted = {f"pkg:pypi/{name}@{version}" for name, version in names}
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for path, package in packages.items():
        if path and not package.get("dev"):
            name = path.rpartition("node_modules/")[2].replace("@", "%40")
            wanted.add(f"pkg:npm/{name}@{package['version']}")
    assert set(components) == wanted
    assert [purl for purl, each in components.items() if not each["hashes"]] == []


def test_it_is_the_same_bytes_each_time() -> None:
    made = [
        subprocess.run(
            [sys.executable, "-m", "deploy.sbom"], cwd=ROOT, check=True, capture_output=True
        ).stdout
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert json.loads(made[0])["specVersion"] == "1.6"
