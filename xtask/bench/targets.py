"""What was aimed at, and whether the figures of a run reach it; page.py puts the table into docs/measured.md."""

import re

from group_download import FOUND, PROVED

PYTHON = "lksearch 1.2.1"


class Figures:
    """The rows of all groups."""

    def __init__(self, rows):
        self.rows = [row for row in rows if "skipped" not in row]

    def row(self, title, tool="ours"):
        found = [row for row in self.rows if row["title"].startswith(title) and row.get("tool") == tool]
        return found[0]

    def titled(self, beginning):
        return [row for row in self.rows if row["title"].startswith(beginning)]

    def text(self, beginning):
        return self.titled(beginning)[0]["text"]

    def others(self, tools):
        """For each cold download, how many times as long as the quickest of these tools ours takes."""
        found = []
        for title in dict.fromkeys(row["title"] for row in self.titled("cold, ")):
            peers = [row["seconds"] for row in self.titled(title) if row["tool"] in tools]
            if peers:
                found.append(self.row(title)["seconds"] / min(peers))
        return found


def times(least, title):
    def judge(figures):
        row = figures.row(title, PYTHON)
        return f"{row['ratio']:.1f} ×", row["ratio"] >= least

    return judge


def warm(figures):
    ours, theirs = (figures.row("warm, 40 light curves, S3, 50 ms", tool) for tool in ["ours", PYTHON])
    return f"{theirs['ratio']:.0f} ×, {ours['requests']} requests", theirs["ratio"] >= 100 and ours["requests"] == 0


def requests(figures):
    n = figures.row("cold, 40 light curves, S3, 50 ms")["requests"]
    return f"{n} requests", n == 41


def against(tools):
    def judge(figures):
        found = figures.others(tools)
        return f"{min(found):.2f} to {max(found):.2f} times as long, {sum(it <= 1.05 for it in found)} of {len(found)} rows within 1.05", max(found) <= 1.05

    return judge


def processor(figures):
    title = "cold, 1 file of 1000 MB"
    ratio = figures.row(title)["cpu"] / figures.row(title, PROVED)["cpu"]
    return f"{ratio:.2f} ×", ratio <= 1.3


def large_search(figures):
    row = figures.titled("field of ")[-1]
    n = int(re.search(r"[\d,]+", row["title"])[0].replace(",", ""))
    return f"{n:,} rows, {row['seconds']:.1f} s, {row['peak']:.0f} MB", n >= 100_000 and row["seconds"] < 5 and row["peak"] < 300


def plan(figures):
    row = figures.titled("plan (--dry-run)")[0]
    return f"{row['seconds']:.1f} s, {row['peak']:.0f} MB", row["seconds"] < 5 and row["peak"] < 300


def local_fits(figures):
    found = [row["ratio"] for row in figures.rows if row.get("tool") == "astropy" and row.get("group") == "fits"]
    return f"{min(found):.1f} to {max(found):.1f} ×, {sum(it >= 5 for it in found)} of {len(found)} reads", min(found) >= 5


def sums(figures):
    found = [float(re.search(r"([\d.]+) GB/s", row["text"])[1]) for row in figures.titled("checksums")]
    return f"{min(found):.1f} to {max(found):.1f} GB/s", min(found) >= 1


def remote_fits(figures):
    found = [row["ratio"] for row in figures.titled("remote ") if row["tool"] != "ours"]
    return f"{min(found):.1f} to {max(found):.1f} ×", min(found) >= 5


def remote_requests(figures):
    pairs = []
    for row in figures.titled("remote "):
        if row["tool"] == "ours":
            fewest = min(peer["requests"] for peer in figures.titled(row["title"]) if peer["tool"] != "ours")
            pairs.append((row["requests"], fewest))
    if not pairs:
        raise KeyError("remote")
    return "; ".join(f"{ours} of fsspec's {fewest}" for ours, fewest in pairs), all(ours <= fewest for ours, fewest in pairs)


def start(figures):
    seconds = figures.row("start", "lksearch --version")["seconds"]
    return f"{seconds * 1e3:.1f} ms", seconds < 0.01


def decoding(figures):
    lines = [row["text"] for row in figures.titled("table")]
    kept = float(re.search(r"([\d.]+) of it", "\n".join(lines))[1])
    at = next(index for index, text in enumerate(lines) if "decode_page" in text)
    # divan's columns: fastest, slowest, median, mean; the speeds are in the line below the times.
    value, unit = re.findall(r"([\d.]+) ([MG])B/s", lines[at + 1])[2]
    speed = float(value) * (1000 if unit == "G" else 1)
    return f"{speed:.0f} MB/s, {kept:.2f} of the JSON", speed >= 300 and kept <= 0.7


def joining(figures):
    line = next(row["text"] for row in figures.titled("table") if "join_filter_sort" in row["text"])
    value, unit = re.findall(r"([\d.]+) (ms|s)\b", line)[2]
    seconds = float(value) / (1000 if unit == "ms" else 1)
    return f"{seconds:.2f} s", seconds < 1


def looking_up(figures):
    text = figures.text("library: look 1000 up at stat")
    return text, float(text.split()[0]) < 50


def verifying(figures):
    """Of the large files on one core, by processor time, which others on the machine hardly change."""
    rows = [row for row in figures.titled("library: verify") if "1 threads" in row["title"]]
    row = max(rows, key=lambda row: int(re.search(r"of (\d+) bytes", row["title"])[1]))
    percent = int(re.search(r"(\d+) %", row["text"])[1])
    return f"{percent} %", percent >= 80


def looking_up_stars(figures):
    """The quickest of the others counts."""
    rows = figures.titled("10,000 TIC ids, 50 ms")
    requests = next(row["requests"] for row in rows if row["tool"] == "ours")
    ratio = min(row["ratio"] for row in rows if row["tool"] in ("lksearch.query_id", "astroquery TapPlus, one job"))
    return f"{ratio:.1f} ×, {requests} requests", ratio >= 10 and requests <= 40


def votable(figures):
    row = next(row for row in figures.titled("BINARY2 of 100,000 rows") if row["tool"] == "astropy")
    memory = float(re.search(r"([\d.]+) ×", figures.text("peak memory, BINARY2 of 100,000 rows"))[1])
    return f"{row['ratio']:.0f} ×, {memory:.1f} × the memory", row["ratio"] >= 20 and memory >= 4


CUT = "a cutout of 15 × 15, 1,282 frames, 50 ms"


def against_astrocut(figures):
    rows = {row["tool"]: row["seconds"] for row in figures.titled(CUT)}
    new, kept = (rows["astrocut 1.4.0, threads=8"] / rows[mine] for mine in ["ours", "ours, frames kept"])
    return f"{new:.1f} × and {kept:.1f} ×", new >= 10 and kept >= 20


def against_plain(figures):
    rows = {row["tool"]: row for row in figures.titled(CUT)}
    plain = "plain client, 16 at once"
    pairs = [(rows["ours"], rows[plain]), (rows["ours, frames kept"], rows[f"{plain}, frames known"])]
    found = [(mine["seconds"] / theirs["seconds"], mine["megabytes"] / theirs["megabytes"]) for mine, theirs in pairs]
    said = "; ".join(f"{seconds:.2f} × the time, {size:.3f} × the bytes" for seconds, size in found)
    return said, all(seconds <= 1.3 and size <= 1.01 for seconds, size in found)


def hundred_cutouts(figures):
    title = "100 cutouts of one CCD, 50 ms"
    mine, runs = figures.row(title), figures.row(title, "ours, 100 runs")
    per_star, part = mine["requests"] / 100, mine["seconds"] / runs["seconds"]
    return f"{per_star:.2f} requests, {part:.2f} of the time, {mine['peak']:.0f} MB", per_star <= 15.1 and part <= 0.25


def steady(figures):
    many, few = (float(it) for it in re.findall(r"([\d.]+) MB", figures.text("peak memory of a download")))
    return figures.text("peak memory of a download"), many <= 1.2 * few


def package(title, tool, least):
    def judge(figures):
        rows = {row["tool"]: row for row in figures.titled(title) if "seconds" in row}
        ratio = rows[PYTHON]["seconds"] / rows[tool]["seconds"]
        return f"{ratio:.1f} ×", ratio >= least

    return judge


def in_place(figures):
    text = figures.text("columns of numbers without gaps")
    return text, len(set(text.split(" of "))) == 1


def through_python(figures):
    found = [float(re.search(r"([\d.]+) times", row["text"])[1]) for row in figures.rows if row["title"].endswith("as arrays of numpy")]
    return f"{min(found):.2f} to {max(found):.2f} ×", max(found) <= 1.2


def flat(figures):
    """The run ends with an error where it is not met."""
    found = [re.search(r"[+-][\d.]+ MB", row["text"])[0] for row in figures.titled("memory of ")]
    return ", ".join(found), bool(found[0])


TARGETS = [
    ("40 light curves cold from S3 at 50 ms: ≥ 25 × Python", "download", times(25, "cold, 40 light curves, S3, 50 ms")),
    ("… from MAST at 50 ms: ≥ 10 × Python", "download", times(10, "cold, 40 light curves, MAST, 50 ms")),
    ("… warm: ≥ 100 × Python, no request", "download", warm),
    ("40 light curves cold from S3: 40 GET and 1 look-up", "download", requests),
    ("not slower than the best other tool in any row (≤ 1.05)", "download", against(["curl --parallel", "aria2c", "obstore"])),
    ("… than what does as much (`curl`, `sha256sum`, `sync`)", "download", against([PROVED])),
    ("… than `obstore` after the same look-up of paths", "download", against([FOUND])),
    ("CPU per GB ≤ 1.3 × `curl` and `sha256sum`", "download", processor),
    ("a search of ≥ 100,000 products in < 5 s and < 300 MB", "search", large_search),
    ("its plan (`--dry-run`) in < 5 s and < 300 MB", "search", plan),
    ("10,000 TIC ids at 50 ms: ≥ 10 × `lksearch.query_id` and astroquery, ≤ 40 requests", "catalog", looking_up_stars),
    ("a `BINARY2` of 100,000 stars: ≥ 20 × astropy, ≤ ¼ of its memory", "catalog", votable),
    ("5,000 small files with the memory of 1,000 (≤ 1.2 ×)", "scale", steady),
    ("a cutout at 50 ms: ≥ 10 × astrocut with 8 threads, ≥ 20 × with the frames kept", "cutout", against_astrocut),
    ("… within 1.3 × of a plain client, with its bytes", "cutout", against_plain),
    ("100 stars of a CCD in one run: ≤ 15.1 requests a star, ≤ ¼ of the time of single runs", "cutout", hundred_cutouts),
    ("local reads of FITS ≥ 5 × astropy", "fits", local_fits),
    ("checksum ≥ 1 GB/s per core", "fits", sums),
    ("remote reads of FITS ≥ 5 × astropy and fsspec", "fits", remote_fits),
    ("requests never more than fsspec's", "fits", remote_requests),
    ("start < 10 ms", "start", start),
    ("decode ≥ 300 MB/s, ≤ 0.7 × the JSON in memory", "table", decoding),
    ("join, filter and sort of 500,000 products in < 1 s", "table", joining),
    ("1,000 products looked up at `stat` in < 50 ms", "cache", looking_up),
    ("verify ≥ 80 % of one thread's SHA-256 per core", "cache", verifying),
    ("`import lksearch_rs` ≥ 100 × `import lksearch`", "python", package("import", "ours, import lksearch_rs", 100)),
    ("from Python, 40 light curves cold from S3 at 50 ms: ≥ 25 × lksearch", "python", package("40 light curves cold", "ours, compat", 25)),
    ("… warm: ≥ 100 ×", "python", package("40 light curves warm", "ours, compat", 100)),
    ("100,000 rows to polars and pyarrow: no column of numbers copied", "python", in_place),
    ("columns of 114 MB to numpy ≤ 1.2 × the read in Rust", "python", through_python),
    ("1,100 searches and opens, and 4,400 in 8 threads: memory ≤ 8 MB more", "python", flat),
]


def table(rows):
    """One line for each target; what this run did not measure says so."""
    figures, lines = Figures(rows), ["| target | `cargo xtask bench …` | figure | |", "|---|---|---|---|"]
    for text, group, judge in TARGETS:
        try:
            figure, met = judge(figures)
            verdict = "met" if met else "**not met**"
        except (StopIteration, IndexError, ValueError, TypeError, KeyError, ZeroDivisionError):
            # What a judge looks for is not there.
            figure, verdict = "–", "not in this run"
        lines.append(f"| {text} | `{group}` | {figure} | {verdict} |")
    return "\n".join(lines)
