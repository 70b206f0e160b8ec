"""One directory for all temporary files of a script and of the programs that it starts; it goes when the script ends, however it ends.

Import it before anything that makes temporary files. Programs that get an environment of their own need its `TMPDIR`.
"""

import atexit
import os
import shutil
import signal
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

FOLDER = tempfile.mkdtemp(prefix="lks-parity-")
OWNER = os.getpid()


def remove():
    if os.getpid() != OWNER:
        return
    for number in [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]:
        signal.signal(number, signal.SIG_IGN)
    # Programs that were interrupted with this one may write for a moment longer.
    for _ in range(50):
        shutil.rmtree(FOLDER, ignore_errors=True)
        if not os.path.exists(FOLDER):
            return
        time.sleep(0.1)
    print(f"{FOLDER} cannot be removed", file=sys.stderr)


class Pool(ThreadPoolExecutor):
    """One that does not begin what is left when the script is interrupted."""

    def __exit__(self, *_):
        self.shutdown(cancel_futures=True)


atexit.register(remove)
os.environ["TMPDIR"] = tempfile.tempdir = FOLDER
# Ctrl-C ends Python in order by itself; `nohup` and the like are left as they are.
for number in [signal.SIGTERM, signal.SIGHUP]:
    if signal.getsignal(number) == signal.SIG_DFL:
        signal.signal(number, lambda number, _: sys.exit(128 + number))
