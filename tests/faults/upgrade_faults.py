"""A release that comes in while another is still there, on one Redis: each meets what the other packed."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from redis import Redis

from tests.faults.asking import STORY, Told, ask
from tests.faults.conftest import Note
from tests.faults.findings import Finding
from tests.faults.house import open_service_on
from tests.faults.truth import WATCHED
from tests.pretend_shopify import PretendShopify
from tests.web.storefront import ALICE, SECRET
from tracker.embedded_redis import EmbeddedRedis
from tracker.store.entries import PURPOSE
from tracker.store.packing import ANSWERS, FIRST, Packing, unpack
from tracker.store.sealing import Sealer

PART = "An upgrade"
UNKNOWN = replace(ANSWERS, mark=b"\x7f")
"""Of a release that this one knows nothing of."""
GROWING_OLD = {"SOFT_AGES": "in_transit=600,out_for_delivery=600"}
CALLS = 2
"""For what is read anew."""


def packed_by_another(redis: EmbeddedRedis, packing: Packing) -> int:
    """Pack every kept answer as a worker of another release would have. How many there were."""
    sealer, packed = Sealer(SECRET), 0
    with Redis.from_url(redis.url) as client:
        for name in list(client.scan_iter(match="*}:l:*")):
            place, sealed = name.decode(), client.get(name)
            plain = sealer.open(sealed or b"", purpose=PURPOSE, shop=ALICE, place=place)
            if plain is not None:
                told = sealer.seal(packing.pack(unpack(plain)), purpose=PURPOSE, shop=ALICE, place=place)
                client.set(name, told, keepttl=True)
                packed += 1
    return packed


@pytest.mark.parametrize(
    ("packing", "name"), [(FIRST, "of the release before"), (UNKNOWN, "of a release that is not known")]
)
def test_what_another_release_packed(
    packing: Packing, name: str, shopify: PretendShopify, tmp_path: Path, note: Note
) -> None:
    """Is told as it is, or read anew and kept; twice, since either release meets the other's again."""
    begun, told, packed, calls = time.monotonic(), list[Told](), 0, 0
    emails = {order: shopify.shop.find_order(order).email or "" for order in WATCHED}
    with EmbeddedRedis() as redis, open_service_on(redis, tmp_path, shopify, settings=GROWING_OLD) as service:
        first = {order: ask(service.port, order, email) for order, email in emails.items()}
        for _ in range(2):
            packed += packed_by_another(redis, packing)
            before = shopify.calls()
            told += [ask(service.port, order, email) for order, email in emails.items()]
            calls += shopify.calls() - before
        failed = service.err.count("Traceback")
    words = Counter(each.word for each in told)
    same = sum(each.newest == first[order].newest for order, each in zip([*emails] * 2, told, strict=True))
    figure = (
        f"{packed} kept answers: {words[STORY]} stories, {same} of them right, {calls} calls, {failed} errors"
    )
    expected = 0 if packing is FIRST else CALLS * packed
    holds = words == {STORY: packed} and same == packed == len(told) and calls == expected and not failed
    promise = (
        "every story right, and none read anew" if packing is FIRST else "every story right, each read anew"
    )
    note(Finding(PART, f"answers {name}", promise, figure, holds, time.monotonic() - begun))
