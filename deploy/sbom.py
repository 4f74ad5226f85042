"""What a node is made of, as a CycloneDX 1.6 bill of materials: `make sbom`.

Made of the lock files alone, so that it is the same bytes for the same locks wherever it is made:
no time, no serial number, nothing that happens to be installed.
"""

from __future__ import annotations

import base64
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
_PINNED = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def bill_of_materials(root: Path = ROOT) -> dict[str, Any]:
    """Return the bill of what runs: the Python packages and what the browser code is bundled of."""
    components = [*_python_components(root), *_browser_components(root)]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "vibecast"}},
        "components": sorted(components, key=lambda each: str(each["purl"])),
    }


def _python_components(root: Path) -> Iterator[dict[str, Any]]:
    lines = (root / "requirements.txt").read_text(encoding="utf-8")
    for block in re.split(r"\n(?=\S)", lines):
        pinned = _PINNED.match(block)
        if pinned is None:
            continue
        hashes = [{"alg": "SHA-256", "content": each} for each in sorted(_HASH.findall(block))]
        name, version = pinned["name"], pinned["version"]
        yield _component(name, version, purl=f"pkg:pypi/{name}@{version}", hashes=hashes)


def _browser_components(root: Path) -> Iterator[dict[str, Any]]:
    lock = json.loads((root / "package-lock.json").read_text(encoding="utf-8"))
    for path, package in lock["packages"].items():
        if not path or package.get("dev"):
            continue
        name, version = path.rpartition("node_modules/")[2], package["version"]
        algorithm, _, digest = package["integrity"].partition("-")
        content = base64.b64decode(digest).hex()
        hashes = [{"alg": algorithm.upper().replace("SHA", "SHA-"), "content": content}]
        purl = f"pkg:npm/{name.replace('@', '%40')}@{version}"
        yield _component(name, version, purl=purl, hashes=hashes)


def _component(
    name: str, version: str, *, purl: str, hashes: list[dict[str, str]]
) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "hashes": hashes,
    }


def written() -> str:
    """Return the bill as it stands in a file."""
    return json.dumps(bill_of_materials(), indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.write(written())
