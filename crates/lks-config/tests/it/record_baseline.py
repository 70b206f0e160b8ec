"""Records what the Python package makes of a settings file: `python record_baseline.py > python_baseline.json`.

Needs `pip install lksearch==1.2.1`. Every case runs in a process and a home directory of its own.
"""

import json
import os
import subprocess
import sys
import tempfile

READ = """
import json, lksearch
values = {}
for key in lksearch.conf:
    try:
        values[key] = getattr(lksearch.conf, key)
    except Exception as error:
        values[key] = {"error": type(error).__name__}
print("RESULT" + json.dumps(values))
"""
TEMPLATE = """
from lksearch import config
config.create_config_file(overwrite=True)
print("RESULT" + __import__("json").dumps(open(config.get_config_file()).read()))
"""


def run(code, text=None):
    with tempfile.TemporaryDirectory() as home:
        if text is not None:
            os.makedirs(home + "/.lksearch/config")
            with open(home + "/.lksearch/config/lksearch.cfg", "w") as file:
                file.write(text)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("XDG")}
        result = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code],
            env=environment | {"HOME": home},
            cwd=home,
            capture_output=True,
            text=True,
        )
    for line in result.stdout.splitlines():
        if line.startswith("RESULT"):
            return json.loads(line[6:])
    return {"error": result.stderr.strip().splitlines()[-1].split(":")[0].split(".")[-1]}


template = run(TEMPLATE)
lines = template.splitlines(keepends=True)
settings = [n for n, line in enumerate(lines) if line.startswith("# ")]
texts = [template]
for n in settings:
    texts.append("".join(line[2:] if i == n else line for i, line in enumerate(lines)))
texts.append("".join(line[2:] if i in settings else line for i, line in enumerate(lines)))
for key in ["CLOUD_ONLY", "PREFER_CLOUD", "DOWNLOAD_CLOUD", "CHECK_CACHED_FILE_SIZES"]:
    texts += [f"{key} = {word}\n" for word in ["True", "False", "true", "FALSE", "yes", "no", "on", "off", "1", "0"]]
    texts += [f'{key} = "True"\n', f"  {key}=False # why\n", f"'{key}' = False\n", f"{key} =\n", f"{key} = maybe\n"]
    texts += [f"{key} = True, False\n", f"{key} = None\n", f"{key.lower()} = {key == 'CLOUD_ONLY'}\n"]
    texts += [f"{key} = True\n{key} = False\n", f"[config]\n{key} = {key == 'CLOUD_ONLY'}\n", f"{key} True\n"]
extra = "search_result_display_extra_columns"
for value in ["a, b,", "a, b", "a,", "a", ",", "", "[]", "['a', 'b']", '"a,b", \'c\'  # why', "a b, c#d", "None"]:
    texts.append(f"{extra} = {value}\n")
for value in ["/data/top", "/x y  ", "/x#y", '"/x#y" # why', "'/x y'", "None", "", "/a,b", "'''/t'''", "0123", "/data/0123"]:
    texts += [f"[config]\ncache_dir = {value}\n", f"cache_dir = {value}\n"]
texts += ["", "\n# only talk\n", "\ufeffCLOUD_ONLY = True\n", "CLOUD_ONLY = True\r\nPREFER_CLOUD = False\r\n"]
texts += ["CLOUD_ONLY = True\n[other]\nx = 1\n[config]\ncache_dir = /c\n", "unknown = 3\nCLOUD_ONLY = True\n"]
texts += ["CLOUD_ONLY = True\n[config]\n[[deeper]]\ncache_dir = /c\n", "[config] # why\ncache_dir = /c\n"]
texts += ["[ config ]\ncache_dir = /c\n", "[config]\ncache_dir = '''/one\ntwo'''\n"]
cases = [{"text": text, "python": run(READ, text)} for text in texts]
json.dump(cases, sys.stdout, indent=1)
print()
