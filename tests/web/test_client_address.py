"""Which client a request comes from, whatever it says of itself."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tracker.web.client_address import UNKNOWN, client_address, network

CLIENT = "203.0.113.7"
OURS = ["10.0.0.1", "10.0.0.2", "10.0.0.3"]

header_text = st.text(alphabet="0123456789abcdef.:,%/ []é", max_size=40) | st.text(max_size=40)
addresses = st.ip_addresses().map(str)


@pytest.mark.parametrize("proxies", [0, 1, 2])
@given(forged=st.lists(header_text, max_size=4))
def test_what_stands_further_left_moves_nobody(proxies: int, forged: list[str]) -> None:
    """Shopify appends the client and each of our proxies what it saw: only these count."""
    header = ",".join([*forged, CLIENT, *OURS[:proxies]])

    assert client_address(header, trusted_proxies=proxies) == (CLIENT, False)


@pytest.mark.parametrize(
    ("header", "proxies", "expected"),
    [
        (None, 0, (UNKNOWN, True)),
        ("", 1, (UNKNOWN, True)),
        (CLIENT, 0, (CLIENT, False)),
        (CLIENT, 1, (CLIENT, True)),
        (f"{CLIENT}, 10.0.0.1", 1, (CLIENT, False)),
        (f"{CLIENT}, 10.0.0.1", 2, (CLIENT, True)),
        ("unknown", 0, (UNKNOWN, False)),
        ("203.0.113.7:4711", 0, (UNKNOWN, False)),
        ("2001:db8:1:2:3:4:5:6", 0, ("2001:db8:1:2::/64", False)),
        ("2001:db8:1:2:ffff::1", 0, ("2001:db8:1:2::/64", False)),
        ("2001:db8:1:3::1", 0, ("2001:db8:1:3::/64", False)),
        ("::ffff:203.0.113.7", 0, (CLIENT, False)),
        ("::1", 0, ("::/64", False)),
        ("fe80::1%eth0", 0, ("fe80::/64", False)),
    ],
)
def test_the_bucket_of_a_header(header: str | None, proxies: int, expected: tuple[str, bool]) -> None:
    assert client_address(header, trusted_proxies=proxies) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (CLIENT, "203.0.113.0/24"),
        ("2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("::/64", "::/48"),
        (UNKNOWN, UNKNOWN),
    ],
)
def test_the_neighbourhood_of_a_bucket(address: str, expected: str) -> None:
    assert network(address) == expected


@given(header=st.none() | header_text | addresses, proxies=st.integers(0, 10))
@example(header="fe80::1%/64", proxies=0)
@example(header="1.2.3.4%", proxies=0)
def test_any_header_gives_a_bucket_and_its_neighbourhood(header: str | None, proxies: int) -> None:
    """Never an exception, and nothing in it but an address of the header or the shared bucket."""
    bucket, _ = client_address(header, trusted_proxies=proxies)

    if bucket != UNKNOWN:
        ipaddress.ip_network(bucket)
        ipaddress.ip_network(network(bucket))


@given(address=st.ip_addresses(v=6))
def test_all_addresses_of_one_customer_share_a_bucket(address: ipaddress.IPv6Address) -> None:
    """Save those that are IPv4 in disguise, of which each is a customer of its own."""
    assume(address.ipv4_mapped is None)
    neighbour = ipaddress.IPv6Address(int(address) ^ 1)

    assert client_address(str(address), trusted_proxies=0) == client_address(
        str(neighbour), trusted_proxies=0
    )
