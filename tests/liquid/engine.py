"""The original Liquid, which is written in Ruby, as a process that renders what it is asked for.

`python -m tests.liquid.engine` says whether it is here, or how to install it: `make liquid` runs that first.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

EXTENSION = Path(__file__).parents[2] / "theme_extension"
SCRIPT = Path(__file__).with_name("storefront.rb")
VERSION = "puts Gem::Version.new(Liquid::VERSION) >= Gem::Version.new('5.4') ? Liquid::VERSION : exit(1)"
INSTALL_HINT = (
    "The original Liquid (5.4 or newer) is missing, with which blocks and pages are compared.\n"
    "  Debian, Ubuntu: sudo apt-get install --no-install-recommends ruby ruby-liquid\n"
    "  elsewhere:      gem install liquid\n"
)


class LiquidFault(RuntimeError):
    """The original Liquid refuses a template; the message is its own."""


class Engine:
    """Renders by the original Liquid; see storefront.rb for what may be asked."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def render(self, **asked: Any) -> str:
        """The HTML of a block or page. Raises LiquidFault where the Liquid is refused."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "storefront.rb ended; its reason is on standard error"
        answer: dict[str, str] = json.loads(line)
        if "error" in answer:
            raise LiquidFault(answer["error"])
        return answer["html"]


@contextmanager
def started(time_zone: str, now: int) -> Iterator[Engine]:
    """An engine in a shop of this time zone, for which it is always `now` (Unix seconds)."""
    command = [_ruby(), str(SCRIPT), str(EXTENSION), time_zone, str(now)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        yield Engine(process)
        # At the end of its input it ends by itself.


def _ruby() -> str:
    ruby = shutil.which("ruby")
    if ruby is None:
        raise SystemExit(INSTALL_HINT)
    return ruby


def main() -> int:
    """Print the version (exit 0) or what to do (exit 1)."""
    ruby = shutil.which("ruby")
    found = ruby and subprocess.run(
        [ruby, "-rliquid", "-e", VERSION], capture_output=True, check=False, text=True
    )
    if not found or found.returncode:
        sys.stderr.write(INSTALL_HINT)
        return 1
    sys.stdout.write(f"Blocks and pages are compared with Liquid {found.stdout}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
