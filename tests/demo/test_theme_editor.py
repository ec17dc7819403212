"""Deep links land in the theme editor, and a block that is added there shows in the shop and is told."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.test import Client

from tests.demo.conftest import ALICE, BOB, EXTENSION
from tracker.demo.extension import Extension
from tracker.demo.placements import Placement
from tracker.demo.platform import Platform
from tracker.demo.theme_blocks import BadLink, extensions_json

KEY = "client-of-the-app"
EDITOR = f"/shops/{ALICE}/admin/themes/current/editor"
BLOCK = {"template": "page", "addAppBlockId": f"{KEY}/track-order", "target": "newAppsSection"}
EMBED = {"template": "index", "context": "apps", "activateAppId": f"{KEY}/button"}


@pytest.fixture
def platform(platform: Platform) -> Platform:
    """Alice has installed the app."""
    platform.install(ALICE)
    return platform


def opened(merchant: Client, link: dict[str, str]) -> str:
    answer = merchant.get(f"{EDITOR}?{urlencode(link)}")
    assert 200 == answer.status_code
    return answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "target", ["newAppsSection", "mainSection", "sectionGroup:footer", "sectionId:template--1__main"]
)
@pytest.mark.parametrize("template", ["page", "page.contact"])
def test_a_link_offers_to_add_the_block(
    merchant: Client, platform: Platform, target: str, template: str
) -> None:
    text = opened(merchant, {**BLOCK, "target": target, "template": template})
    assert "Add block and save" in text
    assert f'name="template" value="{template}"' in text
    assert [] == platform.shop(ALICE).placements


def test_a_link_offers_to_switch_the_embed_on(merchant: Client, platform: Platform) -> None:
    text = opened(merchant, EMBED)
    assert "Switch on and save" in text
    assert "<h2>Tracking button</h2>" in text


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ({**BLOCK, "template": "start"}, "no template start"),
        ({**BLOCK, "addAppBlockId": "other/track-order"}, "{client id}/{file name}"),
        ({**BLOCK, "addAppBlockId": KEY}, "{client id}/{file name}"),
        ({**BLOCK, "addAppBlockId": f"{KEY}/nothing"}, "no block nothing"),
        ({**BLOCK, "target": "somewhere"}, "target says where"),
        ({**BLOCK, "target": "sectionGroup:middle"}, "target says where"),
        ({**BLOCK, "addAppBlockId": f"{KEY}/button"}, "different ways"),
        ({**BLOCK, "addAppBlockId": f"{KEY}/note"}, "be in the template page"),
        ({**EMBED, "context": "sections"}, "context=apps"),
        ({**EMBED, "activateAppId": f"{KEY}/track-order"}, "different ways"),
    ],
)
def test_a_link_that_adds_nothing_says_why(
    merchant: Client, platform: Platform, link: dict[str, str], words: str
) -> None:
    text = opened(merchant, link)
    assert words in text.replace("&#39;", "'")
    assert 'type="hidden"' not in text


def test_an_editor_that_is_just_opened_adds_nothing(merchant: Client, platform: Platform) -> None:
    assert "Nothing to add" not in opened(merchant, {})


def shown(merchant: Client, shop: str = ALICE) -> bool:
    text = merchant.get(f"/shops/{shop}/pages/track-order").get_data(as_text=True)
    assert ("is not in this theme" in text) != ('class="corners-round"' in text)
    return 'class="corners-round"' in text


def test_a_block_shows_once_it_was_added_and_no_longer_than_it_is_there(
    merchant: Client, platform: Platform
) -> None:
    """In this shop and no other."""
    platform.install(BOB)
    assert not shown(merchant)
    for _ in range(2):
        merchant.post(EDITOR, data={"handle": "track-order", "template": "page"})
    assert [Placement("track-order", "section", "page")] == platform.shop(ALICE).placements
    assert [True, False] == [shown(merchant, shop) for shop in (ALICE, BOB)]
    merchant.post(EDITOR, data={"handle": "track-order", "template": "page", "act": "remove"})
    assert not shown(merchant)


def test_a_block_in_another_template_is_not_on_the_page(merchant: Client, platform: Platform) -> None:
    platform.add_block(ALICE, template="index")
    assert not shown(merchant)


def test_an_uninstalled_app_has_no_block_and_no_file_in_the_shop(
    merchant: Client, platform: Platform
) -> None:
    platform.add_block(ALICE)
    platform.add_block(ALICE, "button", "index")
    platform.uninstall(ALICE)
    text = merchant.get(f"/shops/{ALICE}/pages/track-order").get_data(as_text=True)
    assert "/cdn/extensions/" not in text
    assert not shown(merchant)


def test_what_can_not_be_added_is_refused(merchant: Client, platform: Platform) -> None:
    for form in ({"handle": "note", "template": "page"}, {"handle": "nothing"}, {}):
        assert 422 == merchant.post(EDITOR, data=form).status_code
    with pytest.raises(BadLink, match="not installed"):
        platform.add_block(BOB)


def told(platform: Platform) -> dict[str, Any]:
    """What App Bridge would tell of the blocks, by their handles."""
    shop = platform.shop(ALICE)
    with shop.lock:
        (extension,) = extensions_json(shop, Extension(EXTENSION))
    assert ("track-order-small", "theme_app_extension") == (extension["handle"], extension["type"])
    return {one["handle"]: one for one in extension["activations"]}


def test_the_app_is_told_which_blocks_are_in_the_theme(platform: Platform) -> None:
    before = told(platform)
    assert {"button", "note", "track-order"} == set(before)
    assert ("Tracking button", "body") == (before["button"]["name"], before["button"]["target"])
    assert {"available"} == {one["status"] for one in before.values()}
    platform.add_block(ALICE)
    after = told(platform)["track-order"]
    assert ("active", "section", "Track order") == (after["status"], after["target"], after["name"])
    (placed,) = after["activations"]
    assert placed["target"].startswith("template--page/main/track_order_")
    assert placed["themeId"].startswith("gid://shopify/OnlineStoreTheme/")
    platform.remove_block(ALICE)
    assert before == told(platform)
