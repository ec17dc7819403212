"""Every story, each in one of the ways in which it can be seen: nothing bars the way or looks wrong.

The stories and the ways are those of `make pictures`, which shows all of them in all ways to people.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from babel.dates import format_skeleton

from tests.barriers import BEST_PRACTICE, WCAG, barriers
from tests.pictures.seeing import Onlooker
from tests.pictures.stories import STORIES, Story, assigned
from tests.pictures.views import EVERY, LANGUAGES, PAIRWISE, View, pairs
from tests.theme.harness import EXTENSION
from tracker.demo.state import TIME_ZONE

SHARED = assigned()

IN_WORDS = """([day, locale]) => {
  const form = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' });
  return form.format(new Date(day));
}"""


def test_every_pair_of_ways_is_among_those_that_are_looked_at() -> None:
    every = set().union(*(pairs(view) for view in EVERY))
    assert every == set().union(*(pairs(view) for view in PAIRWISE))
    assert len(every) == 36


def test_every_story_is_looked_at_once_and_in_every_way() -> None:
    assert list(PAIRWISE) == list(SHARED)
    looked_at = [str(story) for stories in SHARED.values() for story, _ in stories]
    assert sorted(map(str, STORIES)) == sorted(looked_at)
    assert len(looked_at) == len(set(looked_at))
    assert min(len(stories) for stories in SHARED.values()) >= 8


def test_every_language_that_there_are_words_in_is_looked_at() -> None:
    there_are = {path.name.split(".")[0] for path in (EXTENSION / "locales").glob("*.json")}
    assert there_are == {*LANGUAGES["ltr"], *LANGUAGES["rtl"]}
    assert there_are == {language for stories in SHARED.values() for _, language in stories}


@pytest.mark.parametrize("view", PAIRWISE, ids=str)
def test_every_story_is_told_well(view: View, onlooker: Onlooker) -> None:
    """Nothing scrolls sideways, is cut off, lies over another thing or is too small for a thumb; axe finds
    nothing; the sentence is there in the shopper's language, and is the same without script as with it."""
    onlooker.take(view)
    wrong = {
        f"{story} in {language}": faults
        for story, language in SHARED[view]
        if (faults := _faults(onlooker, view, story, language))
    }
    assert {} == wrong


def _faults(onlooker: Onlooker, view: View, story: Story, language: str) -> list[str]:
    """What is wrong with a story in this view."""
    onlooker.look_up(story, language)
    seen = onlooker.see()
    told = [seen.said]
    faults = seen.problems
    if view.script == "off":
        onlooker.look_up_plainly()
        seen = onlooker.see()
        told.append(seen.said)
        faults += seen.problems
    elif story.hindrance is None:
        told.append(onlooker.read_plainly(story, language))
    if not all(told) or not _alike(onlooker, story, language, told[0], told[-1]):
        faults.append(f"says {told}")
    if (language, view.direction) != (seen.language, seen.direction):
        faults.append(f"speaks {seen.language} {seen.direction}")
    return faults + barriers(onlooker.page, (*WCAG, BEST_PRACTICE), exclude=".demo")


def _alike(onlooker: Onlooker, story: Story, language: str, by_script: list[str], plain: list[str]) -> bool:
    """Whether the sentences are the same with script and without, but for the day of a scheduled order: with
    script it is in words and in the shopper's zone, without it as Liquid can write it, in the shop's."""
    if by_script == plain:
        return True
    planned = {line["scheduled_at"] for line in onlooker.ask_plainly(story)["unshipped"]}
    if len(planned) != 1 or None in planned:
        return False
    [day] = planned
    locale = onlooker.page.evaluate("navigator.language") if language == "en" else language
    words = onlooker.page.evaluate(IN_WORDS, [day, locale])
    without_day = [sentence.replace(words, "") for sentence in by_script]
    return without_day == [sentence.replace(_in_liquid(day, language), "") for sentence in plain]


def _in_liquid(day: str, language: str) -> str:
    """In numbers, in the order of the language, since Liquid knows English names of months alone."""
    there = datetime.fromisoformat(day).astimezone(ZoneInfo(TIME_ZONE))
    locale = Locale.parse(language, sep="-")
    english = f"{there:%-d %B %Y}"
    return f"{english if language == 'en' else format_skeleton('yMd', there, locale=locale)} ({there:%Z})"
