"""The program, as the wheel installs it, and as a function."""

import os
import signal
import sys

from . import _native

# The folder of this package may be known to this process only.
_SCRIPT = """import sys
sys.path.append(sys.argv.pop(1))
from lksearch_rs._program import main
main()"""


def main():
    # The program has its own ways with these.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    code = _native.run(["lksearch", *sys.argv[1:]])
    sys.stdout.flush()
    # Nothing is left to be done, and what was interrupted must not be waited for.
    os._exit(code)


def run(arguments):
    """Runs the program in a process of its own; what it prints goes to `sys.stdout` and `sys.stderr`, whatever these are."""
    import subprocess

    if not sys.executable:
        return _native.run(arguments)
    words = [sys.executable, "-c", _SCRIPT, os.path.dirname(os.path.dirname(__file__)), *map(os.fspath, arguments[1:])]
    taken = [None if _is_inherited(stream, number) else subprocess.PIPE for number, stream in ((1, sys.stdout), (2, sys.stderr))]
    process = subprocess.Popen(words, stdout=taken[0], stderr=taken[1])
    try:
        _pass_on(process)
        code = process.wait()
    except BaseException:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
        raise
    return code if code >= 0 else 128 - code


def _is_inherited(stream, number):
    """Whether what a process of its own writes goes where this stream does."""
    try:
        stream.flush()
        return stream.fileno() == number
    except (AttributeError, OSError, ValueError):
        return False


def _pass_on(process):
    """Writes what comes through pipes as it comes, in this thread, by which a notebook knows the cell."""
    import codecs
    import queue
    import threading

    came = queue.SimpleQueue()

    def read(pipe, name):
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while piece := pipe.read1(1 << 16):
            came.put((name, decoder.decode(piece)))
        came.put(None)

    pipes = [(pipe, name) for pipe, name in ((process.stdout, "stdout"), (process.stderr, "stderr")) if pipe is not None]
    for pipe in pipes:
        threading.Thread(target=read, args=pipe, daemon=True).start()
    num_open = len(pipes)
    while num_open:
        if (piece := came.get()) is None:
            num_open -= 1
        elif (stream := getattr(sys, piece[0])) is not None:
            stream.write(piece[1])
