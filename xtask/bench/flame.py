"""Stacks of calls folded to one line each, and drawn: every function is as wide as the time it and what it calls take."""

import html
import re
import zlib
from collections import Counter

# Pixels; what is narrower than a hair is left out, and so is what lies deeper.
WIDTH, LINE, HAIR, DEEPEST = 1200, 15, 4, 60


def folded(text):
    """Samples for each stack, outermost first, from what `perf script -F comm,ip,sym` prints."""
    stacks = Counter()
    for sample in re.split(r"\n\s*\n", text.strip()):
        name, *frames = sample.splitlines()
        calls = [plain(frame.split(None, 1)[-1]) for frame in reversed(frames)]
        stacks[";".join([name.strip(), *(call for call in calls if call != "[unknown]")])] += 1
    return stacks


def plain(name):
    """A function without its types: `<A as B>::f::<C>` is `A::f`."""
    before = None
    while name != before:
        before = name
        name = re.sub(r"(?<=\w)(::)?<[^<>]*>", "", name)
        name = re.sub(r"(?<![\w:])<([^<>]*?)( as [^<>]*)?>", r"\1", name)
    return name.replace(";", ":")


def drawn(stacks, title):
    total = sum(stacks.values())
    # Each stack is put beside the one before it, and shares the boxes of the calls that both begin with.
    boxes, num_lines = Counter(), 0
    for stack, n in sorted(stacks.items()):
        calls = stack.split(";")[:DEEPEST]
        for depth in range(len(calls)):
            boxes[depth, ";".join(calls[: depth + 1])] += n
    out, begins = [], {}
    for (depth, path), n in sorted(boxes.items()):
        above = path.rpartition(";")[0]
        x = begins.get((depth, above), begins.get(above, 0))
        begins[depth, above], begins[path] = x + n, x
        width = n / total * WIDTH
        if width < HAIR:
            continue
        num_lines = max(num_lines, depth + 1)
        name = path.rpartition(";")[2]
        room = int(width / 6.2)
        short = name if len(name) <= room else "::".join(name.split("::")[-2:])
        shown = html.escape(short[:room]) if room > 3 else ""
        left, top, colour = x / total * WIDTH, (depth + 2) * LINE, f"hsl({zlib.crc32(name.encode()) % 50},80%,65%)"
        box = f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{LINE - 1}" fill="{colour}">'
        out.append(f"{box}<title>{html.escape(name[:120])}, {n / total:.1%}</title></rect>")
        out += [f'<text x="{left + 2:.1f}" y="{top + 11}">{shown}</text>'] if shown else []
    height = (num_lines + 2) * LINE
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="monospace" font-size="10">'
    heading = f'<text x="4" y="14" font-size="13">{html.escape(title)}: {total} samples</text>'
    return "\n".join([head, '<rect width="100%" height="100%" fill="white"/>', heading, *out, "</svg>", ""])
