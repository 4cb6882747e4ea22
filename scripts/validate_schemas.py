#!/usr/bin/env python3
"""Holds the exported schemas against two other validators, over a folder of real payloads.

  python3 -m venv TMP/python && TMP/python/bin/pip install jsonschema
  npm install --prefix TMP/node ajv
  TMP/python/bin/python scripts/validate_schemas.py FOLDER target/debug/waport --node TMP/node [--all]

FOLDER has JSON files, one document a file, as scripts/measure_corpus.py takes it. The program exports its schemas and
says what each document is; every payload without holes is then judged by the schema that the program itself judges it
by, with `jsonschema` of PyPI and `ajv` of npm, and the verdicts are compared with what `waport check` finds about its
shape. A place that a rule of its own has claimed counts as the same verdict: such a rule says better what the schema
says as well. So do soft limits and counts over several arrays, which waport finds and no schema says. Payloads of
On-Premises form are judged by their own schemas, too, where both validators must agree.
"""
import argparse
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

import jsonschema

GENERIC = {"missing-property", "wrong-type", "invalid-value", "text-length", "item-count", "unknown-property"}
HOLES = ("<<", "{{", "${")

AJV = """
const Ajv = require("ajv/dist/2020");
const { schemas, cases } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
const compiled = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, ajv.compile(schema)]));
const judge = ([name, value]) => {
  if (compiled[name](value)) return [];
  const leaves = compiled[name].errors.filter((error) => error.keyword !== "if");
  const place = ({ instancePath, params: { missingProperty, additionalProperty } }) =>
    instancePath + (missingProperty ?? additionalProperty ? "/" + (missingProperty ?? additionalProperty) : "");
  return leaves.map((error) => [place(error), error.keyword, error.message]);
};
console.log(JSON.stringify(cases.map(judge)));
"""

arguments = argparse.ArgumentParser()
arguments.add_argument("folder", type=pathlib.Path)
arguments.add_argument("program")
arguments.add_argument("--node", required=True, help="the folder that ajv was installed in")
arguments.add_argument("--all", action="store_true", help="print every difference, not the first of each kind")
given = arguments.parse_args()


def lines(command, *more):
    call = [given.program, command, "--isolated", "--no-gitignore", "-q", "--output-format", "json-lines", *more]
    done = subprocess.run([*call, str(given.folder)], capture_output=True, text=True, check=False)
    if done.returncode == 2:
        sys.exit(done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def export(folder):
    subprocess.run([given.program, "schema", "export", "--out", folder], check=True, stdout=subprocess.DEVNULL)
    return {path.stem.replace("-", "/", 1): json.loads(path.read_text()) for path in pathlib.Path(folder).iterdir()}


def at(value, document):
    """What a document pointer names; `#` steps into a string."""
    for number, pointer in enumerate(document.split("#")):
        if number:
            value = json.loads(value)
        for step in pointer.split("/")[1:]:
            step = step.replace("~1", "/").replace("~0", "~")
            value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def has_holes(value):
    if isinstance(value, dict):
        return any(has_holes(one) for pair in value.items() for one in pair)
    if isinstance(value, list):
        return any(map(has_holes, value))
    return isinstance(value, str) and any(hole in value for hole in HOLES)


def schema_of(form, value):
    """The name of the schema that the program judges a payload by; None where it judges no shape."""
    api, _, kind = form.partition("/")
    if form == "ambiguous":
        return "cloud/message" if not {"messages", "statuses", "entry", "object", "errors"} & set(value) else None
    if kind in ("contacts-check", "sticker-pack", "media-upload"):
        return None
    if kind == "webhook":
        if api == "onprem":
            return "cloud/webhook#value"
        if "entry" in value or "object" in value:
            return "cloud/webhook"
        return "cloud/webhook#" + ("entry" if "changes" in value else "change" if "value" in value else "value")
    if kind == "message":
        return "cloud/message"
    return None if api == "onprem" else form


def part(schemas, name):
    file, _, definition = name.partition("#")
    if not definition:
        return schemas[file]
    return {"$schema": schemas[file]["$schema"], "$ref": f"#/$defs/{definition}", "$defs": schemas[file]["$defs"]}


def leaves(error):
    """The errors that an error consists of, each as place, keyword and text; members that lack or are too much are
    places of their own."""
    if error.context and error.validator not in ("anyOf", "oneOf"):
        for inner in error.context:
            yield from leaves(inner)
        return
    path = "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in error.absolute_path)
    members = [None]
    if error.validator == "required":
        members = [error.message.split("'")[1]]
    elif error.validator == "additionalProperties":
        members = sorted(set(error.instance) - set(error.schema.get("properties", ())))
    for member in members:
        yield [path if member is None else f"{path}/{member}", error.validator, error.message[:120]]


def is_claimed(place, keyword, own):
    """Whether a rule speaks of the place, of what holds it, or of the object that lacks it."""
    for finding in own:
        claim, rule = finding["pointer"], finding["rule"]
        inside = claim and place.startswith(claim + "/")
        lacking = keyword == "required" and place.rpartition("/")[0] == claim and rule.startswith(("missing", "excl"))
        # Without its type a message is judged by what it holds, which a schema cannot say; and the legacy template
        # object has a type of its own.
        root = rule == "missing-type" or (rule == "hsm-message" and place == "/type")
        if place == claim or inside or lacking or root:
            return True
    return False


def is_beyond(finding):
    """Whether a finding is of a soft limit, which is a warning and not exported, or of a count over several arrays."""
    soft = finding["rule"] in ("text-length", "item-count") and finding["severity"] == "warning"
    return soft or (finding["rule"] == "item-count" and finding["pointer"].endswith("/sections"))


with tempfile.TemporaryDirectory() as folder:
    schemas = export(folder)
for schema in schemas.values():
    jsonschema.Draft202012Validator.check_schema(schema)

findings = collections.defaultdict(list)
for finding in lines("check", "--min-confidence", "low"):
    if finding["document"] is not None and finding["pointer"] is not None:
        findings[finding["file"], finding["document"]].append(finding)

skipped = collections.Counter()
cases, seen = [], []
for found in lines("forms"):
    file, document, form = found["file"], found["document"], found["form"]
    try:
        value = at(json.loads(pathlib.Path(file).read_text()), document)
    except (ValueError, KeyError, TypeError):
        skipped["not strict JSON"] += 1
        continue
    if has_holes(value):
        skipped["with holes"] += 1
        continue
    own = findings[file, document]
    name = None if any("calls endpoint" in why for why in found["evidence"]) else schema_of(form, value)
    if name is None:
        skipped[f"{form}, whose shape the program does not judge"] += 1
    else:
        cases.append((name, value))
        seen.append((file, document, form, own))
    if form.startswith("onprem/") and form in schemas:
        cases.append((form, value))
        seen.append((file, document, form, None))

named = {name: part(schemas, name) for name, _ in cases}
validators = {name: jsonschema.Draft202012Validator(schema) for name, schema in named.items()}
by_jsonschema = [
    [leaf for error in validators[name].iter_errors(value) for leaf in leaves(error)] for name, value in cases
]
node = subprocess.run(
    ["node", "-e", AJV],
    cwd=given.node,
    input=json.dumps({"schemas": named, "cases": cases}),
    capture_output=True,
    text=True,
    check=False,
)
if node.returncode:
    sys.exit(node.stderr)
by_ajv = json.loads(node.stdout)

counts = {"jsonschema": collections.Counter(), "ajv": collections.Counter()}
between, own_schema, places = collections.Counter(), collections.Counter(), collections.Counter()
differences = collections.defaultdict(list)
for (name, _), (file, document, form, own), first, second in zip(cases, seen, by_jsonschema, by_ajv):
    where = f"{file}#{document}"
    agree = {place for place, *_ in first} == {place for place, *_ in second}
    between["same places" if agree else "same verdict" if bool(first) == bool(second) else "differ"] += 1
    if bool(first) != bool(second):
        differences["jsonschema and ajv"].append(f"{where}\n      {first}\n      {second}")
    if own is None:
        own_schema[form, "not valid" if first else "valid"] += 1
        if first:
            differences[f"not valid by its own schema, {form}"].append(f"{where}\n      {first}")
        continue
    generic = [it for it in own if it["rule"] in GENERIC and it["severity"] != "note"]
    special = [it for it in own if it["rule"] not in GENERIC]
    if form == "ambiguous":
        # The arguments of a call that adds the rest: nothing is said of the root.
        first, second = ([error for error in errors if error[0].count("/") > 1] for errors in (first, second))
    for validator, errors in (("jsonschema", first), ("ajv", second)):
        if bool(generic) == bool(errors):
            verdict = "same, not valid" if errors else "same, valid"
            places[validator] += all(is_claimed(place, keyword, own) for place, keyword, _ in errors)
        elif not errors and all(map(is_beyond, generic)):
            verdict = "not valid for what no schema says"
        elif errors and all(is_claimed(place, keyword, special) for place, keyword, _ in errors):
            verdict = "same, by a rule of its own"
        else:
            verdict = "differs"
            said = [f"{it['pointer']}: {it['rule']} ({it['severity']}, {it['confidence']})" for it in own]
            differences[f"waport and {validator}, {name}"].append(f"{where}\n      {said}\n      {errors}")
        counts[validator][verdict] += 1

print(f"{len(schemas)} schemas, valid by the meta-schema: {', '.join(sorted(schemas))}")
judged = sum(1 for *_, own in seen if own is not None)
print(f"{judged} payloads judged; left out: {dict(skipped)}")
for validator, verdicts in counts.items():
    same = sum(count for verdict, count in verdicts.items() if verdict != "differs")
    print(f"waport and {validator}: {same} of {judged} the same {dict(verdicts)}")
    print(f"    every place that {validator} names is one that waport names: {places[validator]}")
print(f"jsonschema and ajv over {len(cases)} cases: {dict(between)}")
for (form, verdict), count in sorted(own_schema.items()):
    print(f"{form} by its own schema: {verdict} {count}")
for kind, some in differences.items():
    print(f"{kind}: {len(some)}")
    for line in some if given.all else some[:5]:
        print("   ", line)
sys.exit(1 if any(verdicts["differs"] for verdicts in counts.values()) or between["differ"] else 0)
