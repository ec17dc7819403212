"""Which Chromium the browser tests drive. `python -m tests.chromium` says so, or how to install one.

Standard library only: `make test` runs it before anything is installed, since a browser is what a machine
most often lacks and nobody should wait for the other tests to be told.
"""

from __future__ import annotations

import os
import shutil
import sys

# The first is Chromium without what is for a screen, which Playwright too would take where nobody looks.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)

# macOS puts no browser on PATH.
APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)

ARGUMENTS = (
    "--no-sandbox",  # containers and root, as CI runs, have no user namespaces for it
    "--disable-gpu",
    # What follows keeps a browser under test from calling home.
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

INSTALL_HINT = (
    "Chromium is missing: the block is tested in a real browser, by keyboard and with axe-core.\n"
    "  Debian:         sudo apt-get install --no-install-recommends chromium-headless-shell\n"
    "  Ubuntu:         sudo apt-get install --no-install-recommends chromium\n"
    "  Fedora:         sudo dnf install chromium\n"
    "  macOS:          brew install --cask chromium\n"
    "Or name one of yours: CHROMIUM=/path/to/chromium make test"
)


class ChromiumMissing(RuntimeError):
    """No browser to test with; the message says how to install one."""


def find_chromium() -> str:
    """The path of the browser: the environment's CHROMIUM, else a usual name on PATH.

    Raises ChromiumMissing where there is none, or where CHROMIUM names no program.
    """
    if chosen := os.environ.get("CHROMIUM"):
        if found := shutil.which(chosen):
            return found
        raise ChromiumMissing(f"CHROMIUM={chosen} is no program that can be run.\n{INSTALL_HINT}")
    for name in (*NAMES, *APPLICATIONS):
        if found := shutil.which(name):
            return found
    raise ChromiumMissing(INSTALL_HINT)


def main() -> int:
    """Print the path (exit 0) or what to do (exit 1)."""
    try:
        sys.stdout.write(f"Browser tests use {find_chromium()}\n")
    except ChromiumMissing as missing:
        sys.stderr.write(f"{missing}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
