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


CELLS = [
    "import lksearch_rs\narchive = lksearch_rs.sandbox(latency=0.1)\nclient = archive.client(cache_dir='cache')",
    "client.search('TOI 1161', kind='timeseries', pipeline='SPOC').download().counts",
    "client.search('TOI 1161', kind='timeseries', pipeline='SPOC').download().counts",
    "lksearch_rs.run(['lksearch', 'config', 'get', 'fetch.jobs'])",
]


def test_a_download_shows_a_bar_and_the_program_prints_into_its_cell(tmp_path, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    shown = []

    class Client(nbclient.NotebookClient):
        def process_message(self, message, cell, index):
            if message["msg_type"] in ("display_data", "update_display_data"):
                shown.append((index, message["msg_type"], message["content"]["data"]["text/html"]))
            return super().process_message(message, cell, index)

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    Client(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    # One bar, which moves and stays; where nothing is to be fetched there is none.
    assert {index for index, _, _ in shown} == {1}
    assert [kind for _, kind, _ in shown][:2] == ["display_data", "update_display_data"] and [kind for _, kind, _ in shown].count("display_data") == 1
    bar = notebook.cells[1].outputs[0]
    assert bar.output_type == "display_data" and bar.data["text/html"] == shown[-1][2]
    assert bar.data["text/html"].startswith("<progress") and "24 of 24 files" in bar.data["text/plain"]
    assert [output.output_type for output in notebook.cells[2].outputs] == ["execute_result"]
    printed = [output for output in notebook.cells[3].outputs if output.output_type == "stream"]
    assert [output.name for output in printed] == ["stdout"] and printed[0].text.strip().isdigit()
