"""A package `lksearch` that is `lksearch_rs.compat`, for programs that cannot be changed: `python -m lksearch_rs.compat install-alias`.

It is a folder of a few lines beside this package. Where the real lksearch is installed nothing is done.
"""

import argparse
import importlib.metadata
import os
import shutil
import sysconfig
from pathlib import Path

SUBMODULES = ["config", "utils", "catalogsearch", "MASTSearch", "KeplerSearch", "K2Search", "TESSSearch"]
MARK = "alias-of-lksearch-rs.txt"

_PACKAGE = '''"""lksearch, as lksearch_rs.compat has it. Written by `python -m lksearch_rs.compat install-alias`; `--uninstall` removes it."""

import importlib
import sys

from lksearch_rs import compat

for _name in {submodules!r}:
    sys.modules[f"lksearch.{{_name}}"] = importlib.import_module(f"lksearch_rs.compat.{{_name}}")
for _name in compat.__all__:
    globals()[_name] = getattr(compat, _name)
__all__ = list(compat.__all__)
'''


class AliasError(Exception):
    """Why the alias cannot be written or removed."""


def install(folder: str | os.PathLike[str] | None = None) -> Path:
    """Writes the alias into this folder, or beside the other packages of this environment; gives back where it is.

    Raises AliasError if lksearch itself is there.
    """
    package = _place(folder)
    if folder is None:
        try:
            version = importlib.metadata.version("lksearch")
        except importlib.metadata.PackageNotFoundError:
            pass
        else:
            raise AliasError(f"lksearch {version} is installed in this environment; uninstall it first (pip uninstall lksearch)")
    if package.exists() and not (package / MARK).exists():
        raise AliasError(f"{package} is there and is not an alias; nothing was changed")
    package.mkdir(parents=True, exist_ok=True)
    (package / MARK).write_text("Written by lksearch_rs.compat; `python -m lksearch_rs.compat install-alias --uninstall` removes this folder.\n")
    (package / "__init__.py").write_text(_PACKAGE.format(submodules=SUBMODULES))
    return package


def uninstall(folder: str | os.PathLike[str] | None = None) -> Path:
    """Removes the alias; AliasError if there is none."""
    package = _place(folder)
    if not (package / MARK).exists():
        raise AliasError(f"there is no alias in {package.parent}")
    shutil.rmtree(package)
    return package


def main(arguments: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m lksearch_rs.compat", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="install-alias")
    verb = verbs.add_parser("install-alias", help="write a package `lksearch` that is this one")
    verb.add_argument("--uninstall", action="store_true", help="remove it")
    verb.add_argument("--target", metavar="DIR", help="a folder of modules; this environment's if none is named")
    options = parser.parse_args(arguments)
    try:
        package = (uninstall if options.uninstall else install)(options.target)
    except (AliasError, OSError) as error:
        parser.exit(1, f"error: {error}\n")
    print(f"{'removed' if options.uninstall else 'wrote'} {package}")
    return 0


def _place(folder: str | os.PathLike[str] | None) -> Path:
    return Path(folder or sysconfig.get_path("purelib")) / "lksearch"
