"""What a query costs, by the rules Shopify publishes and what its staff said of connections.

Scalar and enum 0, object 1, interface and union the dearest branch, a connection 2 plus its items times
floor(2 * ln(max(2, page size))), pageInfo nothing. A mutation 10, whatever it answers.
https://shopify.dev/docs/apps/build/apis/graphql-admin/rate-limits and community.shopify.dev/t/24364.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_abstract_type,
    is_interface_type,
    is_leaf_type,
    is_object_type,
)

MAXIMUM_QUERY_COST = 1000
MAXIMUM_PAGE = 250

MUTATION_COST = 10

_FREE = {"pageInfo"}

Reached = Mapping[tuple[str, ...], int]
"""Path of a field without list positions → how many items came, at most, in one answer of it."""


def page_factor(size: int) -> int:
    """How many times the cost of one item a page of this size costs."""
    return math.floor(2 * math.log(max(2, min(size, MAXIMUM_PAGE)))) if size else 0


def requested_cost(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    *,
    reached: Reached | None = None,
) -> int:
    """Points a valid operation may cost at most, before it runs.

    With `reached`, what it did cost: page sizes are those that came, and what was not reached is free.
    """
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    defaults = {
        node.variable.name.value: int(node.default_value.value)
        for node in operation.variable_definitions or ()
        if isinstance(node.default_value, IntValueNode)
    }
    root = schema.get_root_type(operation.operation)
    if root is None:
        return 0
    return _Count(schema, fragments, {**defaults, **variables}, reached).selections(
        operation.selection_set, root, ()
    )


class _Count:
    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, Any],
        reached: Reached | None,
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._variables = variables
        self._reached = reached

    def selections(
        self, node: SelectionSetNode | None, parent: GraphQLNamedType, path: tuple[str, ...]
    ) -> int:
        """The sum over a selection set; abstract types count by their dearest branch."""
        if is_abstract_type(parent):
            return max(
                (self._fields(node, one, path) for one in self._schema.get_possible_types(parent)), default=0
            )
        return self._fields(node, parent, path)

    def _fields(self, node: SelectionSetNode | None, parent: GraphQLNamedType, path: tuple[str, ...]) -> int:
        collected: dict[str, int] = {}
        self._collect(node, parent, path, collected)
        return sum(collected.values())

    def _collect(
        self,
        node: SelectionSetNode | None,
        parent: GraphQLNamedType,
        path: tuple[str, ...],
        collected: dict[str, int],
    ) -> None:
        for selection in node.selections if node is not None else ():
            if isinstance(selection, FieldNode):
                key = selection.alias.value if selection.alias else selection.name.value
                collected[key] = max(collected.get(key, 0), self._field(selection, parent, (*path, key)))
            elif isinstance(selection, FragmentSpreadNode):
                fragment = self._fragments[selection.name.value]
                self._branch(
                    fragment.selection_set, fragment.type_condition.name.value, parent, path, collected
                )
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                name = condition.name.value if condition is not None else parent.name
                self._branch(selection.selection_set, name, parent, path, collected)

    def _branch(
        self,
        node: SelectionSetNode,
        condition: str,
        parent: GraphQLNamedType,
        path: tuple[str, ...],
        collected: dict[str, int],
    ) -> None:
        wanted = self._schema.type_map[condition]
        if wanted is parent or (
            is_abstract_type(wanted) and is_object_type(parent) and self._schema.is_sub_type(wanted, parent)
        ):
            self._collect(node, parent, path, collected)

    def _field(self, node: FieldNode, parent: GraphQLNamedType, path: tuple[str, ...]) -> int:
        name = node.name.value
        if (
            name.startswith("__")
            or name in _FREE
            or not (is_object_type(parent) or is_interface_type(parent))
        ):
            return 0
        of = get_named_type(parent.fields[name].type)
        if is_leaf_type(of):
            return 0
        if self._reached is not None and path not in self._reached:
            return 0
        if parent is self._schema.mutation_type:
            return MUTATION_COST
        children = self.selections(node.selection_set, of, path)
        if of.name.endswith("Connection"):
            size = self._page_size(node) if self._reached is None else self._reached[path]
            return 2 + children * page_factor(size)
        return 1 + children

    def _page_size(self, node: FieldNode) -> int:
        for argument in node.arguments or ():
            if argument.name.value in {"first", "last"}:
                if isinstance(argument.value, IntValueNode):
                    return int(argument.value.value)
                if isinstance(argument.value, VariableNode):
                    value = self._variables.get(argument.value.name.value)
                    if isinstance(value, int):
                        return value
        return 1
