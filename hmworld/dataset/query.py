"""Choosing clips by an expression over the manifest: `n_absences >= 2 and "horse" in species`.

Names are the manifest's flat columns. `absences(condition)` counts a clip's absences for which the condition holds, `events(condition)`
its events of any kind; within them names are an event's fields, and `gap_s`, `subject_name`, `subject_species`, `subject_kind`. So
`absences(gap_s > 1) >= 2` asks for two absences each longer than 1 s, and `n_absences >= 2 and max_gap_s > 1` for two of which one is.
"""

import ast
import difflib
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hmworld.dataset.tables import EVENT, MANIFEST
from hmworld.errors import UsageError

Columns = Callable[[Sequence[str]], pa.Table]
"""Gives the asked columns of the manifest; nested fields as `events.list.element.kind`."""

_FLAT = tuple(f.name for f in MANIFEST if f.name not in ("events", "members"))
_LISTS = tuple(name for name in _FLAT if pa.types.is_list(MANIFEST.field(name).type))
_OF_SUBJECT = {"subject_name": "subjects", "subject_species": "species", "subject_kind": "kinds"}
_EVENT = (*(f.name for f in EVENT), "gap_s", *_OF_SUBJECT)
_COUNTED = {"absences": "absence", "events": ""}
_COMPARED = {
    ast.Eq: pc.equal,
    ast.NotEq: pc.not_equal,
    ast.Lt: pc.less,
    ast.LtE: pc.less_equal,
    ast.Gt: pc.greater,
    ast.GtE: pc.greater_equal,
}
_SCALARS = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_CALCULATED = {ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Div: np.true_divide, ast.Mod: np.mod}

Value = Any
"""A scalar, or an array with an entry a clip (or an event, within a count)."""


def matching(expression: str, columns: Columns, count: int) -> NDArray[np.bool_]:
    """Whether each of `count` clips is asked for; UsageError where the expression is none, or names what a manifest does not have."""
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise UsageError(f"filter {expression!r}: is not an expression: {getattr(error, 'msg', error)}") from error
    try:
        with np.errstate(all="ignore"):  # what is divided by zero is no number, and compares as none
            found = _Clips(expression, columns, count).condition(tree)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError, TypeError, ValueError, OverflowError) as error:
        raise UsageError(f"filter {expression!r}: {str(error).splitlines()[0]}") from error
    if found.ndim == 0:
        raise UsageError(f"filter {expression!r}: asks nothing of a clip; expected a condition such as n_absences >= 2")
    return found


class _Scope:
    """Evaluates an expression; `names` are those that it may use."""

    names: tuple[str, ...] = ()

    def __init__(self, expression: str) -> None:
        self._expression = expression

    def array(self, name: str) -> pa.Array:
        raise NotImplementedError

    def called(self, call: ast.Call) -> Value:
        raise self.wrong(call, "only absences(condition) and events(condition) can be called, and not within each other")

    def contains(self, name: str, item: object) -> NDArray[np.bool_]:
        raise UsageError(f"filter {self._expression!r}: {name!r} is no list")

    def wrong(self, node: ast.expr, what: str) -> UsageError:
        return UsageError(f"filter {self._expression!r}: at {ast.unparse(node)!r}: {what}")

    def value(self, node: ast.expr) -> Value:
        match node:
            case ast.Constant(value=bool() | int() | float() | str() as value):
                return value
            case ast.Name(id=name):
                return self._name(node, name)
            case ast.BoolOp(op=op, values=parts):
                combine = np.logical_and if isinstance(op, ast.And) else np.logical_or
                conditions = [self.condition(part) for part in parts]
                return combine.reduce(np.broadcast_arrays(*conditions))
            case ast.UnaryOp(op=ast.Not(), operand=part):
                return np.logical_not(self.condition(part))
            case ast.UnaryOp(op=ast.USub(), operand=part):
                return np.negative(self._number(part))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _CALCULATED:
                return _CALCULATED[type(op)](self._number(left), self._number(right))
            case ast.Compare(left=left, ops=ops, comparators=others):
                sides = [left, *others]
                held = [self._compared(node, a, op, b) for a, op, b in zip(sides, ops, others, strict=False)]
                return np.logical_and.reduce(np.broadcast_arrays(*held))
            case ast.Call() as call:
                return self.called(call)
        raise self.wrong(node, "is not understood; use names, numbers, strings, comparisons, in, and, or, not, + - * / %")

    def _name(self, node: ast.expr, name: str) -> Value:
        if name not in self.names:
            near = difflib.get_close_matches(name, self.names, 3)
            hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(self.names)}"
            raise self.wrong(node, f"there is no {name!r}; {hint}")
        return self.array(name)

    def condition(self, node: ast.expr) -> NDArray[np.bool_]:
        value = self.value(node)
        array = np.asarray(value.to_numpy(zero_copy_only=False) if isinstance(value, pa.Array) else value)
        if array.dtype != np.bool_:
            raise self.wrong(node, "is not a condition")
        return array

    def _number(self, node: ast.expr) -> NDArray[Any]:
        value = self.value(node)
        array = np.asarray(value.to_numpy(zero_copy_only=False) if isinstance(value, pa.Array) else value)
        if array.dtype.kind not in "iuf":
            raise self.wrong(node, "is not a number")
        return array.astype(np.float64)

    def _compared(self, node: ast.expr, left: ast.expr, op: ast.cmpop, right: ast.expr) -> NDArray[np.bool_]:
        if isinstance(op, ast.In | ast.NotIn):
            found = self._membership(node, left, right)
            return found if isinstance(op, ast.In) else ~found
        if type(op) not in _COMPARED:
            raise self.wrong(node, "is not understood; use == != < <= > >= in")
        a, b = self.value(left), self.value(right)
        arrays = [v for v in (a, b) if isinstance(v, pa.Array)]
        if any(pa.types.is_list(v.type) for v in arrays):
            raise self.wrong(node, "compares a list; ask whether something is `in` it")
        if _sort(a) != _sort(b):
            raise self.wrong(node, f"compares a {_sort(a)} with a {_sort(b)}")
        if not arrays:
            return np.asarray(_SCALARS[type(op)](a, b))
        return np.asarray(_COMPARED[type(op)](_arrow(a), _arrow(b)).to_numpy(zero_copy_only=False), np.bool_)

    def _membership(self, node: ast.expr, left: ast.expr, right: ast.expr) -> NDArray[np.bool_]:
        if isinstance(right, ast.List | ast.Tuple | ast.Set):
            value = self.value(left)
            options = [ast.literal_eval(item) if isinstance(item, ast.Constant | ast.UnaryOp) else None for item in right.elts]
            if None in options or not isinstance(value, pa.Array):
                raise self.wrong(node, "expected a name in a list of numbers or strings")
            for option in options:
                if _sort(option) != _sort(value):
                    raise self.wrong(node, f"looks for a {_sort(option)} among values of kind {_sort(value)}")
            equal = [pc.equal(value, pa.scalar(option)).to_numpy(zero_copy_only=False) for option in options]
            return np.logical_or.reduce(equal) if equal else np.zeros(len(value), np.bool_)
        if isinstance(right, ast.Name) and isinstance(left, ast.Constant):
            self._name(right, right.id)
            return self.contains(right.id, left.value)
        raise self.wrong(node, 'expected name in ["a", "b"], or "a" in name for a column of lists')


class _Clips(_Scope):
    names = _FLAT

    def __init__(self, expression: str, columns: Columns, count: int) -> None:
        super().__init__(expression)
        self._columns, self._count = columns, count

    def array(self, name: str) -> pa.Array:
        return _combined(self._columns([name]).column(name))

    def contains(self, name: str, item: object) -> NDArray[np.bool_]:
        if name not in _LISTS:
            return super().contains(name, item)
        lists = self.array(name)
        equal = pc.equal(pc.list_flatten(lists), pa.scalar(item)).to_numpy(zero_copy_only=False)
        clips = pc.list_parent_indices(lists).to_numpy()
        return np.asarray(np.bincount(clips[equal], minlength=self._count) > 0)

    def called(self, call: ast.Call) -> Value:
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name not in _COUNTED or len(call.args) > 1 or call.keywords:
            raise self.wrong(call, "expected absences(condition) or events(condition)")
        return self._counted(_COUNTED[name], call.args)

    def _counted(self, kind: str, conditions: list[ast.expr]) -> NDArray[np.int64]:
        used = {node.id for condition in conditions for node in ast.walk(condition) if isinstance(node, ast.Name)}
        events = _Events(self._expression, self._columns, used | ({"kind"} if kind else set()))
        held = np.ones(len(events.clips), np.bool_)
        if kind:
            held &= pc.equal(events.array("kind"), kind).to_numpy(zero_copy_only=False)
        for condition in conditions:
            held &= events.condition(condition)
        return np.bincount(events.clips[held], minlength=self._count)


class _Events(_Scope):
    names = _EVENT

    def __init__(self, expression: str, columns: Columns, used: set[str]) -> None:
        super().__init__(expression)
        wanted = {name for name in used if name in EVENT.names} | {"kind"}
        if "gap_s" in used:
            wanted.add("gap_frames")
        if used & set(_OF_SUBJECT):
            wanted.add("subject")
        outer = [*(["fps"] if "gap_s" in used else []), *sorted({_OF_SUBJECT[n] for n in used if n in _OF_SUBJECT})]
        self._table = columns([*outer, *(f"events.list.element.{name}" for name in sorted(wanted))])
        lists = _combined(self._table.column("events"))
        self.clips: NDArray[np.int64] = pc.list_parent_indices(lists).to_numpy()
        """The clip of each event."""
        self._flat = pc.list_flatten(lists)

    def array(self, name: str) -> pa.Array:
        if name == "gap_s":
            rates = self._table.column("fps").to_numpy()[self.clips]
            return pa.array(self.array("gap_frames").to_numpy() / rates)
        if name in _OF_SUBJECT:
            lists = _combined(self._table.column(_OF_SUBJECT[name]))
            first = lists.offsets.to_numpy()[self.clips] - lists.offsets.to_numpy()[0]
            return pc.list_flatten(lists).take(pa.array(first + self.array("subject").to_numpy() - 1))
        return pc.struct_field(self._flat, name)


def _combined(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _arrow(value: Value) -> Any:
    if isinstance(value, pa.Array):
        return value
    return pa.array(value) if isinstance(value, np.ndarray) and value.ndim else pa.scalar(value)


def _sort(value: Value) -> str:
    kind = _arrow(value).type
    return "text" if pa.types.is_string(kind) else "truth" if pa.types.is_boolean(kind) else "number"
