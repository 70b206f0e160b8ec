"""The Python on the pages of the guide is run, and prints what they show. `UPDATE_DOCS=1` writes what it prints into them."""

import contextlib
import io
import os
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[4] / "docs" / "guide"
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", ["python.md", "coming-from-python.md"])
def test_python_on_a_page_prints_what_it_shows(page):
    path = DOCS / page
    text = path.read_text()
    names: dict[str, object] = {}

    def run(block: re.Match) -> str:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(block[1], f"{page}: {block[1][:40]!r}", "exec"), names)
        if block[2] is None:
            assert printed.getvalue() == ""
            return block[0]
        return f"```python\n{block[1]}```\n\n```text\n{printed.getvalue()}```\n"

    found = BLOCK.sub(run, text)
    if os.environ.get("UPDATE_DOCS"):
        path.write_text(found)
    else:
        assert found == text
