"""The modulus 10 check digit of GS1, which several carriers took over.

Source: GS1 General Specifications, section 7.9.1 (standard check digit calculation).
"""

from __future__ import annotations


def check_digit(digits: str) -> int:
    """The digit that follows these: from the right, every other one counts three times, and the sum is filled
    up to a multiple of ten."""
    total = 3 * sum(map(int, digits[-1::-2])) + sum(map(int, digits[-2::-2]))
    return -total % 10


def ends_right(digits: str) -> bool:
    """Whether the last digit is the check digit of those before it."""
    return check_digit(digits[:-1]) == int(digits[-1])
