"""The notebook of the guide runs, and gives the outputs that are in it. `UPDATE_DOCS=1` writes them into it."""

import os
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")

NOTEBOOK = Path(__file__).parents[4] / "docs" / "notebooks" / "python.ipynb"


def outputs(notebook):
    """What each cell gives, by type; pictures and html only by whether there is one."""
    shown = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            shown.append({kind: text if kind == "text/plain" else bool(text) for kind, text in data.items()})
    return shown


def test_the_notebook_gives_what_it_shows(tmp_path, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    written = nbformat.read(NOTEBOOK, as_version=4)
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    client = nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}})
    client.execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        # A bar of progress says how fast it was.
        if cell.cell_type == "code":
            cell["outputs"] = [output for output in cell.outputs if output.output_type == "execute_result"]
    if os.environ.get("UPDATE_DOCS"):
        nbformat.write(notebook, NOTEBOOK)
    else:
        assert outputs(notebook) == outputs(written)
    pictures = [output for cell in notebook.cells for output in cell.get("outputs", []) if "image/svg+xml" in output.get("data", {})]
    assert len(pictures) == 2 and all("<svg" in output["data"]["image/svg+xml"] for output in pictures)
