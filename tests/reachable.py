"""Everything that can be reached from an object by its attributes and its contents, as a debugger or an error
reporter would come upon it."""

from __future__ import annotations

import functools
import types
from collections import deque
from collections.abc import Iterator
from typing import Any

PLAIN = (str, bytes, bytearray, int, float, bool, type(None), type, types.ModuleType)
CONTAINERS = (list, tuple, set, frozenset, deque)


def reachable(*roots: object) -> list[Any]:
    """The objects themselves, each once; not the containers and functions that lead from one to another."""
    seen: dict[int, object] = {}
    waiting = list(roots)
    while waiting:
        one = waiting.pop()
        if id(one) not in seen and not isinstance(one, PLAIN):
            seen[id(one)] = one
            waiting.extend(_next(one))
    passed_through = (dict, *CONTAINERS, types.FunctionType, types.CellType)
    return [one for one in seen.values() if not isinstance(one, passed_through)]


def attributes(one: object) -> Iterator[object]:
    """The values of an object's own attributes, without running any code of its own."""
    kept = getattr(one, "__dict__", {})
    yield from list(kept.values()) if isinstance(kept, dict) else ()
    for kind in type(one).__mro__:
        for slot in vars(kind).values():
            if isinstance(slot, types.MemberDescriptorType):
                try:
                    yield slot.__get__(one, type(one))
                except AttributeError:  # not set
                    continue


def _next(one: object) -> Iterator[object]:
    if isinstance(one, dict):
        yield from [*one.keys(), *one.values()]
    elif isinstance(one, CONTAINERS):
        yield from list(one)
    elif isinstance(one, functools.partial):
        yield from (one.func, one.args, one.keywords)
    elif isinstance(one, types.MethodType):
        yield from (one.__self__, one.__func__)
    elif isinstance(one, types.FunctionType):
        yield from one.__closure__ or ()
    elif isinstance(one, types.CellType):
        try:
            yield one.cell_contents
        except ValueError:  # not filled yet
            return
    if type(one).__module__ != "builtins":
        yield from attributes(one)
