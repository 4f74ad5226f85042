"""The third-party code under static/vendor is what the lock file says, byte for byte."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "static" / "vendor"


def test_building_again_gives_the_same_bytes(tmp_path: Path) -> None:
    node = Path(sys.executable).parent / "node"
    subprocess.run(
        [str(node), str(VENDOR / "build.mjs"), str(tmp_path)], cwd=ROOT, check=True, timeout=120
    )
    built = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    assert built
    for name in built:
        assert (VENDOR / name).read_bytes() == (tmp_path / name).read_bytes(), name
