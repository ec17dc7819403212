"""Every story, each in one of the ways in which it can be seen: nothing bars the way or looks wrong.

The stories and the ways are those of `make pictures`, which shows all of them in all ways to people.
"""

from __future__ import annotations

import pytest

from tests.pictures.seeing import Onlooker
from tests.pictures.stories import STORIES, Story, assigned
from tests.pictures.views import EVERY, LANGUAGES, PAIRWISE, View, pairs
from tests.theme.harness import EXTENSION, words
from tests.theme.shopper import WCAG, barriers

SHARED = assigned()


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
    if not all(told) or _dateless(told[0], language) != _dateless(told[-1], language):
        faults.append(f"says {told}")
    if (language, view.direction) != (seen.language, seen.direction):
        faults.append(f"speaks {seen.language} {seen.direction}")
    return faults + barriers(onlooker.page, WCAG)


def _dateless(said: list[str], language: str) -> list[str]:
    """The same sentences with a place in them for the day of a scheduled order: with script it is written as
    the shopper's browser does, without it in numbers, as Liquid can."""
    texts = words("en.default" if language == "en" else language)["track_order"]
    dated = [texts[family]["scheduled"] for family in ("status", "partly")]
    return [next((one for one in dated if _fits(sentence, one)), sentence) for sentence in said]


def _fits(sentence: str, dated: str) -> bool:
    before, _, after = dated.partition("{{ date }}")
    return sentence.startswith(before) and sentence.endswith(after) and len(sentence) > len(before + after)
