"""The expressions of feedparser's tests, evaluated without `eval`: look-ups and comparisons only."""

from __future__ import annotations

import ast
import datetime
import operator
from collections.abc import Callable, Mapping
from typing import Any

_COMPARE: dict[type, Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Is: operator.is_, ast.IsNot: operator.is_not,
    ast.In: lambda a, b: a in b, ast.NotIn: lambda a, b: a not in b,
}  # fmt: skip
_CALLS: dict[str, Callable[..., Any]] = {
    "len": len, "ord": ord, "isinstance": isinstance, "datetime.timedelta": datetime.timedelta,
}  # fmt: skip


class NotAllowed(ValueError):
    """The expression does what none of the suite's may."""


def evaluate(expression: str, names: Mapping[str, Any]) -> Any:
    return _value(ast.parse(expression, mode="eval").body, names)


def _value(node: ast.expr, names: Mapping[str, Any]) -> Any:
    handler = _HANDLERS.get(type(node))
    if handler is None:
        raise NotAllowed(ast.unparse(node))
    return handler(node, names)


def _boolean(node: ast.BoolOp, names: Mapping[str, Any]) -> Any:
    found: Any = None
    for part in node.values:
        found = _value(part, names)
        if bool(found) is isinstance(node.op, ast.Or):
            return found
    return found


def _compare(node: ast.Compare, names: Mapping[str, Any]) -> bool:
    left = _value(node.left, names)
    for kind, right in zip(node.ops, node.comparators, strict=True):
        other = _value(right, names)
        if type(kind) not in _COMPARE or not _COMPARE[type(kind)](left, other):
            return False
        left = other
    return True


def _attribute(node: ast.Attribute, names: Mapping[str, Any]) -> Any:
    owner = _value(node.value, names)
    if node.attr.startswith("_") or not isinstance(owner, Mapping):
        raise NotAllowed(ast.unparse(node))
    return owner[node.attr]


def _call(node: ast.Call, names: Mapping[str, Any]) -> Any:
    arguments = [_value(argument, names) for argument in node.args]
    options = {keyword.arg: _value(keyword.value, names) for keyword in node.keywords if keyword.arg}
    name = ast.unparse(node.func)
    if name in _CALLS:
        return _CALLS[name](*arguments, **options)
    if name == "locals":
        return names
    if isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "has_key"):
        owner = _value(node.func.value, names)
        return owner.get(*arguments) if node.func.attr == "get" else arguments[0] in owner
    raise NotAllowed(name)


def _unary(node: ast.UnaryOp, names: Mapping[str, Any]) -> Any:
    value = _value(node.operand, names)
    return not value if isinstance(node.op, ast.Not) else -value


def _name(node: ast.Name, names: Mapping[str, Any]) -> Any:
    return names[node.id]


_HANDLERS: dict[type, Callable[[Any, Mapping[str, Any]], Any]] = {
    ast.BoolOp: _boolean,
    ast.Compare: _compare,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.UnaryOp: _unary,
    ast.Name: _name,
    ast.Constant: lambda node, names: node.value,
    ast.Subscript: lambda node, names: _value(node.value, names)[_value(node.slice, names)],
    ast.BinOp: lambda node, names: _value(node.left, names) + _value(node.right, names),
    ast.Tuple: lambda node, names: tuple(_value(part, names) for part in node.elts),
    ast.List: lambda node, names: [_value(part, names) for part in node.elts],
    ast.Dict: lambda node, names: {
        _value(key, names): _value(value, names)
        for key, value in zip(node.keys, node.values, strict=True)
        if key is not None
    },
}
