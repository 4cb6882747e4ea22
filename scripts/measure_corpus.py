#!/usr/bin/env python3
"""Measures the built program on a folder of real payloads.

  scripts/measure_corpus.py FOLDER [--program target/release/waport] [--list KIND]

FOLDER has a subfolder per kind in `payloads/` (onprem_out, onprem_webhook, cloud_out, cloud_webhook, ambiguous, ...),
one JSON document a file, and JSON of other products in `negatives/`. Prints, per kind, how many documents were taken
for the right form and how many have errors; `--list KIND` prints every finding in that kind.
"""
import argparse
import collections
import json
import pathlib
import subprocess
import sys

RIGHT = {
    "onprem_out": {"onprem/message", "onprem/read-receipt"},
    "onprem_webhook": {"onprem/webhook"},
    "onprem_errors": {"onprem/error", "onprem/webhook"},
    "resp_onprem": {"onprem/send-response", "onprem/contacts-check", "onprem/media-upload", "onprem/error", "ambiguous"},
    "cloud_out": {"cloud/message", "cloud/read-receipt"},
    "cloud_webhook": {"cloud/webhook"},
    "resp_cloud": {"cloud/send-response"},
}

arguments = argparse.ArgumentParser()
arguments.add_argument("folder", type=pathlib.Path)
arguments.add_argument("--program", default="target/release/waport")
arguments.add_argument("--list")
given = arguments.parse_args()


def lines(command, folder, *more):
    call = [given.program, command, "--isolated", "--no-gitignore", "-q", "--output-format", "json-lines", *more, str(folder)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    if done.returncode == 2:
        sys.exit(done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


total = agreeing = 0
for kind in sorted(path for path in (given.folder / "payloads").iterdir() if path.is_dir()):
    files = sorted(str(path) for path in kind.rglob("*.json"))
    forms = collections.defaultdict(list)
    for document in lines("forms", kind):
        forms[document["file"]].append(document["form"])
    findings = lines("check", kind)
    errors = [finding for finding in findings if finding["severity"] == "error"]
    sure = [finding for finding in errors if finding["confidence"] == "high"]
    text = f"{kind.name:16} {len(files):4} files"
    right = RIGHT.get(kind.name)
    if right:
        wrong = [file for file in files if not forms[file] or not set(forms[file]) <= right]
        text += f", form right {len(files) - len(wrong):4}"
        if kind.name in ("onprem_out", "onprem_webhook", "cloud_out", "cloud_webhook"):
            total += len(files)
            agreeing += len(files) - len(wrong)
        for file in wrong:
            text += f"\n    {file}: {forms[file] or 'no payload'}"
    with_errors = {finding["file"] for finding in errors}
    print(text)
    print(f"    errors {len(errors)} ({len(sure)} high) in {len(with_errors)} files, other findings {len(findings) - len(errors)}")
    if given.list == kind.name:
        for finding in findings:
            print("   ", finding["file"], finding["severity"], finding["confidence"], finding["rule"], finding["pointer"])
print(f"form right in the four kinds: {agreeing} of {total}, {100 * agreeing / max(total, 1):.1f} %")
negatives = given.folder / "negatives"
if negatives.is_dir():
    print(f"negatives: {len(lines('check', negatives, '--min-confidence', 'low'))} findings")
