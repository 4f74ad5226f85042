"""What the tests need from the system: Chromium, a Redis server and a TURN server.

`make test` runs this first. As root on a Debian it installs what is missing; elsewhere it says in
one line what to install and ends the run, because a test that is skipped proves nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

# The program that must be on the path, and the Debian package that brings it.
PARTS = {"chromium": "chromium", "redis-server": "redis-server", "turnserver": "coturn"}
INSTALL_TIMEOUT_S = 900


def missing_packages() -> list[str]:
    """Return the packages whose program is not on the path."""
    return [package for program, package in PARTS.items() if shutil.which(program) is None]


def _install(packages: list[str]) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages],
    ):
        done = subprocess.run(
            arguments, env=environment, stdout=sys.stderr, timeout=INSTALL_TIMEOUT_S, check=False
        )
        if done.returncode != 0:
            return False
    return True


def main() -> int:
    """Return the exit status."""
    missing = missing_packages()
    if missing and os.geteuid() == 0 and shutil.which("apt-get") is not None:
        _install(missing)
        missing = missing_packages()
    if missing:
        sys.stderr.write(
            f"The tests need {' and '.join(missing)} on the path: "
            f"sudo apt-get install {' '.join(missing)}\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
