"""A disk of a few megabytes, to be filled and to be made read-only. Takes Linux and root, who may mount."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PIECE = 64 * 1024


class SmallDisk:
    """Mounted at `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def full(self) -> Iterator[None]:
        """Not a byte more can be written, until the block ends."""
        ballast = self.folder / "ballast"
        with ballast.open("wb", buffering=0) as file:
            for size in (PIECE, 1024, 1):
                while _written(file.fileno(), size):
                    pass
        yield
        ballast.unlink()

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Another disk in its place with the same files on it, that takes no writes, until the block ends.
        One that somebody writes to cannot be made read-only where it is."""
        files = {file.name: file.read_bytes() for file in self.folder.iterdir()}
        _mount(self.folder, "size=16m,mode=777")
        for name, content in files.items():
            (self.folder / name).write_bytes(content)
        _run("mount", "-o", "remount,ro", str(self.folder))
        yield
        _run("umount", "--lazy", str(self.folder))


@contextmanager
def small_disk(folder: Path, *, megabytes: int) -> Iterator[SmallDisk]:
    """Until the block ends. Fails where it cannot be mounted, saying why."""
    if os.geteuid() != 0:
        pytest.fail(
            "A disk that is full takes one of its own: run this as root, which alone may mount.",
            pytrace=False,
        )
    _mount(folder, f"size={megabytes}m,mode=777")
    try:
        yield SmallDisk(folder)
    finally:
        _run("umount", "--lazy", str(folder))


def _mount(folder: Path, options: str) -> None:
    _run("mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder))


def _run(*command: str) -> None:
    subprocess.run(command, check=True)


def _written(file: int, size: int) -> bool:
    try:
        return os.write(file, b"\0" * size) == size
    except OSError:
        return False
