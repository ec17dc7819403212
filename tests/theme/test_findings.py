"""What is meant to be noticed by everybody is noticed by the tests: a page is spoilt, and they say how."""

from __future__ import annotations

import pytest

from tests.pictures.seeing import FINDINGS
from tests.theme.answers import answer, item, parcel, story
from tests.theme.shopper import Shopper

SPOILT = {
    "scrolls sideways": "track-order .track-order__summary{width:200vw}",
    "does not fit: Order": "track-order .track-order__title{white-space:nowrap;width:2em}",
    "does not fit: Your order is": "track-order .track-order__headline{height:1em;overflow:hidden;width:5em}",
    "lies over another": "track-order .track-order__text{margin-top:-3em!important}",
    "too small for a thumb: Copy": "track-order .track-order__number .track-order__button{min-height:20px}",
    "no picture": "",
}


@pytest.mark.parametrize(("finding", "style"), SPOILT.items(), ids=SPOILT)
def test_what_is_wrong_with_the_look_of_a_page_is_found(shopper: Shopper, finding: str, style: str) -> None:
    picture = f"{shopper.shop.origin}/{'assets/none.svg' if finding == 'no picture' else 'mug.svg'}"
    shopper.shop.style = style
    shopper.look_up(answer(story(shipments=[parcel(items=[item(image_url=picture)])])))
    shopper.page.wait_for_function("[...document.images].every((image) => image.complete)")
    problems = shopper.page.evaluate(FINDINGS)["problems"]
    assert [problem for problem in problems if problem.startswith(finding)]


def test_a_page_that_is_as_it_should_be_has_no_findings(shopper: Shopper) -> None:
    shopper.look_up(
        answer(story(shipments=[parcel(items=[item(image_url=f"{shopper.shop.origin}/mug.svg")])]))
    )
    assert {
        "said": ["Your order is on its way."],
        "language": "en",
        "direction": "ltr",
        "problems": [],
    } == shopper.page.evaluate(FINDINGS)
