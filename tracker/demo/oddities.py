"""Orders that are odd in themselves: their names, their text, their links, their length or their age."""

from __future__ import annotations

from tracker.demo.book import Book
from tracker.demo.model import Order

HOSTILE_TITLES = (
    "{{ shop.email }}",
    "{% raw %}",
    "{% endraw %}",
    "<script>document.title='owned'</script>",
    '"><img src=x onerror="document.title=\'owned\'">',
    "{% comment %}{{ customer.email }}",
)
"""Product titles that try to run as Liquid or as HTML where a page prints them unescaped."""


def write_oddities(book: Book) -> None:
    """Add them all to the book."""
    _names(book)
    _links(book)
    _texts(book)
    _long_and_old(book)


def _moving(book: Book, order: Order, number: str, **options: str | None) -> None:
    book.ship(
        order,
        [
            ("CARRIER_PICKED_UP", 40, "Seattle", "Picked up by the carrier"),
            ("IN_TRANSIT", 12, "Tacoma", "Arrived at a sorting centre"),
        ],
        carrier=options.get("carrier", "UPS"),
        url=options.get("url", "carrier"),
        number=number,
    )


def _names(book: Book) -> None:
    order = book.order("#1031A", "Edited order with a letter in its number", [book.line("pack")], placed=3)
    order.edited = True
    _moving(book, order, "1Z999AA10123456801")
    order = book.order(
        "L-1234", "A shop prefix in place of #, placed as a guest", [book.line("mug")], placed=3, guest=True
    )
    _moving(book, order, "1Z999AA10123456802")
    order = book.order("EN-1001-FR", "Prefix and suffix around the number", [book.line("bottle")], placed=4)
    _moving(book, order, "1Z999AA10123456803")
    order = book.order(
        "#1-A", "Fuzzy neighbour: a search for it also finds #12-A", [book.line("mug")], placed=5
    )
    _moving(book, order, "1Z999AA10123456804")
    order = book.order(
        "#12-A", "Fuzzy neighbour of #1-A", [book.line("tent")], placed=5, email="grace@example.com"
    )
    _moving(book, order, "1Z999AA10123456805")
    order = book.order(
        "#10012", "Starts like #1001", [book.line("socks")], placed=1, email="grace@example.com"
    )
    book.wait(order)
    order = book.order("#1025", "Order without an e-mail address", [book.line("mug")], placed=2, email=None)
    book.wait(order)
    order = book.order("#1026", "Two orders of one name: the older", [book.line("mug")], placed=30)
    book.ship(order, [("DELIVERED", 600, "Olympia", "Delivered")], number="1Z999AA10123456806")
    order = book.order("#1026", "Two orders of one name: the newer", [book.line("bottle")], placed=2)
    _moving(book, order, "1Z999AA10123456807")
    order = book.order(
        "#1026",
        "Two orders of one name: somebody else's",
        [book.line("tent")],
        placed=1,
        email="grace@example.com",
    )
    book.wait(order)


def _links(book: Book) -> None:
    order = book.order("#1027", "Carrier nobody knows, no link", [book.line("lantern")], placed=3)
    _moving(book, order, "PF-778-2231", carrier="Pony Freight", url=None)
    order = book.order("#1028", "Carrier's link is http://", [book.line("socks")], placed=3)
    _moving(book, order, "LC0042", carrier="Local Courier", url="http://courier.example/track?id=LC0042")
    order = book.order("#1029", "Carrier's link is a javascript: address", [book.line("mug")], placed=3)
    _moving(book, order, "JS0001", carrier="Odd Post", url="javascript:alert(document.domain)")


def _texts(book: Book) -> None:
    lines = [book.line("box", title=title) for title in HOSTILE_TITLES]
    order = book.order("#1030", "Product titles that are Liquid and HTML", lines, placed=3)
    _moving(book, order, "<b>1Z</b>{{ shop.email }}", url=None)
    order = book.order(
        "#1034",
        "日本語の注文: Japanese customer and titles",
        [
            book.line("pack", title="軽量デイパック 24L", variant="藍色"),
            book.line("mug", title="琺瑯マグカップ"),
        ],
        placed=3,
        email="haruka@example.jp",
        locale="ja",
        country="JP",
    )
    order.note = "山田 遥"
    book.ship(
        order,
        [("CARRIER_PICKED_UP", 50, "東京", "荷物を引き受けました"), ("IN_TRANSIT", 9, "大阪", "輸送中です")],
        carrier="Yamato (JA)",
        number="123456789012",
        estimate=20,
    )


def _long_and_old(book: Book) -> None:
    lines = [
        book.line("box", 1 + index % 3, title=f"Sample Kit No. {index + 1}", variant="Trade pack")
        for index in range(250)
    ]
    order = book.order("#1035", "An order of 250 lines, two parcels and a rest", lines, placed=4)
    for number, first in enumerate((0, 100), start=1):
        book.ship(
            order,
            [
                ("CARRIER_PICKED_UP", 60 - number, "Seattle", "Picked up by the carrier"),
                ("IN_TRANSIT", 20 - number, "Tacoma", "Arrived at a sorting centre"),
            ],
            number=f"1Z999AA1012345690{number}",
            pieces={index: lines[index].quantity for index in range(first, first + 100)},
        )
    book.wait(order, {index: lines[index].quantity for index in range(200, 250)})
    order = book.order(
        "#0900", "Older than 60 days: hidden without read_all_orders", [book.line("tent")], placed=75
    )
    book.ship(
        order,
        [
            ("CARRIER_PICKED_UP", 1750, "Seattle", "Picked up by the carrier"),
            ("DELIVERED", 1700, "Olympia", "Delivered"),
        ],
        number="1Z999AA10123456808",
    )
