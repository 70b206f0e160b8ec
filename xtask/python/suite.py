"""Runs the test-suite of the Python package lksearch, unchanged, against the sandbox, through the alias `lksearch` of lksearch_rs.

    suite.py TESTS SANDBOX

TESTS is the folder `tests` of github.com/lightkurve/lksearch (its main branch), SANDBOX the address of a sandbox with the suite's targets
(`--python-tests`). The Python that runs this has lksearch_rs, pandas, astropy and pytest, and not lksearch. Prints one line per case, with the
reason of a failure, and ends with 1 if one failed.
"""

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree
from pathlib import Path

HERE = Path(__file__).parent
TAP = {"TAP": "/TAPVizieR/tap", "SIMBAD": "/simbad/sim-tap", "GAIA": "/tap-server/tap"}


def main(tests: str, url: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        alias = [sys.executable, "-m", "lksearch_rs.compat", "install-alias", "--target", f"{folder}/alias"]
        subprocess.run(alias, check=True, stdout=subprocess.DEVNULL)
        return report(run(Path(tests), url, Path(folder)))


def run(tests: Path, url: str, folder: Path) -> dict[str, tuple[str, str]]:
    """The outcome of each case, and why it failed."""
    services = {"MAST": url, "RESOLVER": url, "S3": url} | {name: url + path for name, path in TAP.items()}
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LKSEARCH_", "XDG_"))}
    environment |= {f"LKSEARCH_ENDPOINTS__{name}": value for name, value in services.items()}
    path = os.pathsep.join([f"{folder}/alias", str(HERE), os.environ.get("PYTHONPATH", "")])
    environment |= {"HOME": str(folder), "PYTHONPATH": path, "SESAME_FROM": url, "NO_PROXY": "127.0.0.1,localhost"}
    result = folder / "result.xml"
    options = ["-q", "-p", "no:cacheprovider", "-p", "sesame", f"--junitxml={result}", "--rootdir", str(folder), "--tb=short"]
    done = subprocess.run([sys.executable, "-m", "pytest", *options, str(tests)], env=environment, cwd=folder, capture_output=True, text=True)
    if not result.exists():
        sys.exit(done.stdout + done.stderr)
    cases = {}
    for case in xml.etree.ElementTree.parse(result).iter("testcase"):
        name = f"{case.get('classname').split('.')[-1]}::{case.get('name')}"
        trouble = next((child for child in case if child.tag in ("failure", "error", "skipped")), None)
        why = "" if trouble is None else (trouble.get("message") or "").strip().splitlines()
        cases[name] = ("passed" if trouble is None else trouble.tag, why[0] if why else "")
    return cases


def report(cases: dict[str, tuple[str, str]]) -> int:
    for name, (outcome, why) in cases.items():
        print(f"{outcome:8} {name}{f': {why}' if why else ''}")
    num_passed = sum(outcome == "passed" for outcome, _ in cases.values())
    print(f"{num_passed} of {len(cases)} pass")
    return 0 if cases and num_passed == len(cases) else 1


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
