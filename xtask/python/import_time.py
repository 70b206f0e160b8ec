"""The shortest of five imports, in milliseconds, each in an interpreter of its own that was warmed up."""

import subprocess
import sys

SCRIPT = "import time; begin = time.perf_counter(); import lksearch_rs; print((time.perf_counter() - begin) * 1e3)"
times = [float(subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, check=True, text=True).stdout) for _ in range(5)]
print(min(times))
