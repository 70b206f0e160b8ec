"""The stub says what is there, and all of it."""

import ast
import importlib.resources
import inspect

import lksearch_rs

STUB = ast.parse(importlib.resources.files(lksearch_rs).joinpath("__init__.pyi").read_text())
# What every object has, and what is of the machinery of pickling and comparing.
COMMON = set(dir(object)) | {"__module__", "__reduce__", "__array__", "__hash__", "__weakref__", "__dict__", "__anext__"}


def names(body):
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.AnnAssign):
            yield node.target.id


def classes():
    return [node for node in STUB.body if isinstance(node, ast.ClassDef)]


def test_every_name_of_the_package_is_in_the_stub():
    aliases = {"CutoutSource", "MissionWord", "Target", "Numbers", "Texts", "Settings", "Progress", "TableLike"}
    assert set(names(STUB.body)) - aliases == set(lksearch_rs.__all__)


def test_every_name_of_a_class_is_in_the_stub():
    for node in classes():
        there = {name for name in vars(getattr(lksearch_rs, node.name)) if not name.startswith("_") or name.endswith("__")}
        there -= COMMON | {"__new__", "__init__", "__doc__", "__notes__", "__rand__", "__ror__", "__rxor__", "__bool__", "__contains__", "__str__"}
        said = set(names(node.body)) - {"__init__"}
        if not issubclass(getattr(lksearch_rs, node.name), Exception):
            assert there - said == set(), node.name
        missing = {name for name in said if not hasattr(getattr(lksearch_rs, node.name), name)} - {"hint", "manifest"}
        assert missing == set(), node.name


def test_the_parameters_of_functions_are_those_of_the_stub():
    for node in STUB.body:
        if isinstance(node, ast.FunctionDef):
            there = set(inspect.signature(getattr(lksearch_rs, node.name)).parameters)
            said = {argument.arg for argument in node.args.args + node.args.kwonlyargs}
            assert there == said, node.name
