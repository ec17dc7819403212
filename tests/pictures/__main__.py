"""`make pictures`: every story in every way in which it can be seen, with contact sheets to look at them.

With `--readme`, the README's pictures are taken anew instead.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import sys
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

from tests.pictures.readme import take_readme
from tests.pictures.sheets import print_sheets, write_index
from tests.pictures.stories import STORIES
from tests.pictures.taking import every_language, take_languages, take_pages, take_stories

ROOT = Path(__file__).parents[2]
CHUNK = 5
"""Stories that one browser takes, which is a minute's work: enough to be worth its start."""

FONTS = "Fonts for all scripts make the pictures legible; on Debian: fonts-noto-core fonts-noto-cjk."


def main() -> None:
    """Take what is asked for, and say where it is."""
    parser = argparse.ArgumentParser(prog="make pictures", description=__doc__, epilog=FONTS)
    parser.add_argument("--readme", action="store_true", help="only the pictures of the README")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="browsers at once")
    parser.add_argument(
        "--into", type=Path, default=ROOT / "dist" / "pictures", help="the folder, emptied first"
    )
    wanted = parser.parse_args()
    if wanted.readme:
        for path in take_readme(ROOT / "docs" / "pictures"):
            _say(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} KB")
        return
    folder: Path = wanted.into
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    # A fresh interpreter for each, because a browser's driver doesn't survive a fork.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(wanted.workers, mp_context=context, max_tasks_per_child=1) as pool:
        waited: list[Future[None]] = [
            pool.submit(take_stories, folder, STORIES[first : first + CHUNK])
            for first in range(0, len(STORIES), CHUNK)
        ]
        languages = every_language()
        half = len(languages) // 2
        waited += [pool.submit(take_languages, folder, part) for part in (languages[:half], languages[half:])]
        waited.append(pool.submit(take_pages, folder))
        for number, future in enumerate(waited, start=1):
            future.result()
            _say(f"{number} of {len(waited)} parts taken")
    index = write_index(folder)
    print_sheets(folder)
    _say(f"Open {index}, or look at {folder}/sheet-*.png. {FONTS}")


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.environ.pop("REDIS_URL", None)
    main()
