#!/usr/bin/env python3
"""Holds SARIF reports against the published schema of SARIF 2.1.0.

  python3 -m venv TMP/python && TMP/python/bin/pip install 'jsonschema[format]'
  TMP/python/bin/python scripts/validate_sarif.py SCHEMA target/debug/waport PATH...

SCHEMA is the file `sarif-schema-2.1.0.json`, which OASIS publishes at docs.oasis-open.org; it is not part of this
repository. Packages that read SARIF carry it, too: the crate `serde-sarif` as `src/schema.json`.

The program checks each PATH, once as it is and once with a file that cannot be read beside it, and writes a report;
what the schema has against it is printed. Beyond the schema, each result has to refer to its own rule, each place has
to be one in its file, and each fix has to change bytes of that file.
"""
import argparse
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.parse

import jsonschema

arguments = argparse.ArgumentParser()
arguments.add_argument("schema", type=pathlib.Path)
arguments.add_argument("program")
arguments.add_argument("paths", nargs="+")
given = arguments.parse_args()

schema = json.loads(given.schema.read_text())
kind = jsonschema.validators.validator_for(schema)
validator = kind(schema, format_checker=kind.FORMAT_CHECKER)


def report(*paths):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "report.sarif")
        options = ["-q", "--isolated", "--min-confidence", "low", "--output-format", f"sarif:{file}"]
        done = subprocess.run([given.program, "check", *options, *paths], capture_output=True, text=True, check=False)
        if not file.exists():
            sys.exit(done.stderr)
        return json.loads(file.read_text())


def beyond(run):
    """What the schema cannot say."""
    rules = run["tool"]["driver"]["rules"]
    sources = {}

    def source(artifact):
        name = urllib.parse.unquote(artifact["uri"].removeprefix("file://"))
        if name not in sources:
            path = pathlib.Path(name)
            sources[name] = path.read_bytes() if path.is_file() else None
            # Places are those of the unpacked text.
            if sources[name] and path.suffix == ".gz":
                sources[name] = gzip.decompress(sources[name])
        return sources[name]

    for result in run["results"]:
        rule = result["ruleId"]
        if rules[result["ruleIndex"]]["id"] != rule:
            yield f"{rule}: its index is that of another rule"
        place = result["locations"][0]["physicalLocation"]
        regions = [(place["artifactLocation"], place["region"])]
        for fix in result.get("fixes", []):
            for change in fix["artifactChanges"]:
                regions += [(change["artifactLocation"], one["deletedRegion"]) for one in change["replacements"]]
        for artifact, region in regions:
            text = source(artifact)
            if text is None:
                if rule != "unreadable":
                    yield f"{rule}: there is no file {artifact['uri']}"
                continue
            start = region["byteOffset"]
            if start + region["byteLength"] > len(text):
                yield f"{rule}: {region} is outside of {artifact['uri']}"
            elif "startLine" in region:
                before = text[:start].decode(errors="replace")
                line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
                if (line, column) != (region["startLine"], region["startColumn"]):
                    yield f"{rule}: {region} of {artifact['uri']} begins at {line}:{column}"


faults = 0
for path in given.paths:
    for paths in [[path], [path, "no such file.json"]]:
        sarif = report(*paths)
        found = [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(sarif)]
        found += [fault for run in sarif["runs"] for fault in beyond(run)]
        results = sum(len(run["results"]) for run in sarif["runs"])
        print(f"{' and '.join(paths)}: {results} results, {len(found)} faults")
        for fault in found[:20]:
            print("  " + fault)
        faults += len(found)
sys.exit(1 if faults else 0)
