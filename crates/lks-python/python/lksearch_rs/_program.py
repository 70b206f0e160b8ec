"""The program, as the wheel installs it."""

import os
import signal
import sys

from ._native import run


def main():
    # The program has its own ways with these.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    code = run(["lksearch", *sys.argv[1:]])
    sys.stdout.flush()
    # Nothing is left to be done, and what was interrupted must not be waited for.
    os._exit(code)
