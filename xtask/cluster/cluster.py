"""Runs the scripts of docs/guide/beyond-one-machine.md on real engines on this machine, kills workers and nodes in the middle, and counts.

    cluster.py PROGRAM PAGE FOLDER PYTHON ENGINE…

PROGRAM is lksearch, PYTHON has hyperqueue. Everything is on loopback. See `cargo xtask cluster`.
"""

import collections
import hashlib
import itertools
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

FILES = 2000
SHARDS = 8
LATENCY = 40  # ms before each answer of the archive, so that there is a middle to be killed in
FIELD = ["search", "tess", "81.0 -71.5", "--radius", "5.01deg", "--kind", "dvreports", "--limit", str(FILES)]
LIMITS = {"file": 6, "cloud": 64}  # requests at once that one machine may send, as docs/guide/limits.md has them


def say(*words):
    print(*words, flush=True)


class Archive:
    """The sandbox, and what it saw."""

    def __init__(self, program, home, more=("--bulk", "2100", "--latency", str(LATENCY))):
        words = [program, "sandbox", "--port", "0", *more]
        environment = {"HOME": str(home), "PATH": os.environ["PATH"]}
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment)
        self.environment = {}
        for line in self.process.stdout:
            if match := re.match(r"export (LKSEARCH_\w+)='?([^'\n]*)", line):
                self.environment[match[1]] = match[2]
            if "LKSEARCH_CACHE_DIR" in line:
                break
        self.url = self.environment["LKSEARCH_ENDPOINTS__MAST"]

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/_sandbox/{path}", data, headers, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def clear(self):
        self.control("DELETE", "log")

    def seen(self):
        """Whole files by URI or key, questions, and the most requests at once in each lane."""
        whole, lanes, questions = collections.Counter(), {"file": [], "cloud": []}, 0
        for entry in self.control("GET", "log")["requests"]:
            lane = "cloud" if entry["path"].startswith("/stpubdata/") else "file" if "Download/file" in entry["path"] else None
            if lane is None:
                questions += 1
                continue
            lanes[lane].append((entry["at"], entry["ended"] or time.monotonic()))
            if entry["method"] == "GET" and entry["status"] == 200 and entry["ended"]:
                whole[(entry["path"] + entry["query"]).rsplit("/", 1)[-1]] += 1
        return whole, {lane: most_at_once(spans) for lane, spans in lanes.items()}, questions

    def stop(self):
        self.process.terminate()
        self.process.wait()


def most_at_once(spans):
    # An answer that ends as another begins was over before.
    steps = sorted([(begin, 1) for begin, _ in spans] + [(end, -1) for _, end in spans], key=lambda step: (step[0], step[1]))
    now = most = 0
    for _, change in steps:
        now += change
        most = max(most, now)
    return most


class Work:
    """A folder with a plan and shards, and the environment that its workers have."""

    def __init__(self, program, page, folder, archive, name):
        self.program, self.page, self.archive = program, page, archive
        self.folder = folder / name
        shutil.rmtree(self.folder, ignore_errors=True)
        for below in ("home", "store", "manifests", "logs", "bin"):
            (self.folder / below).mkdir(parents=True)
        (self.folder / "bin/lksearch").symlink_to(program)
        self.environment = {
            **archive.environment,
            "HOME": str(self.folder / "home"),
            "LKSEARCH_CACHE_DIR": str(self.folder / "store"),
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
        }

    def run(self, *words, expected=(0,), **more):
        outcome = subprocess.run(words, cwd=self.folder, env={**self.environment, **more.pop("env", {})}, capture_output=True, text=True, **more)
        if outcome.returncode not in expected:
            raise SystemExit(f"`{' '.join(map(str, words))}` ended with {outcome.returncode}:\n{outcome.stdout}{outcome.stderr}")
        return outcome

    def lksearch(self, *words, **more):
        return self.run("lksearch", *words, **more)

    def plan(self, table, shards=SHARDS):
        told = self.lksearch("plan", "--from", str(table), "-o", "plan.parquet").stderr
        say("  ", told.strip())
        say("  ", self.lksearch("shard", "plan.parquet", "--of", str(shards), "-o", "shards").stderr.strip())

    def script(self, name):
        """A script of the page, by the name in its first comment; it is what users copy."""
        blocks = re.findall(r"```\w+,script\n(.*?)```", self.page.read_text(), re.S)
        named = [block for block in blocks if f"# {name}\n" in block]
        if len(named) != 1:
            raise SystemExit(f"{self.page} has no script {name}")
        (self.folder / name).write_text(named[0])
        return name

    def start(self, number, **more):
        """Starts a worker with the shard of this number, and does not wait for it."""
        words = ["lksearch", "download", "--quiet", "--from", f"shards/shard-{number:04}.parquet", "-o", f"manifests/{number}.json"]
        return subprocess.Popen(words, cwd=self.folder, env={**self.environment, **more.pop("env", {})}, stdout=subprocess.DEVNULL, **more)

    def forget_manifests(self):
        for manifest in (self.folder / "manifests").iterdir():
            manifest.unlink()

    def workers(self):
        """The processes of lksearch that work in this folder."""
        found = []
        for process in Path("/proc").iterdir():
            try:
                words = (process / "cmdline").read_bytes().split(b"\0")
                if words[0].endswith(b"lksearch") and os.readlink(process / "cwd") == str(self.folder):
                    found.append(int(process.name))
            except (OSError, IndexError):
                continue
        return found

    def wait(self):
        """Until no worker is left, as workers outlive an engine that is killed."""
        while self.workers():
            time.sleep(0.1)

    def kill_one(self, patience=20):
        """Kills a worker that has some of its files, and says whether there was one."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            if workers := self.workers():
                time.sleep(random.uniform(0, 0.6))
                workers = [pid for pid in workers if Path(f"/proc/{pid}").exists()]
                if workers:
                    os.kill(random.choice(workers), signal.SIGKILL)
                    return True
            time.sleep(0.02)
        return False

    def judge(self, engine, reference, num_killed):
        """Merges, compares with a run of one machine, and prints the counts."""
        outcome = self.lksearch("merge", "manifests", "--plan", "plan.parquet", "-o", "manifest.json", expected=(0, 1))
        merged = json.loads((self.folder / "manifest.json").read_text())
        complete = sum(row["Status"] == "COMPLETE" for row in merged)
        right = sum(reference.get(row["dataURI"]) == row["sha256"] == sha256(row["Local Path"]) for row in merged if row["Local Path"])
        self.lksearch("cache", "verify", "--level", "sha256")
        whole, most, questions = self.archive.seen()
        twice = sum(count - 1 for count in whole.values())
        again = self.lksearch("merge", "manifest.json", "manifests", "-o", "again.json", expected=(0, 1))
        same = (self.folder / "again.json").read_bytes() == (self.folder / "manifest.json").read_bytes()
        say(
            f"{engine}: {complete} of {len(merged)} COMPLETE, {right} equal to the bytes of one machine, {num_killed} killed, {twice} files came twice, "
            f"at once {most['cloud']} from the cloud (limit {LIMITS['cloud']}) and {most['file']} from MAST (limit {LIMITS['file']}), "
            f"{questions} questions by workers, merged again {'equal' if same else 'NOT EQUAL'}"
        )
        good = complete == right == len(merged) and same and questions == 0 and all(most[lane] <= LIMITS[lane] for lane in most)
        if not good or outcome.returncode or again.returncode:
            raise SystemExit(f"{engine}: not as it should be; see {self.folder}\n{outcome.stderr}")


def sha256(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


class Slurm:
    """Two nodes on one host, started by hand; nothing but loopback."""

    def __init__(self, folder):
        self.folder = folder / "slurm"
        shutil.rmtree(self.folder, ignore_errors=True)
        for below in ("state", "spool/n1", "spool/n2", "log", "run"):
            (self.folder / below).mkdir(parents=True)
        host = socket.gethostname().split(".")[0]
        d = self.folder
        self.conf = d / "slurm.conf"
        self.conf.write_text(
            f"""ClusterName=dev
SlurmctldHost={host}(127.0.0.1)
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmUser=root
SlurmdUser=root
AuthType=auth/none
CredType=cred/none
AuthInfo=cred_expire=6
SlurmctldPort=16827
StateSaveLocation={d}/state
SlurmdSpoolDir={d}/spool/%n
SlurmctldPidFile={d}/run/slurmctld.pid
SlurmdPidFile={d}/run/slurmd.%n.pid
SlurmctldLogFile={d}/log/slurmctld.log
SlurmdLogFile={d}/log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc={d}/log/jobcomp.log
ReturnToService=2
SlurmdTimeout=10
KillWait=5
MinJobAge=3600
JobRequeue=1
RequeueExit=75
SchedulerParameters=sched_interval=2,bf_interval=2,batch_sched_delay=1
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port=16841 CPUs=2 Sockets=1 CoresPerSocket=2 ThreadsPerCore=1 RealMemory=2000 State=UNKNOWN
NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port=16842 CPUs=2 Sockets=1 CoresPerSocket=2 ThreadsPerCore=1 RealMemory=2000 State=UNKNOWN
PartitionName=debug Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
"""
        )
        self.environment = {"SLURM_CONF": str(self.conf)}
        self.call("slurmctld", "-c", "-f", str(self.conf))
        for node in ("n1", "n2"):
            self.start(node)
        self.wait(lambda: self.call("sinfo", "-h", "-N", "-o", "%N %t").count("idle") == 2, 60, "two idle nodes")

    def call(self, *words, expected=(0,)):
        outcome = subprocess.run(words, env={**os.environ, **self.environment}, capture_output=True, text=True)
        if outcome.returncode not in expected:
            raise SystemExit(f"`{' '.join(words)}` ended with {outcome.returncode}: {outcome.stderr}")
        return outcome.stdout

    def start(self, node):
        self.call("slurmd", "-N", node, "-f", str(self.conf))

    def wait(self, is_so, seconds, what):
        until = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > until:
                raise SystemExit(f"slurm: no {what} within {seconds} s:\n{self.call('squeue', '-t', 'all')}{self.call('sinfo', '-N')}")
            time.sleep(0.3)

    def states(self, job):
        lines = self.call("squeue", "-h", "-r", "-t", "all", "-j", job, "-o", "%K %T %r").splitlines()
        return {int(line.split()[0]): line.split()[1] for line in lines}

    def ended(self, job):
        return all(state not in ("PENDING", "RUNNING", "COMPLETING", "CONFIGURING", "REQUEUED") for state in self.states(job).values())

    def kill_node(self, node):
        """The node is gone at once, with whatever watches its jobs; what the jobs themselves do goes on, as behind a broken network."""
        pid = int((self.folder / f"run/slurmd.{node}.pid").read_text())
        steps = [
            int(process.name)
            for process in Path("/proc").iterdir()
            if process.name.isdigit() and b"slurmstepd" in read(process / "cmdline") and parent(process) in (1, pid)
        ]
        on_node = [step for step in steps if f"SLURMD_NODENAME={node}".encode() in b"".join(read(Path(f"/proc/{child}/environ")) for child in children(step))]
        for gone in [pid, *on_node]:
            os.kill(gone, signal.SIGKILL)

    def stop(self):
        self.call("scancel", "--user=root", expected=(0, 1))
        time.sleep(1)
        for pid in (self.folder / "run").glob("*.pid"):
            try:
                os.kill(int(pid.read_text()), signal.SIGTERM)
            except (OSError, ValueError):
                continue
        time.sleep(2)


def read(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


def parent(process):
    stat = read(process / "stat").rpartition(b")")[2].split()
    return int(stat[1]) if len(stat) > 1 else 0


def children(pid):
    return [int(process.name) for process in Path("/proc").iterdir() if process.name.isdigit() and parent(process) == pid]


def slurm(work, reference):
    cluster = Slurm(work.folder)
    work.environment.update(cluster.environment)
    try:
        work.archive.clear()
        script = work.script("shards.sbatch")
        job = work.run("sbatch", "--parsable", script).stdout.strip()
        killed = int(work.kill_one())
        time.sleep(1)
        cluster.kill_node("n2")
        killed += 1
        say("   a worker and a node killed:", cluster.states(job))
        time.sleep(16)
        cluster.start("n2")
        cluster.wait(lambda: cluster.ended(job), 300, "end of the array")
        say("   then:", cluster.states(job))
        # What failed is run again, as a user does it: the same script for those ids.
        failed = [str(number) for number, state in sorted(cluster.states(job).items()) if state != "COMPLETED"]
        if failed:
            again = work.run("sbatch", "--parsable", f"--array={','.join(failed)}", script).stdout.strip()
            cluster.wait(lambda: cluster.ended(again), 300, "end of the second array")
            say("   and what had failed, run again:", cluster.states(again))
        restarts = [line for line in (work.folder / "logs").glob("*.txt") if line.read_text().count("of each host's limits") > 1]
        say(f"   {len(restarts)} tasks were begun more than once by Slurm itself")
        work.judge("Slurm, two nodes", reference, killed)
    finally:
        cluster.stop()


def parallel(work, reference):
    work.archive.clear()
    script = work.script("parallel.sh")
    killed = 0
    for attempt in range(4):
        running = subprocess.Popen(["sh", script], cwd=work.folder, env={**work.environment, "PARALLEL": "--will-cite"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if attempt < 2:
            killed += work.kill_one()
        if attempt == 1:
            # The engine itself is killed, and begun again by the same command.
            running.kill()
            killed += 1
        code = running.wait()
        say(f"   run {attempt + 1} of parallel ended with {code}")
        if code == 0:
            break
    work.wait()
    work.judge("GNU parallel", reference, killed)


def hyperqueue(work, reference, python):
    work.archive.clear()
    script = work.script("hyperqueue_shards.py")
    killed = 0
    for attempt in range(3):
        running = subprocess.Popen([python, script], cwd=work.folder, env={**work.environment, "TMPDIR": str(work.folder / "home")}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if attempt < 2:
            killed += work.kill_one()
        if attempt == 0:
            running.kill()
            killed += 1
        _, told = running.communicate()
        say(f"   run {attempt + 1} of the script ended with {running.returncode} {told.strip().splitlines()[-1:] if running.returncode > 0 else ''}")
        if running.returncode == 0:
            break
    work.wait()
    work.judge("HyperQueue 0.27", reference, killed)


def workers(work, reference):
    """1, 4 and 8 workers at once with one store, then each with one of its own: on one machine, and as on machines that share nothing."""
    runtime = work.folder / "runtime"
    runtime.mkdir()
    for order, stores in itertools.product(("--cloud-only", "--no-cloud"), ("one store", "a store each on one machine", "a store each")):
        shared = stores == "one store"
        work.lksearch("plan", "--from", "plan.parquet", order, "-o", "plan.parquet")
        for count in (1, 4, 8):
            shutil.rmtree(work.folder / "shards")
            for folder in work.folder.glob("store*"):
                shutil.rmtree(folder)
            work.forget_manifests()
            work.lksearch("shard", "plan.parquet", "--of", str(count), "-o", "shards")
            work.archive.clear()
            running = []
            for number in range(count):
                own = {} if shared else {"LKSEARCH_CACHE_DIR": str(work.folder / f"store{number}")}
                own |= {"XDG_RUNTIME_DIR": str(runtime)} if stores.endswith("machine") else {}
                running.append(work.start(number, env=own))
            codes = [process.wait() for process in running]
            whole, most, questions = work.archive.seen()
            merged = work.lksearch("merge", "manifests", "--plan", "plan.parquet", "--format", "json", expected=(0, 1)).stdout
            complete = sum(row["Status"] == "COMPLETE" and reference[row["dataURI"]] == row["sha256"] for row in json.loads(merged))
            say(
                f"{count} workers, {stores}, {order}: {complete} COMPLETE and equal, at once {most['cloud']} from the cloud (limit {LIMITS['cloud']}) and "
                f"{most['file']} from MAST (limit {LIMITS['file']}), {questions} questions, codes {sorted(set(codes))}, {sum(whole.values()) - len(whole)} twice"
            )
            if set(codes) != {0} or complete != len(reference) or questions or most["cloud"] > LIMITS["cloud"] or (stores != "a store each" and most["file"] > LIMITS["file"]):
                raise SystemExit("not as it should be")


def campaign(work, reference, moments):
    """A worker is killed at a random moment, and run again; nothing may be missing or wrong."""
    missing = wrong = killed = moment = 0
    while killed < moments:
        moment += 1
        shutil.rmtree(work.folder / "store", ignore_errors=True)
        work.forget_manifests()
        start = lambda n: work.start(n, stderr=subprocess.DEVNULL)
        running = [start(n) for n in range(4)]
        victim = random.randrange(4)
        time.sleep(random.uniform(0, 1.5))
        killed += running[victim].poll() is None
        running[victim].kill()
        # Every second time the engine begins the second run while the others work.
        if moment % 2:
            running[victim].wait()
            running.append(start(victim))
        for process in running:
            process.wait()
        if not moment % 2:
            start(victim).wait()
        merged = json.loads(work.lksearch("merge", "manifests", "--plan", "plan.parquet", "--format", "json", expected=(0, 1)).stdout)
        missing += sum(row["Status"] != "COMPLETE" for row in merged) + len(reference) - len(merged)
        wrong += sum(row["Status"] == "COMPLETE" and not reference[row["dataURI"]] == row["sha256"] == sha256(row["Local Path"]) for row in merged)
    say(f"killed in the middle of its work at {killed} random moments, in {moment} campaigns: {missing} missing, {wrong} wrong")
    if missing or wrong:
        raise SystemExit("not as it should be")


def reference_of(work):
    """What one machine brings, by URI."""
    rows = json.loads(work.lksearch("download", "--quiet", "--from", "plan.parquet", "--format", "json").stdout)
    assert all(row["Status"] == "COMPLETE" for row in rows), rows
    return {row["dataURI"]: row["sha256"] for row in rows}


def main():
    program, page, folder, python = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]).resolve(), sys.argv[4]
    engines = sys.argv[5:]
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "home").mkdir(parents=True)
    random.seed(1161)
    archive = Archive(program, folder / "home")
    try:
        one = Work(program, page, folder, archive, "one")
        say(one.lksearch(*FIELD, "-o", "found.parquet").stderr.strip())
        found = one.folder / "found.parquet"
        one.plan(found)
        reference = reference_of(one)
        say(f"one machine: {len(reference)} files")
        for engine in engines:
            say(f"{engine}:")
            work = Work(program, page, folder, archive, engine)
            if engine == "campaign":
                work.lksearch("plan", "--from", str(found), "--limit", "160", "-o", "plan.parquet")
                work.lksearch("shard", "plan.parquet", "--of", "4", "-o", "shards")
                rows = json.loads(work.lksearch("download", "--from", "plan.parquet", "--dry-run", "--format", "json").stdout)
                campaign(work, {row["dataURI"]: reference[row["dataURI"]] for row in rows}, 100)
                continue
            work.plan(found)
            if engine == "hyperqueue":
                hyperqueue(work, reference, python)
            else:
                {"slurm": slurm, "parallel": parallel, "workers": workers}[engine](work, reference)
    finally:
        archive.stop()


if __name__ == "__main__":
    main()
