#!/usr/bin/env python3
"""Translates a folder of real payloads and judges the result, with another validator and by properties.

  python3 -m venv TMP/python && TMP/python/bin/pip install jsonschema
  TMP/python/bin/python scripts/validate_translation.py FOLDER target/release/waport [--verbose]

FOLDER has JSON files, one document a file. Files with holes, which stand for what code fills in, are left out. Of each
translated document is asked:

- has it no error left in `waport check` but those that the translation names as left to do by hand?
- does it satisfy the exported schema of its Cloud form in `jsonschema` of PyPI, unless something is left to do?
- is every scalar of the input in the output, or inside of what a finding about the input names?
- does translating it again change nothing?
- is a document in which no payload has On-Premises form the same, byte for byte?
"""
import argparse
import collections
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import jsonschema

HOLES = ("<<", "{{", "${")
IDENTITY = ["--waba-id", "102290129340398", "--phone-number-id", "106540352242922", "--display-phone-number", "15550783881"]

arguments = argparse.ArgumentParser()
arguments.add_argument("folder", type=pathlib.Path)
arguments.add_argument("program", type=pathlib.Path)
arguments.add_argument("--verbose", action="store_true", help="name what is left to do, too")
given = arguments.parse_args()
program = str(given.program.resolve())


def waport(command, *more, cwd):
    done = subprocess.run([program, command, "--isolated", "--no-gitignore", "-q", *more], cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode == 2:
        sys.exit(f"{command}: {done.stderr}")
    return done.stdout


def findings(folder, *more):
    found = collections.defaultdict(list)
    for line in waport("check", ".", "--output-format", "json-lines", *more, cwd=folder).splitlines():
        finding = json.loads(line)
        found[finding["file"]].append(finding)
    return found


def scalars(value, pointer=""):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from scalars(inner, pointer + "/" + key.replace("~", "~0").replace("/", "~1"))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from scalars(inner, f"{pointer}/{position}")
    else:
        yield pointer, json.dumps(value)


def has_holes(value):
    return any(hole in text for _, text in scalars(value) for hole in HOLES)


def at(value, document):
    for number, pointer in enumerate((document or "").split("#")):
        if number:
            value = json.loads(value)
        for step in pointer.split("/")[1:]:
            step = step.replace("~1", "/").replace("~0", "~")
            value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def lost(before, after, found):
    """Scalars of the input that are neither in the output nor named by a finding."""
    have = collections.Counter(text for _, text in scalars(after))
    named = [(finding["document"] or "") + (finding["pointer"] or "") for finding in found if finding["pointer"] is not None]

    def is_named(pointer, text):
        # The type of a message is named with the content of that name.
        content = pointer.removesuffix("/type") + "/" + json.loads(text) if pointer.endswith("/type") else pointer
        return any(name and (name in (pointer, content) or pointer.startswith(name + "/")) for name in named)

    for pointer, text in sorted(scalars(before), key=lambda scalar: is_named(*scalar)):
        if have[text]:
            have[text] -= 1
        elif not is_named(pointer, text):
            yield pointer, text


faults, left, counted = [], collections.Counter(), collections.Counter()
with tempfile.TemporaryDirectory() as room:
    room = pathlib.Path(room)
    before, after, again, schemas = (room / name for name in ("before", "after", "again", "schemas"))
    for path in sorted(given.folder.rglob("*.json")):
        if not has_holes(json.loads(path.read_text())):
            target = before / path.relative_to(given.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    waport("translate", ".", "--out", str(after), "--report", str(room / "report.json"), *IDENTITY, cwd=before)
    waport("translate", ".", "--out", str(again), *IDENTITY, cwd=after)
    subprocess.run([program, "schema", "export", "--out", schemas], check=True, stdout=subprocess.DEVNULL)
    exported = {path.stem.replace("-", "/", 1): json.loads(path.read_text()) for path in schemas.iterdir()}
    report = json.loads((room / "report.json").read_text())
    manual = collections.defaultdict(set)
    for item in report["items"]:
        if item["item"] == "manual":
            manual[item["file"]].add((item["rule"], item["pointer"], item["line"]))
    forms = {side: collections.defaultdict(list) for side in (before, after)}
    for side in forms:
        for line in waport("forms", ".", "--output-format", "json-lines", cwd=side).splitlines():
            form = json.loads(line)
            forms[side][form["file"]].append(form)
    found, remaining = findings(before, "--min-confidence", "low"), findings(after)
    for path in sorted(before.rglob("*.json")):
        name = path.relative_to(before).as_posix()
        old, new = path.read_bytes(), (after / name).read_bytes()
        counted["documents"] += 1
        if (again / name).read_bytes() != new:
            faults.append((name, "translated again it is another"))
        if not any(form["form"].startswith("onprem") for form in forms[before][name]):
            counted["of no On-Premises form"] += 1
            if old != new:
                faults.append((name, "changed, though nothing in it has On-Premises form"))
            continue
        counted["changed"] += old != new
        counted["with something left to do"] += bool(manual[name])
        for finding in remaining[name]:
            place = (finding["rule"], finding["pointer"], finding["line"])
            if place in manual[name]:
                left[finding["rule"]] += 1
                if given.verbose:
                    print("left", name, finding["rule"], finding["pointer"], (finding["fix"] or {}).get("title"), finding["message"][:90])
            elif finding["severity"] == "error":
                faults.append((name, f"{finding['rule']} at {finding['pointer']}: {finding['message']}"))
        value = json.loads(new)
        for form in forms[after][name]:
            schema = exported.get(form["form"])
            if schema is None or form["form"].startswith("onprem"):
                counted["documents left in On-Premises form"] += 1
                if not manual[name]:
                    faults.append((name, f"is {form['form']} still"))
                continue
            if form["form"] == "cloud/webhook" and "entry" not in at(value, form["document"]):
                continue
            errors = list(jsonschema.Draft202012Validator(schema).iter_errors(at(value, form["document"])))
            counted["valid by their Cloud schema"] += not errors
            if errors and not manual[name]:
                faults.append((name, f"{form['form']}: {errors[0].json_path}: {errors[0].message[:120]}"))
        for pointer, text in lost(json.loads(old), value, found[name]):
            faults.append((name, f"lost: {text[:60]} at {pointer}"))

for what, count in counted.items():
    print(f"{count:6} {what}")
print("left to do by hand:", dict(left.most_common()))
print(f"{len(faults)} faults")
for name, fault in faults:
    print(f"  {name}: {fault}")
sys.exit(1 if faults else 0)
