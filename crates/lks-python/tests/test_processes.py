"""Threads, Ctrl-C, forks, ends: each in a process of its own, for what they do to one."""

import concurrent.futures
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import time

import lksearch_rs
import pytest

BEGIN = """
import os, sys, threading, time
import lksearch_rs
archive = lksearch_rs.sandbox(latency=float(sys.argv[2]), bulk=200)
client = archive.client(cache_dir=sys.argv[1])
"""


def started(script, directory, latency=0.0):
    words = [sys.executable, "-c", BEGIN + textwrap.dedent(script), str(directory), str(latency)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process, seconds=60):
    out, errors = process.communicate(timeout=seconds)
    assert process.returncode == 0, errors
    return out.split()


def test_eight_threads_share_a_client(client):
    ask = lambda number: len(client.search("TOI 1161", sector=14, kind="timeseries", limit=1 + number % 3))
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(40))) == [1 + number % 3 for number in range(40)]


def test_others_work_while_one_waits(tmp_path):
    out = ended(
        started(
            """
            asking = threading.Thread(target=lambda: client.search("TOI 1161"))
            asking.start()
            turns = 0
            while asking.is_alive():
                time.sleep(0.001)
                turns += 1
            print(turns)
            """,
            tmp_path,
            latency=0.1,
        )
    )
    assert int(out[0]) > 20


def test_ctrl_c_ends_a_download_at_once(tmp_path):
    process = started(
        """
        found = client.search("TOI 1161", kind="timeseries")
        print("begun", flush=True)
        try:
            found.download()
        except KeyboardInterrupt:
            print("interrupted")
        """,
        tmp_path,
        latency=0.4,
    )
    assert process.stdout.readline().strip() == "begun"
    time.sleep(0.2)
    begin = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert ended(process) == ["interrupted"]
    assert time.monotonic() - begin < 5


def test_a_forked_process_goes_on_with_the_same_client(tmp_path):
    out = ended(
        started(
            """
            found = client.search("TOI 1161", sector=14, kind="timeseries", limit=3)
            remote = client.open(found[0]["dataURI"])
            child = os.fork()
            if child == 0:
                fetched = found.download()
                try:
                    remote[1]["TIME"]
                except ValueError as error:
                    print("open it again" in str(error), flush=True)
                print(fetched.counts["COMPLETE"], flush=True)
                sys.exit(0)
            _, status = os.waitpid(child, 0)
            print(status, len(client.search("TOI 1161", sector=14, kind="timeseries", limit=3)))
            """,
            tmp_path,
        )
    )
    assert out == ["True", "3", "0", "3"]


def test_the_interpreter_ends_during_a_download(tmp_path):
    begin = time.monotonic()
    out = ended(
        started(
            """
            running = client.search("TOI 1161", kind="timeseries").iter_download()
            threading.Thread(target=running.result, daemon=True).start()
            next(running)
            print("ends")
            """,
            tmp_path,
            latency=0.05,
        )
    )
    assert out == ["ends"]
    assert time.monotonic() - begin < 30
    for folder, _, files in os.walk(tmp_path / "mastDownload"):
        for name in files:
            with open(os.path.join(folder, name), "rb") as file:
                assert file.read(6) == b"SIMPLE", name


def test_a_client_is_carried_to_other_processes(client):
    again = pickle.loads(pickle.dumps(client))
    assert again.settings == client.settings
    assert len(again.search("TOI 1161", sector=14, kind="timeseries", limit=2)) == 2


def test_exceptions_are_carried_to_other_processes():
    for error in (lksearch_rs.UnavailableError("no answer", "try later"), lksearch_rs.InvalidQueryError("what?")):
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again), again.hint, again.kind) == (type(error), str(error), error.hint, error.kind)


def test_a_thousand_searches_do_not_grow(client):
    import resource

    def size():
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[1]) * resource.getpagesize()

    def ask(times):
        for _ in range(times):
            found = client.search("TOI 1161", sector=14, kind="timeseries")
            found["exptime"].to_numpy()
            found.to_dict()

    ask(100)
    before = size()
    ask(200)
    assert size() - before < 8 << 20


@pytest.mark.parametrize("verb", ["lksearch_rs.Table.read(pipe)", "lksearch_rs.Table({'a': [1]}).write(pipe, 'csv')"])
def test_ctrl_c_ends_what_waits_for_a_disk(tmp_path, verb):
    os.mkfifo(tmp_path / "pipe")
    script = f"""
import signal, sys, threading, time
import lksearch_rs
pipe = sys.argv[1]
begin = time.monotonic()
threading.Timer(0.1, signal.raise_signal, [signal.SIGINT]).start()
try:
    {verb}
except KeyboardInterrupt:
    print(time.monotonic() - begin < 5)
"""
    done = subprocess.run([sys.executable, "-c", script, tmp_path / "pipe"], capture_output=True, text=True, timeout=30)
    assert done.stdout == "True\n", done.stderr


def asked_elsewhere(found):
    return len(found.client.search("TOI 1161", sector=14, kind="timeseries")), found.download(progress=False).counts


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_results_work_in_pools_of_processes(found, method):
    with multiprocessing.get_context(method).Pool(2) as pool:
        assert pool.map(asked_elsewhere, [found, found]) == [(6, {"COMPLETE": 3})] * 2


@pytest.mark.parametrize("module", ["lksearch_rs._errors", "lksearch_rs._native", "lksearch_rs._program"])
def test_an_import_that_was_interrupted_works_again(module):
    script = """
import sys
class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == sys.argv[1]:
            sys.meta_path.remove(self)
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupt())
try:
    import lksearch_rs
except KeyboardInterrupt:
    import lksearch_rs
    print(lksearch_rs.Client().settings["fetch.jobs"])
"""
    done = subprocess.run([sys.executable, "-c", script, module], capture_output=True, text=True)
    assert done.stdout.strip().isdigit(), done.stderr


def test_what_cannot_be_written_leaves_what_was_there(found, tmp_path):
    resource = pytest.importorskip("resource")
    picture = found.client.plot(found[0]["dataURI"])
    saves = {tmp_path / "curve.svg": picture.save, tmp_path / "found.csv": found.write}
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    for path, save in saves.items():
        path.write_text("of yesterday")
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
        try:
            with pytest.raises(lksearch_rs.StorageError, match="write"):
                save(path)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert {path.name: path.read_text() for path in tmp_path.iterdir() if path.is_file()} == {path.name: "of yesterday" for path in saves}
