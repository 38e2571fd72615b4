"""Small changes to a function, one at a time: another operator, another number, a bound moved, a statement dropped."""

import ast
import copy

OPERATORS = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Add, ast.Div],
    ast.Div: [ast.Mult],
    ast.FloorDiv: [ast.Mult, ast.Mod],
    ast.Mod: [ast.FloorDiv],
    ast.Pow: [ast.Mult],
    ast.MatMult: [ast.Mult],
    ast.Lt: [ast.LtE, ast.GtE],
    ast.LtE: [ast.Lt, ast.Gt],
    ast.Gt: [ast.GtE, ast.LtE],
    ast.GtE: [ast.Gt, ast.Lt],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
    ast.And: [ast.Or],
    ast.Or: [ast.And],
}
NAMES = {"max": "min", "min": "max", "sum": "max", "zeros": "ones", "floor": "ceil", "ceil": "floor", "any": "all"}
KEPT = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Pass)


def changes(node):
    """What a node can become: functions that change a copy of it in place, or return its replacement."""
    if isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp):
        for other in OPERATORS.get(type(node.op), []):
            yield lambda n, o=other: setattr(n, "op", o())
    if isinstance(node, ast.Compare):
        for other in OPERATORS.get(type(node.ops[0]), []):
            yield lambda n, o=other: n.ops.__setitem__(0, o())
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield lambda n: setattr(n, "value", not n.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        for other in {node.value + 1, node.value - 1, -node.value} - {node.value}:
            yield lambda n, o=other: setattr(n, "value", o)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
        yield lambda n: n.operand
    if isinstance(node, ast.Attribute) and node.attr in NAMES:
        yield lambda n: setattr(n, "attr", NAMES[n.attr])
    if isinstance(node, ast.Name) and node.id in NAMES:
        yield lambda n: setattr(n, "id", NAMES[n.id])
    if isinstance(node, ast.Slice):
        for bound in ("lower", "upper", "step"):
            if getattr(node, bound) is not None:
                yield lambda n, b=bound: setattr(n, b, None)
    if isinstance(node, ast.Tuple | ast.Call):
        parts = node.elts if isinstance(node, ast.Tuple) else node.args
        if len(parts) > 1:
            yield lambda n: exchange(n.elts if isinstance(n, ast.Tuple) else n.args)
    if isinstance(node, ast.IfExp):
        yield lambda n: ast.IfExp(n.test, n.orelse, n.body)
    if isinstance(node, ast.stmt) and not isinstance(node, KEPT):
        yield lambda n: ast.Pass()
        if isinstance(node, ast.AugAssign):
            yield lambda n: ast.Assign([n.target], n.value)


def exchange(parts):
    parts[0], parts[1] = parts[1], parts[0]


def mutants(source):
    """Every change of a piece of code, one at a time: ("the line as it was -> the line as it is", the changed code)."""
    tree = ast.parse(source)
    before = ast.unparse(tree)
    for position, node in enumerate(ast.walk(tree)):
        for change in changes(node):
            copied = copy.deepcopy(tree)
            target = list(ast.walk(copied))[position]
            changed = change(target)
            if changed is not None:
                copied = Replace(target, changed).visit(copied)
            after = ast.unparse(ast.fix_missing_locations(copied))
            if after != before:
                yield first_difference(before, after), after


def first_difference(before, after):
    """The first line that differs, as it was and as it is."""
    pairs = zip(before.splitlines(), after.splitlines(), strict=False)
    old, new = next((pair for pair in pairs if pair[0] != pair[1]), ("...", "..."))
    return f"{old.strip()} -> {new.strip()}"


class Replace(ast.NodeTransformer):
    """Put one node in the place of another."""

    def __init__(self, old, new):
        self.old, self.new = old, new

    def visit(self, node):
        return self.new if node is self.old else self.generic_visit(node)
