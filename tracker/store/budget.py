"""What each shop's budget at the Admin API still holds, in Redis, so that all workers share what one is told.

The API tells it with each answer (`extensions.cost.throttleStatus`): a leaky bucket of points that fills at a
steady rate (https://shopify.dev/docs/api/usage/limits). Only questions that go to the shop look at it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from tracker.ports.answers import Question
from tracker.ports.orders import Urgency
from tracker.store.keys import Keys
from tracker.store.redis import GuardedRedis, RedisUnavailable
from tracker.store.script import Script
from tracker.store.sealing import Sealer

KEPT_FOR_OTHERS = {Urgency.BEHIND: "0.5", Urgency.QUESTION: "0.25", Urgency.WAITING: "0"}
"""The share of a full budget that must be left once this kind of question was asked."""
PLENTY = 0.75
"""With such a share left nobody need be careful, and nothing is noted: most shops are there all the time."""
POINTS = 120
"""What a find and the fullest read may cost together, taken until the shop tells what they did."""

ADMIT = Script.load("admit")
BUDGET = Script.load("budget")


class RedisBudget:
    """ports.Budget on Redis; `told` is what keeps it true."""

    def __init__(self, guard: GuardedRedis, sealer: Sealer) -> None:
        self._guard = guard
        self._keys = Keys(sealer)

    def wait(self, question: Question, urgency: Urgency) -> float:
        """See ports.Budget. Without Redis there is no telling, and everybody asks."""
        keys = [self._keys.budget(question.shop), self._keys.person(question.shop, question.claim)]
        # Whoever asks behind an answer is known as well, and waits all the same.
        return self._wait(keys, urgency, "" if urgency is Urgency.BEHIND else self._known_by(question))

    def wait_behind(self, shop: str) -> float:
        """See ports.Budget."""
        budget = self._keys.budget(shop)
        return self._wait([budget, budget], Urgency.BEHIND, "")

    def _wait(self, keys: Sequence[str], urgency: Urgency, known: str) -> float:
        try:
            milliseconds = self._guard.run_script(ADMIT, keys, [KEPT_FOR_OTHERS[urgency], str(POINTS), known])
            return int(milliseconds) / 1000
        except RedisUnavailable:
            return 0.0

    def _known_by(self, question: Question) -> str:
        return self._keys.untagged(question.shop, self._keys.entry(question))

    def told(self, shop: str, status: Mapping[str, float]) -> None:
        """A shop said what its budget holds, in the words of throttleStatus. Figures that are missing or make
        no sense are passed over."""
        try:
            available, maximum = status["currentlyAvailable"], status["maximumAvailable"]
            restore = status["restoreRate"]
        except KeyError:
            return
        if restore <= 0 or maximum <= 0:
            return
        figures = [str(figure) for figure in (available, maximum, restore, PLENTY)]
        with suppress(RedisUnavailable):
            self._guard.run_script(BUDGET, [self._keys.budget(shop)], figures)
