import os
import signal
import subprocess
import sys
import time

import lksearch_rs

PROGRAM = os.path.join(os.path.dirname(sys.executable), "lksearch-rs")


def program(*words, **more):
    words = [PROGRAM, *words] if os.path.exists(PROGRAM) else [sys.executable, "-m", "lksearch_rs", *words]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, **more)


def test_the_program_searches():
    done = program("--sandbox", "search", "tess", "TOI 1161", "--sector", "14", "--limit", "3", "--format", "csv")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 4


def test_exit_codes_are_those_of_the_program():
    assert program("--version").stdout.strip() == f"lksearch {lksearch_rs.__version__}"
    assert program("search", "sofia", "x").returncode == 2
    assert program("--sandbox", "search", "tess", "TOI 1161", "--sector", "999").returncode == 3


def test_a_hint_repeats_the_words(tmp_path):
    done = program("--offline", "--cache-dir", str(tmp_path), "search", "tess", "TOI 1161")
    assert done.returncode == 4
    assert "`lksearch --cache-dir" in done.stderr


def test_it_stops_when_it_is_interrupted(tmp_path):
    words = [sys.executable, "-m", "lksearch_rs", "--cache-dir", str(tmp_path), "sandbox"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    while "CACHE_DIR" not in process.stdout.readline():
        pass
    begin = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert time.monotonic() - begin < 10


def test_it_runs_as_a_function(capfd):
    assert lksearch_rs.run(["lksearch", "config", "get", "fetch.jobs"]) == 0
    assert capfd.readouterr().out.strip().isdigit()


def test_what_it_prints_goes_where_python_prints(capsys):
    assert lksearch_rs.run(["lksearch", "config", "get", "fetch.jobs"]) == 0
    assert capsys.readouterr().out.strip().isdigit()
    assert lksearch_rs.run(["lksearch", "config", "get", "nonsense"]) == 2
    assert "nonsense" in capsys.readouterr().err


def test_as_a_function_it_stops_when_it_is_interrupted(tmp_path):
    script = f"""
import lksearch_rs
try:
    lksearch_rs.run(["lksearch", "--cache-dir", {str(tmp_path)!r}, "sandbox"])
except KeyboardInterrupt:
    print("interrupted")
"""
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    while "CACHE_DIR" not in process.stdout.readline():
        pass
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=20)[0].strip() == "interrupted"
