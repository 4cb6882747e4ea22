#!/usr/bin/env python3
"""Wraps each payload of a folder in the notations and containers that projects keep payloads in, and holds the findings
against those on the plain file.

  python3 scripts/wrap_corpus.py FOLDER target/release/waport [--seed N] [--rounds N] [--keep DIR] [--translate]

FOLDER has JSON files, one document a file, as scripts/measure_corpus.py takes it. Each is wrapped at random depth: in
JSON, in a JSON string, a Postman collection, a HAR file, and around that in a YAML scalar of each style, a CSV cell, a
Markdown fence, a block quote, a shell command in single or double quotes, a log line, HTML or SQL. The findings must be
the same as on the plain file, and each place must point at the same characters. Prints a line for each wrapper and
every case that differs; ends with status 1 when fewer than 99.5 % are the same. With `--translate` it is the translations
that are compared: that of what a payload is wrapped in must be the translated payload, wrapped. A payload of several lines
is left out where no line can be put: between the single quotes of YAML, in a block quote.
"""
import argparse
import collections
import json
import pathlib
import random
import subprocess
import sys
import tempfile


class Text:
    """A text, kept as one chunk for each character of the payload, with what stands before and after it."""

    def __init__(self, chunks, before="", after=""):
        self.chunks, self.before, self.after = chunks, before, after

    def spelt(self, spell):
        return Text([spell(chunk) for chunk in self.chunks], spell(self.before), spell(self.after))

    def around(self, before, after):
        return Text(self.chunks, before + self.before, self.after + after)

    def text(self):
        return self.before + "".join(self.chunks) + self.after


def json_escape(text):
    return json.dumps(text, ensure_ascii=False)[1:-1]


def in_json_string(inner, random):
    return inner.spelt(json_escape).around('{"id": 7, "payload": "', '", "tries": 2}')


def in_json(inner, random):
    return inner.around('{"name": "a case", "steps": [1, ', "]}")


def in_postman(inner, random):
    before = '{"info": {"name": "x"}, "item": [{"name": "send", "request": {"method": "POST", "body": {"mode": "raw", "raw": "'
    return inner.spelt(json_escape).around(before, '"}}}]}')


def in_har(inner, random):
    before = '{"log": {"version": "1.2", "entries": [{"request": {"postData": {"mimeType": "application/json", "text": "'
    return inner.spelt(json_escape).around(before, '"}}}]}}')


def indented(inner, by):
    return inner.spelt(lambda text: text.replace("\n", "\n" + " " * by))


def in_yaml_block(inner, random):
    return indented(inner, 8).around("interactions:\n  - request:\n      body: |\n        ", "\n  - request: null\n")


def in_yaml_folded(inner, random):
    return indented(inner, 6).around("cases:\n  - name: a\n    body: >-\n      ", "\n")


def in_yaml_single(inner, random):
    # A line break would be folded together with the indentation around it.
    flat = inner.spelt(lambda text: text.replace("'", "''").replace("\n", " "))
    return flat.around("request:\n  uri: https://x.example\n  body: '", "'\n")


def in_yaml_double(inner, random):
    return inner.spelt(json_escape).around('request:\n  - body: "', '"\n    at: 1\n')


def in_csv(inner, random):
    return inner.spelt(lambda text: text.replace('"', '""')).around('id,payload,at\n7,"', '",2026-01-01\n')


def in_fence(inner, random):
    return inner.around("# Send\n\nThe body {of the call}:\n\n```json\n", "\n```\n\nThat is `all`.\n")


def in_quote(inner, random):
    return inner.spelt(lambda text: text.replace("\n", "\n> ")).around("Somebody wrote:\n\n> ", "\n\nWell.\n")


def in_single_quotes(inner, random):
    spelt = inner.spelt(lambda text: text.replace("'", "'\\''"))
    return spelt.around("curl -X POST https://x.example/v1/messages \\\n  -H 'Accept: */*' -d '", "' | jq .\n")


def in_double_quotes(inner, random):
    def spell(text):
        return "".join("\\" + c if c in '"\\$`' else c for c in text)
    return inner.spelt(spell).around('curl -d "', '" "$URL"\n')


def in_log(inner, random):
    return inner.around("2026-01-01T00:00:00Z INFO [7] sending ", " took {3} ms\n")


def in_html(inner, random):
    def spell(text):
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return inner.spelt(spell).around("<h1>Send</h1>\n<pre><code>", "</code></pre>\n")


def in_sql(inner, random):
    return inner.spelt(lambda text: text.replace("'", "''")).around("INSERT INTO outbox VALUES (7, '", "', NULL);\n")


INNER = {"json": in_json, "json string": in_json_string, "postman": in_postman, "har": in_har}
OUTER = {
    "yaml block": (in_yaml_block, "yml"),
    "yaml folded": (in_yaml_folded, "yaml"),
    "yaml single": (in_yaml_single, "yml"),
    "yaml double": (in_yaml_double, "yml"),
    "csv": (in_csv, "csv"),
    "fence": (in_fence, "md"),
    "quote": (in_quote, "md"),
    "single quotes": (in_single_quotes, "sh"),
    "double quotes": (in_double_quotes, "sh"),
    "log": (in_log, "log"),
    "html": (in_html, "html"),
    "sql": (in_sql, "sql"),
    "nothing": (lambda inner, random: inner, "json"),
}


def check(program, folder):
    run = subprocess.run(
        [program, "check", "--isolated", "--output-format", "json-lines", "--min-confidence", "low", "--max-findings", "0", "."],
        cwd=folder, capture_output=True, check=False,
    )
    if run.returncode > 1:
        print(run.stderr.decode()[-2000:])
    found = collections.defaultdict(list)
    for line in run.stdout.splitlines():
        finding = json.loads(line)
        found[finding["file"]].append(finding)
    return found


def translate(program, folder):
    into = folder.with_name(folder.name + "-translated")
    run = subprocess.run(
        [program, "translate", "--isolated", "--no-gitignore", "-q", ".", "--out", into],
        cwd=folder, capture_output=True, check=False,
    )
    if run.returncode > 1:
        print(run.stderr.decode()[-2000:])
    # Without a payload in it a file is passed over.
    def read(path):
        target = into / path.name
        return (target if target.exists() else path).read_bytes().decode()
    return {path.name: read(path) for path in sorted(folder.iterdir())}


def wrapped_in(text, outer, chain, dice):
    wrapped = Text(list(text))
    for name in chain:
        wrapped = INNER[name](wrapped, dice)
    return OUTER[outer][0](wrapped, dice)


def compare_translations(program, root, cases, dice):
    translated_plain, translated = translate(program, root / "plain"), translate(program, root / "wrapped")
    same, total, faults = collections.Counter(), collections.Counter(), []
    for name, (number, outer, chain, _, path) in cases.items():
        if outer in ("yaml single", "quote") and "\n" in translated_plain[f"{number}.json"]:
            continue
        total[outer] += 1
        if translated[name] == wrapped_in(translated_plain[f"{number}.json"], outer, chain, dice).text():
            same[outer] += 1
        else:
            faults.append((name, path.name, chain))
    return same, total, faults


def compare_findings(program, root, cases, plain):
    found_plain, found = check(program, root / "plain"), check(program, root / "wrapped")
    same, total = collections.Counter(), collections.Counter()
    faults = []
    for name, (number, outer, chain, wrapped, path) in cases.items():
        text = plain[number].encode()
        # Where each character of the payload begins and ends in the wrapped text, in bytes.
        begins, at = [], len(wrapped.before.encode())
        for chunk in wrapped.chunks:
            begins.append(at)
            at += len(chunk.encode())
        begins.append(at)
        characters = {}
        offset = 0
        for index, character in enumerate(plain[number]):
            characters[offset] = index
            offset += len(character.encode())
        characters[offset] = len(plain[number])
        expected = sorted(
            key(one, begins[characters[one["span"][0]]], begins[characters[one["span"][1]]])
            for one in found_plain[f"{number}.json"] if one["pointer"] is not None
        )
        got = sorted(key(one, *one["span"]) for one in found[name] if one["pointer"] is not None)
        total[outer] += 1
        if expected == got:
            same[outer] += 1
        else:
            missing = [one for one in expected if one not in got]
            more = [one for one in got if one not in expected]
            faults.append((name, path.name, chain, missing[:2], more[:2]))
    return same, total, faults


def key(finding, start, end):
    return (finding["rule"], finding["severity"], finding["confidence"], finding["pointer"] or "", start, end)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--translate", action="store_true", help="compare translations, not findings")
    args = parser.parse_args()
    dice = random.Random(args.seed)
    program = args.program.resolve()
    with tempfile.TemporaryDirectory() as temporary:
        root = args.keep or pathlib.Path(temporary)
        (root / "plain").mkdir(parents=True, exist_ok=True)
        (root / "wrapped").mkdir(exist_ok=True)
        cases = {}
        sources = sorted(path for path in args.folder.rglob("*.json") if path.is_file())
        plain = {}
        for number, path in enumerate(sources):
            text = path.read_text(encoding="utf-8").strip()
            plain[number] = text
            (root / "plain" / f"{number}.json").write_text(text, encoding="utf-8", newline="")
            for round in range(args.rounds):
                for outer, (_, extension) in OUTER.items():
                    chain = [dice.choice(list(INNER)) for _ in range(dice.choice([0, 0, 1, 2, 3]))]
                    wrapped = wrapped_in(text, outer, chain, dice)
                    name = f"{number}-{round}-{outer.replace(' ', '-')}.{extension}"
                    (root / "wrapped" / name).write_text(wrapped.text(), encoding="utf-8", newline="")
                    cases[name] = (number, outer, chain, wrapped, path)
        if args.translate:
            same, total, faults = compare_translations(program, root, cases, dice)
        else:
            same, total, faults = compare_findings(program, root, cases, plain)
    for outer in OUTER:
        print(f"{outer:14} {same[outer]} of {total[outer]}")
    for fault in faults[:40]:
        print(*fault, sep="\n    ")
    share = sum(same.values()) / max(1, sum(total.values()))
    print(f"the same in {sum(same.values())} of {sum(total.values())}, {100 * share:.2f} %; {len(faults)} differ")
    sys.exit(share < 0.995)


main()
