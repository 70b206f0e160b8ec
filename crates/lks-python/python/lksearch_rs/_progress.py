"""How far a download is: a line in a terminal, a bar in a notebook, or what the caller makes of it."""

import sys
import time


def display(progress):
    """What shows it; None where nobody sees it or wants it."""
    if progress is False:
        return None
    if callable(progress):
        return _Called(progress)
    if progress is not None and progress is not True:
        raise TypeError(f"progress is True, False, None or a function, and cannot be {progress!r}")
    notebook = _notebook()
    if notebook is not None:
        return _Html(notebook)
    is_terminal = sys.stderr is not None and sys.stderr.isatty()
    return _Line() if is_terminal or progress is True else None


def _notebook():
    """IPython's display, in a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None or not hasattr(shell, "kernel"):
        return None
    from IPython.display import display as show

    return show


class _Called:
    def __init__(self, function):
        self.update = function
        self.close = function


class _Line:
    def __init__(self):
        self.began = time.monotonic()
        self.width = 0

    def update(self, state):
        if state["num_files"] == 0:
            return
        text = words(state, time.monotonic() - self.began)
        sys.stderr.write("\r" + text.ljust(self.width))
        sys.stderr.flush()
        self.width = len(text)

    def close(self, state):
        if self.width:
            sys.stderr.write("\r" + " " * self.width + "\r")
            sys.stderr.flush()


class _Html:
    def __init__(self, show):
        self.began = time.monotonic()
        self.show = show
        self.handle = None
        self.last = 0.0

    def update(self, state):
        now = time.monotonic()
        if state["num_files"] == 0 or now - self.last < 0.2:
            return
        self.last = now
        self._draw(state)

    def close(self, state):
        if self.handle is not None:
            self._draw(state)

    def _draw(self, state):
        bar = _Bar(state, time.monotonic() - self.began)
        if self.handle is None:
            self.handle = self.show(bar, display_id=True)
        else:
            self.handle.update(bar)


class _Bar:
    def __init__(self, state, seconds):
        self.state = state
        self.text = words(state, seconds)

    def __repr__(self):
        return self.text

    def _repr_html_(self):
        value, most = (self.state[key] for key in (("bytes", "num_bytes") if self.state["num_bytes"] else ("files", "num_files")))
        return f'<progress value="{value}" max="{max(most, 1)}" style="width: 20em"></progress> {self.text}'


def words(state, seconds):
    """`3 of 40 files, 5.1 of 80.2 MB, 12.1 MB/s`."""
    mega = 1e-6
    text = f"{state['files']} of {state['num_files']} files, {state['bytes'] * mega:.1f}"
    if state["num_bytes"]:
        text += f" of {state['num_bytes'] * mega:.1f}"
    return f"{text} MB, {state['bytes'] * mega / max(seconds, 0.1):.1f} MB/s"
