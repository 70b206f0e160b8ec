"""The package `lksearch` that stands for this one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lksearch_rs.compat import alias

PROGRAM = """
import lksearch, lksearch.config, lksearch.utils
from lksearch import TESSSearch, conf, log
from lksearch.catalogsearch import query_region
from lksearch.MASTSearch import MASTSearch
from lksearch.utils import SearchError
import lksearch_rs.compat
assert lksearch.TESSSearch is lksearch_rs.compat.TESSSearch is TESSSearch and conf is lksearch_rs.compat.conf
assert lksearch.MASTSearch is MASTSearch and SearchError is lksearch_rs.compat.utils.SearchError
assert lksearch.config.get_cache_dir is lksearch_rs.compat.config.get_cache_dir
print(lksearch.__version__ == lksearch_rs.__version__, len(TESSSearch("TOI 1161", sector=14)))
"""


def run(*words, folder=None):
    paths = [str(folder)] if folder else []
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*paths, *sys.path])}
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, env=environment)


def test_a_program_that_imports_lksearch_gets_this(tmp_path):
    folder = tmp_path / "modules"
    wrote = run("-m", "lksearch_rs.compat", "install-alias", "--target", str(folder))
    assert wrote.returncode == 0 and wrote.stdout == f"wrote {folder / 'lksearch'}\n", wrote.stderr
    assert run("-m", "lksearch_rs.compat", "install-alias", "--target", str(folder)).returncode == 0
    done = run("-c", PROGRAM, folder=folder)
    assert done.stdout == "True 12\n", done.stderr
    gone = run("-m", "lksearch_rs.compat", "install-alias", "--uninstall", "--target", str(folder))
    assert gone.returncode == 0 and not (folder / "lksearch").exists()
    again = run("-m", "lksearch_rs.compat", "install-alias", "--uninstall", "--target", str(folder))
    assert again.returncode == 1 and "no alias" in again.stderr


def test_a_real_lksearch_is_left_alone(tmp_path, monkeypatch):
    (tmp_path / "lksearch").mkdir()
    (tmp_path / "lksearch" / "__init__.py").write_text("real = True\n")
    with pytest.raises(alias.AliasError, match="is not an alias"):
        alias.install(tmp_path)
    with pytest.raises(alias.AliasError, match="no alias"):
        alias.uninstall(tmp_path)
    assert Path(tmp_path / "lksearch" / "__init__.py").read_text() == "real = True\n"
    monkeypatch.setattr(alias.importlib.metadata, "version", lambda name: "1.2.1")
    with pytest.raises(alias.AliasError, match="pip uninstall lksearch"):
        alias.install()
