"""Public generators make clients of the OpenAPI documents, without a warning, and the clients type-check.

usage: .ci/openapi-clients.py TOOLS EXPORTS     (.ci/openapi runs it)

TOOLS is the virtual environment with the generators, and EXPORTS the folder with openapi-SPEC-BODIES.json. What a generator
cannot do stands in openapi-deviations.json; a deviation that is no longer needed is an error, as one that is not listed is.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
METHODS = {"get", "put", "post", "delete", "options"}


def fail(reason):
    sys.exit(f"error: {reason}")


def run(arguments, tools, allowed=(0,)):
    """Runs a command and returns what it says, on either stream."""
    environment = {**os.environ, "PATH": f"{tools / 'bin'}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"}
    done = subprocess.run(arguments, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode not in allowed:
        fail(f"{' '.join(map(str, arguments))}:\n{done.stdout[-4000:]}")
    return done.stdout


def without_warnings(said, generator):
    """Fails if a generator left something out."""
    lines = [line for line in said.splitlines() if re.search(r"warn|error|unsupported|⚠|✘", line, re.IGNORECASE)]
    if lines:
        fail(f"{generator} warns, and nothing explains it:\n" + "\n".join(lines[:20]))


def operations(document):
    return sum(len(METHODS & item.keys()) for item in document["paths"].values())


def media_types(value):
    """The media types of all bodies in a document."""
    if isinstance(value, list):
        return set().union(*map(media_types, value))
    if not isinstance(value, dict):
        return set()
    content = value.get("content")
    here = {name for name in content if "/" in name} if isinstance(content, dict) else set()
    return here.union(*map(media_types, value.values()))


def python(tools, exports, deviations):
    """openapi-python-client, with mypy."""
    bodies = next(entry["options"][1] for entry in deviations if "options" in entry)
    path = exports / f"openapi-3.1-{bodies}.json"
    document = json.loads(path.read_text())
    overrides = {name: entry["as"] for entry in deviations for name in entry.get("media_types", ())}
    unused = overrides.keys() - media_types(document)
    if unused:
        fail(f"no body has the media types {sorted(unused)}; take them out of the deviations")
    configuration = exports / "openapi-python-client.json"
    configuration.write_text(json.dumps({"content_type_overrides": overrides}))
    client = exports / "client"
    generate = [tools / "bin/openapi-python-client", "generate", "--path", path, "--output-path", client]
    said = run([*generate, "--overwrite", "--meta", "none", "--config", configuration], tools)
    without_warnings(said, "openapi-python-client")
    endpoints = [module for module in client.glob("api/*/*.py") if module.name != "__init__.py"]
    if len(endpoints) != operations(document):
        fail(f"openapi-python-client made {len(endpoints)} of {operations(document)} operations")
    checked = run([tools / "bin/mypy", "--no-error-summary", "--cache-dir", exports / "mypy", client], tools, (0, 1))
    excused = [entry for entry in deviations if "file" in entry]
    used = []
    for line in filter(lambda line: ": error: " in line, checked.splitlines()):
        entry = next((it for it in excused if it["file"] in line and line.endswith(f"[{it['code']}]")), None)
        if entry is None:
            fail(f"what openapi-python-client made does not type-check: {line}")
        used.append(entry)
    if any(entry not in used for entry in excused):
        fail("a file type-checks that the deviations excuse; take it out of them")
    print(f"openapi-python-client: {len(endpoints)} operations, which type-check")


def typescript(tools, exports):
    """openapi-typescript, with the compiler of TypeScript."""
    modules, made = tools / "node_modules/.bin", []
    for path in (exports / "openapi-3.1-all.json", exports / "openapi-3.0-json.json"):
        output = path.with_suffix(".ts")
        without_warnings(run([modules / "openapi-typescript", path, "--output", output], tools), "openapi-typescript")
        document = json.loads(path.read_text())
        _, found = output.read_text().split("export interface operations {", 1)
        count = len(re.findall(r"^    \w+: \{$", found, re.MULTILINE))
        if count != operations(document):
            fail(f"openapi-typescript made {count} of {operations(document)} operations of {path.name}")
        made.append(output)
    run([modules / "tsc", "--noEmit", "--strict", *made], tools)
    print(f"openapi-typescript: {count} operations, which type-check")


def main():
    tools, exports = (Path(argument).resolve() for argument in sys.argv[1:])
    deviations = json.loads((HERE / "openapi-deviations.json").read_text())
    python(tools, exports, [entry for entry in deviations if entry["generator"] == "openapi-python-client"])
    typescript(tools, exports)


if __name__ == "__main__":
    main()
