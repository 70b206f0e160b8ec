"""`docs/reference/python.md` is what the stub says. `UPDATE_DOCS=1` writes it."""

import ast
import os
from pathlib import Path

HERE = Path(__file__).parent
STUB = HERE.parent / "python" / "lksearch_rs" / "__init__.pyi"
PAGE = HERE.parents[2] / "docs" / "reference" / "python.md"
BEGIN = """# The Python package

Made from the stub of `lksearch_rs` by its tests; [In Python](../guide/python.md) shows it at work. Names that begin with two underscores, by which tables speak to other packages,
are left out.
"""
HIDDEN = ("_repr_", "__arrow", "__array", "__init__", "__enter__", "__exit__", "__iter__", "__next__", "__len__")


def signature(function: ast.FunctionDef) -> str:
    """Without `self`, and without annotations' modules."""
    arguments = function.args
    arguments.args = [argument for argument in arguments.args if argument.arg not in ("self", "slf")]
    returned = f" -> {ast.unparse(function.returns)}" if function.returns else ""
    return f"{function.name}({ast.unparse(arguments)}){returned}"


def is_property(function: ast.FunctionDef) -> bool:
    return any(isinstance(each, ast.Name) and each.id == "property" for each in function.decorator_list)


def sentence(node: ast.AST) -> str:
    return " ".join((ast.get_docstring(node) or "").split())


def member(function: ast.FunctionDef) -> str:
    if is_property(function):
        text = f"{function.name}: {ast.unparse(function.returns)}" if function.returns else function.name
    else:
        text = signature(function)
    said = sentence(function)
    return f"- `{text}`{f': {said}' if said else ''}"


def page() -> str:
    parts, functions = [BEGIN], []
    for node in ast.parse(STUB.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            functions.append(member(node))
        if not isinstance(node, ast.ClassDef):
            continue
        members = [each for each in node.body if isinstance(each, ast.FunctionDef) and not each.name.startswith(HIDDEN)]
        members = [each for each in members if not any("overload" in ast.unparse(mark) for mark in each.decorator_list)]
        named = [f"- `{ast.unparse(each.target)}: {ast.unparse(each.annotation)}`" for each in node.body if isinstance(each, ast.AnnAssign)]
        listed = named + [member(each) for each in members if not each.name.startswith("__")]
        bases = ", ".join(f"`{ast.unparse(base)}`" for base in node.bases)
        init = next((each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == "__init__"), None)
        title = signature(init).replace("__init__", node.name).removesuffix(" -> None") if init else node.name
        text = [f"## {node.name}\n", *([f"`{title}`\n"] if init else []), *([f"A kind of {bases}.\n"] if bases else [])]
        said = sentence(node)
        parts.append("\n".join([*text, *([f"{said}\n"] if said else []), *listed]).rstrip() + "\n")
    parts.insert(1, "\n".join(["## Functions\n", *functions]) + "\n")
    return "\n".join(parts)


def test_the_reference_page_is_what_the_stub_says():
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(page())
    assert PAGE.read_text() == page()
