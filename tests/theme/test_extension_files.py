"""What Shopify's theme checks do not look at: the schema's JSON, settings, words, sizes and folders."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel import Locale

from tests.theme.harness import EXTENSION, Translate, render, schema, schema_source, words

ROOT = Path(__file__).parents[2]
BLOCKS = sorted(path.stem for path in EXTENSION.glob("blocks/*.liquid"))
LOCALES = sorted((EXTENSION / "locales").glob("*.json"))
MERCHANTS = [path for path in LOCALES if path.name.endswith(".schema.json")]
SHOPPERS = [
    path.name.removesuffix(".json").removesuffix(".default") for path in LOCALES if path not in MERCHANTS
]
LIQUID = {path: path.read_text("utf-8") for path in sorted(EXTENSION.glob("*/*.liquid"))}
SCRIPTS = {path: path.read_text("utf-8") for path in sorted(EXTENSION.glob("assets/*.js"))}

FORBIDDEN_TAGS = ("javascript", "stylesheet", "style", "include", "layout", "section", "sections")
FORBIDDEN_OBJECTS = re.compile(r"\bcontent_for_\w+|\bsection\.(?!id\b)|\bapp\.(?!metafields\.)")
"""A page's own parts, a section but for its id, an app but for its metafields."""


def leaves(tree: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a locale file with its key; the plural forms of one text have a key each."""
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value


def is_plural(tree: dict[str, Any]) -> bool:
    return "other" in tree and set(tree) <= {"zero", "one", "two", "few", "many", "other"}


def texts(tree: dict[str, Any], path: str = "") -> set[str]:
    """The keys that `t` can be asked for: as `leaves`, but one for all plural forms."""
    found = set()
    for name, value in tree.items():
        if isinstance(value, dict) and not is_plural(value):
            found |= texts(value, f"{path}{name}.")
        else:
            found.add(f"{path}{name}")
    return found


@pytest.mark.parametrize("script", ["theme_check.mjs", "schema_check.mjs"])
def test_shopifys_own_checks_find_nothing(script: str) -> None:
    """The rules for app blocks, and the shape of every setting that there is, without a network."""
    run = subprocess.run(
        ["node", Path(__file__).with_name(script), EXTENSION],  # noqa: S607 - whichever node the developer uses
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    assert json.loads(run.stdout) == []


def test_folders_and_files_are_those_that_shopify_bundles() -> None:
    """Any other folder makes the upload fail."""
    assert {path.name for path in EXTENSION.iterdir() if path.is_dir()} == {
        "assets",
        "blocks",
        "locales",
        "snippets",
    }
    assert [path for path in EXTENSION.glob("*/*") if path.is_dir()] == []
    suffixes = {
        "assets": {".js", ".css"},
        "blocks": {".liquid"},
        "snippets": {".liquid"},
        "locales": {".json"},
    }
    assert [path for path in EXTENSION.glob("*/*") if path.suffix not in suffixes[path.parent.name]] == []


def test_it_says_what_kind_of_extension_it_is() -> None:
    about = tomllib.loads((EXTENSION / "shopify.extension.toml").read_text("utf-8"))
    assert about["type"] == "theme"
    assert about["name"]


@pytest.mark.parametrize(
    ("pattern", "limit"),
    [("assets/*.js", 10_000), ("assets/*.css", 15_000), ("locales/*.json", 15_000), ("*/*.liquid", 25_000)],
)
def test_files_are_small(pattern: str, limit: int) -> None:
    """Shopify's limits for JavaScript and locale files, tighter ones for the rest."""
    sizes = {path.name: path.stat().st_size for path in EXTENSION.glob(pattern)}
    assert sizes
    assert {name: size for name, size in sizes.items() if size > limit} == {}


@pytest.mark.parametrize(
    ("pattern", "limit"), [("assets/*.js", 30_000), ("assets/*.css", 15_000), ("*/*.liquid", 100_000)]
)
def test_all_files_of_a_kind_are_small(pattern: str, limit: int) -> None:
    assert 0 < sum(path.stat().st_size for path in EXTENSION.glob(pattern)) <= limit


def test_the_whole_extension_is_one_that_shopify_takes() -> None:
    assert sum(path.stat().st_size for path in EXTENSION.glob("*/*")) < 10_000_000
    assert len(BLOCKS) <= 30
    assert len(LOCALES) <= 100


@pytest.mark.parametrize("language", SHOPPERS)
def test_the_button_adds_little_to_other_pages(language: str) -> None:
    """With every setting in use, and the label of the language."""
    ids = [each["id"] for each in schema("track-order-button")["settings"] if "id" in each]
    settings = {name: "x" * 100 for name in ids if name != "button"}
    texts = words(f"{language}.default" if language == "en" else language)
    html = render("track-order-button", settings=settings, design_mode=True, translate=Translate(texts))
    assert texts["track_order"]["form"]["open"] in html
    assert 1_000 < len(html.encode()) < 4_000


@pytest.mark.parametrize(("name", "target"), [("track-order", "section"), ("track-order-button", "body")])
def test_the_schema_is_one_that_shopify_takes(name: str, target: str) -> None:
    block = schema(name)
    assert block["target"] == target
    assert (EXTENSION / "assets" / block["stylesheet"]).is_file()
    assert set(block) <= {
        "name",
        "target",
        "stylesheet",
        "javascript",
        "enabled_on",
        "settings",
        "class",
        "tag",
    }
    for setting in block["settings"]:
        assert ("id" in setting) != (setting["type"] in ("header", "paragraph"))
        assert setting.get("default", True) != ""
        if setting["type"] == "checkbox":
            assert setting["default"] in (True, False)
        if setting["type"] == "select":
            values = [option["value"] for option in setting["options"]]
            assert setting["default"] in values
            assert len(values) == len(set(values))
        if setting["type"] == "range":
            steps = (setting["max"] - setting["min"]) / setting["step"]
            assert 3 <= steps <= 100
            assert (setting["default"] - setting["min"]) % setting["step"] == 0


def test_no_json_says_the_same_twice() -> None:
    """Of two values Shopify takes one, and nobody is told."""

    def unlike(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len(pairs) == len(dict(pairs)), [name for name, _ in pairs]
        return dict(pairs)

    for text in [path.read_text("utf-8") for path in LOCALES] + [schema_source(name) for name in BLOCKS]:
        json.loads(text, object_pairs_hook=unlike)


@pytest.mark.parametrize("name", BLOCKS)
def test_settings_have_ids_of_their_own_and_all_of_them_are_used(name: str) -> None:
    """Shopify's checks let a misspelt setting pass; it would be empty for ever."""
    ids = [setting["id"] for setting in schema(name)["settings"] if "id" in setting]
    assert len(ids) == len(set(ids))
    block = (EXTENSION / "blocks" / f"{name}.liquid").read_text("utf-8")
    looks = (EXTENSION / "snippets" / "track-order-looks.liquid").read_text("utf-8")
    named = {*re.findall(r"block\.settings\.(\w+)", block), *re.findall(r"assign setting = '(\w+)'", block)}
    assert named <= set(ids)
    assert set(ids) <= named | set(re.findall(r"\bsettings\.(\w+)", looks))


def test_what_the_blocks_share_reads_settings_that_one_of_them_has() -> None:
    ids = {setting["id"] for name in BLOCKS for setting in schema(name)["settings"] if "id" in setting}
    for path, text in LIQUID.items():
        assert set(re.findall(r"\bsettings\.(\w+)", text)) <= ids, path.name


def test_the_merchants_words_are_all_there_and_none_is_left_over() -> None:
    merchant = words("en.default.schema")
    keys = {key for text in LIQUID.values() for key in re.findall(r'"t:([\w.]+)"', text)}
    assert keys == texts(merchant)


@pytest.mark.parametrize("path", MERCHANTS, ids=lambda path: path.name)
def test_the_names_of_the_blocks_fit(path: Path) -> None:
    """Shopify takes fewer than 25 characters, and shows the app's own name beside them."""
    app = tomllib.loads((EXTENSION / "shopify.extension.toml").read_text("utf-8"))["name"]
    found = dict(leaves(json.loads(path.read_text("utf-8"))))
    names = [found[schema(name)["name"].removeprefix("t:")] for name in BLOCKS]
    assert max(len(name) for name in names) < 25
    assert not [name for name in names if app.casefold() in name.casefold()]


def test_merchants_read_every_language_of_shoppers_but_those_from_right_to_left() -> None:
    merchants = [path.name.removesuffix(".schema.json").removesuffix(".default") for path in MERCHANTS]
    assert sorted({*SHOPPERS} - {"ar", "he"}) == sorted(merchants)


def test_the_shoppers_words_are_all_there_and_none_is_left_over() -> None:
    """The blocks, and the page that the app serves itself, ask for exactly the texts of the locale file."""
    translate = Translate(words())
    for name in BLOCKS:
        render(name, translate=translate, email="ann@example.com", design_mode=True)
    page = "".join(path.read_text("utf-8") for path in ROOT.glob("tracker/web/templates/*.liquid"))
    served = {f"track_order.{key}" for key in re.findall(r"words\.say\('([\w.]+)'\)", page)}
    assert translate.asked <= texts(words())
    assert translate.asked | served == texts(words())


@pytest.mark.parametrize("path", LOCALES, ids=lambda path: path.name)
def test_every_language_has_the_words_of_english_with_their_holes(path: Path) -> None:
    """A missing key would be English in the middle of another language, a missing hole a sentence without its
    point."""
    kind = "en.default.schema" if path.name.endswith(".schema.json") else "en.default"
    translated = json.loads(path.read_text("utf-8"))
    assert texts(translated) == texts(words(kind))
    english = dict(leaves(words(kind)))
    for key, text in leaves(translated):
        known = english.get(key) or english[f"{key.rpartition('.')[0]}.other"]
        assert set(re.findall(r"{{ (\w+) }}", text)) <= set(re.findall(r"{{ (\w+) }}", known)), key
        if not key.startswith("track_order.count."):
            assert text.count("{{") == known.count("{{"), key


@pytest.mark.parametrize(
    "path", [path for path in LOCALES if ".schema." not in path.name], ids=lambda path: path.name
)
def test_plural_forms_are_those_that_whole_numbers_take_in_the_language(path: Path) -> None:
    """By CLDR; `other` is always there, since Shopify falls back to it."""
    language = path.name.removesuffix(".json").removesuffix(".default")
    rule = Locale.parse(language, sep="-").plural_form
    needed = {rule(number) for number in range(1_001)} | {"other"}
    tree = json.loads(path.read_text("utf-8"))["track_order"]
    assert tree["language"] == language
    for key, forms in tree["count"].items():
        assert set(forms) >= needed, key
        assert is_plural(forms), key
    # What the snippet of words hands over holds every form.
    assert {rule(number) for number in (0, 1, 2, 3, 11, 100)} | {"other"} == needed


def test_every_word_that_javascript_names_is_handed_over() -> None:
    """Literal keys in the scripts; keys made of an answer's words are met in the browser's tests."""
    page = render()
    handed = set(re.findall(r'<data value="([^"]+)">', page))
    handed |= {name for names in re.findall(r'data-part="([^"]+)"', page) for name in names.split()}
    named = {
        key
        for text in SCRIPTS.values()
        for key in re.findall(r"'((?:form|story|refusal|field|status|label|count)\.[\w.]+)'", text)
    }
    assert len(named) > 20
    assert named <= handed
    dated = {key for text in SCRIPTS.values() for key in re.findall(r"dated\([^']*'(\w+)'", text)}
    assert {f"story.{key}" for key in dated} <= handed


@pytest.mark.parametrize("path", LOCALES, ids=lambda path: path.name)
def test_words_are_plain_text(path: Path) -> None:
    """They pass through HTML and the [holes] of the scripts, so they hold no markup and no bracket; what only
    merchants read may show a selector."""
    for key, text in leaves(json.loads(path.read_text("utf-8"))):
        assert text.strip() == text != "", key
        forbidden = r"[<>&]" if ".schema." in path.name else r"[<>&\[\]\"]"
        assert not re.search(forbidden, text), key
        assert re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)*", key), key


def test_every_hole_of_a_word_is_filled() -> None:
    """A value that Liquid did not hand on would stay in the text for the shopper to see."""
    assert "{{" not in render() + render("track-order-button")


def test_nothing_that_app_blocks_may_not_have() -> None:
    for path, text in LIQUID.items():
        code = re.sub(r"{%-?\s*(doc|comment)\s*-?%}.*?{%-?\s*end\1\s*-?%}", "", text, flags=re.DOTALL)
        markup = code.split("{% schema %}", maxsplit=1)[0]
        tags = set(re.findall(r"{%-?\s*(\w+)", code))
        for lines in re.findall(r"{%-?\s*liquid\b(.*?)%}", code, flags=re.DOTALL):
            tags |= set(re.findall(r"^\s*(\w+)", lines, flags=re.MULTILINE))
        assert not tags & set(FORBIDDEN_TAGS), path.name
        assert not FORBIDDEN_OBJECTS.search(markup), path.name
        # A snippet sees what it is given, and of a block nothing else.
        assert path.parent.name == "blocks" or not re.search(r"\bblock\.", markup), path.name
        assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|javascript:", markup), (
            path.name
        )


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_keep_to_themselves(path: Path) -> None:
    """No dependency, no global, no markup from text, nothing remembered."""
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|window\.|globalThis"
        r"|cookie|localStorage|sessionStorage|indexedDB|^import |https?://",
        SCRIPTS[path],
        flags=re.MULTILINE,
    )
