//! An invented project: files of code in ten languages, of which a few are about WhatsApp.

use std::fs;
use std::path::Path;

/// Extensions, and what files of them are made of: what stands at their beginning, what is repeated, and how they end.
const LANGUAGES: [(&str, &str, &str, &str); 10] = [
    (
        "py",
        "import json\nimport logging\n\nfrom .base import Service\n\nlogger = logging.getLogger(__name__)\n\n\n",
        "class A0Service(Service):\n    \"\"\"Keeps each a0 of a customer, with its a1 and a2.\"\"\"\n\n    def load_a1(self, key, limit=N0):\n        \
         rows = self.store.find({\"a0\": key, \"state\": \"a2\"}, limit=limit)\n        if not rows:\n            logger.info(\"no a1 for %s\", key)\n            \
         return None\n        return [self.to_a2(row[\"a1\"], row.get(\"amount\", N1)) for row in rows]\n\n    def to_a2(self, value, amount):\n        # The a1 \
         may be empty when the a0 was removed.\n        return {\"a2\": value.strip().lower(), \"total\": amount * N0, \"message\": f\"a1 of {value}\"}\n\n\n",
        "",
    ),
    (
        "js",
        "'use strict';\n\nconst express = require('express');\nconst { Store } = require('./store');\n\nconst router = express.Router();\n\n",
        "// Answers with the a0 of an account, or with what keeps it from being shown.\nrouter.get('/a0/:id/a1', async (request, response) => {\n  const { id } = \
         request.params;\n  const found = await Store.find({ a0: id, limit: N0 });\n  if (!found) {\n    return response.status(404).json({ error: 'no a1 here', code: \
         N1 });\n  }\n  const a2 = found.map((item) => ({ name: item.a1, total: item.amount * N0, open: item.state === 'a2' }));\n  return response.json({ a2, \
         count: a2.length });\n});\n\n",
        "module.exports = router;\n",
    ),
    (
        "ts",
        "import { Injectable } from '@nestjs/common';\nimport { Store } from '../store';\n\n",
        "export interface A0Row {\n  id: string;\n  a1: string;\n  amount: number;\n  state?: 'open' | 'a2';\n}\n\n@Injectable()\nexport class A0Service {\n  \
         constructor(private readonly store: Store) {}\n\n  async loadA1(id: string, limit = N0): Promise<A0Row[]> {\n    const rows = await \
         this.store.query<A0Row>('a1', { id, limit });\n    if (rows.length === 0) {\n      throw new Error(`no a1 for ${id}`);\n    }\n    return \
         rows.filter((row) => row.amount > N1).map((row) => ({ ...row, a1: row.a1.trim() }));\n  }\n}\n\n",
        "",
    ),
    (
        "java",
        "package net.example.app;\n\nimport java.util.List;\nimport java.util.Map;\nimport java.util.stream.Collectors;\n\npublic class Ledger {\n",
        "    /** Looks up each a0 that has an a1, newest first. */\n    public List<Map<String, Object>> findA0(String key, int limit) {\n        if (key == null \
         || key.isEmpty()) {\n            throw new IllegalArgumentException(\"a1 is missing\");\n        }\n        List<Row> rows = \
         repository.findByA1AndState(key, \"a2\", Math.min(limit, N0));\n        return rows.stream()\n                .filter(row -> row.getAmount() > N1)\n                \
         .map(row -> Map.<String, Object>of(\"a0\", row.getA0(), \"a1\", row.getA1()))\n                .collect(Collectors.toList());\n    }\n\n",
        "}\n",
    ),
    (
        "go",
        "package ledger\n\nimport (\n\t\"context\"\n\t\"encoding/json\"\n\t\"fmt\"\n\t\"net/http\"\n)\n\n",
        "// A0Row is a row of a1 as the store keeps it.\ntype A0Row struct {\n\tID     string `json:\"id\"`\n\tA1     string `json:\"a1\"`\n\tAmount int    \
         `json:\"amount,omitempty\"`\n}\n\n// LoadA0 returns at most N0 rows of an a2.\nfunc LoadA0(ctx context.Context, store Store, key string) ([]A0Row, error) \
         {\n\trows, err := store.Query(ctx, \"a1\", key, N0)\n\tif err != nil {\n\t\treturn nil, fmt.Errorf(\"a0 %q: %w\", key, err)\n\t}\n\tout := \
         make([]A0Row, 0, len(rows))\n\tfor _, row := range rows {\n\t\tif row.Amount > N1 {\n\t\t\tout = append(out, A0Row{ID: row.ID, A1: row.Name})\n\t\t}\n\t}\n\treturn out, nil\n}\n\n",
        "var _ = json.Valid\nvar _ = http.MethodGet\n",
    ),
    (
        "php",
        "<?php\n\nnamespace App\\Services;\n\nuse App\\Models\\Row;\nuse Illuminate\\Support\\Facades\\Log;\n\nclass Ledger\n{\n",
        "    /** Gives back each a0 of an a1 that is not yet an a2. */\n    public function findA0(string $key, int $limit = N0): array\n    {\n        $rows = \
         Row::where('a1', $key)->where('state', 'a2')->limit($limit)->get();\n        if ($rows->isEmpty()) {\n            Log::info(\"no a0 for {$key}\", ['limit' \
         => $limit]);\n            return [];\n        }\n        return $rows->map(fn ($row) => ['a0' => $row->a0, 'total' => $row->amount * N1, 'note' => \
         trim($row->a1)])->all();\n    }\n\n",
        "}\n",
    ),
    (
        "rb",
        "# frozen_string_literal: true\n\nrequire \"json\"\n\nmodule Ledger\n",
        "  # Keeps the a0 of each account, with its a1.\n  class A0Report\n    LIMIT = N0\n\n    def initialize(store)\n      @store = store\n    end\n\n    def \
         rows(key)\n      found = @store.where(a1: key, state: \"a2\").limit(LIMIT)\n      return [] if found.empty?\n\n      found.map { |row| { a0: row[:a0], \
         total: row[:amount] * N1, label: \"a2 of #{row[:name]}\" } }\n    end\n  end\n\n",
        "end\n",
    ),
    (
        "kt",
        "package net.example.app\n\nimport kotlinx.coroutines.flow.Flow\n\n",
        "data class A0Row(val id: String, val a1: String, val amount: Int = N0)\n\n/** Loads the a1 of an a0, at most N0 of them. */\nclass A0Repository(private \
         val store: Store) {\n    suspend fun load(key: String): List<A0Row> {\n        val rows = store.query(\"a1\", key) ?: return emptyList()\n        return \
         rows.filter { it.amount > N1 }.map { row -> A0Row(row.id, row.name.trim(), row.amount) }\n    }\n\n    fun label(row: A0Row): String = \"a2 of \
         ${row.a1}: ${row.amount}\"\n}\n\n",
        "",
    ),
    (
        "cs",
        "using System;\nusing System.Collections.Generic;\nusing System.Linq;\nusing System.Threading.Tasks;\n\nnamespace Example.Ledger\n{\n",
        "    /// <summary>Looks up each a0 of an a1.</summary>\n    public class A0Service\n    {\n        private readonly IStore store;\n\n        public \
         A0Service(IStore store) => this.store = store;\n\n        public async Task<List<A0Row>> LoadA1Async(string key, int limit = N0)\n        {\n            \
         var rows = await store.QueryAsync(\"a1\", key, limit);\n            if (rows.Count == 0)\n            {\n                throw new \
         InvalidOperationException($\"no a0 for {key}\");\n            }\n            return rows.Where(row => row.Amount > N1).Select(row => new A0Row { Id = \
         row.Id, Name = row.Name.Trim() }).ToList();\n        }\n    }\n\n",
        "}\n",
    ),
    (
        "ex",
        "defmodule Ledger.Rows do\n  @moduledoc \"Rows of the ledger.\"\n\n  require Logger\n\n",
        "  @doc \"The a0 of an a1, at most N0 of them.\"\n  def load_a0(store, key, limit \\\\ N0) do\n    case Store.query(store, \"a1\", key, limit) do\n      {:ok, \
         rows} ->\n        rows\n        |> Enum.filter(fn row -> row.amount > N1 end)\n        |> Enum.map(fn row -> %{a0: row.id, total: row.amount, label: \"a2 \
         of #{row.name}\"} end)\n\n      {:error, reason} ->\n        Logger.info(\"no a1: #{inspect(reason)}\")\n        []\n    end\n  end\n\n",
        "end\n",
    ),
];

/// Words that names are made of.
const WORDS: [&str; 40] = [
    "invoice",
    "order",
    "ticket",
    "basket",
    "parcel",
    "voucher",
    "tariff",
    "meter",
    "booking",
    "supplier",
    "branch",
    "employee",
    "product",
    "category",
    "discount",
    "warehouse",
    "shelf",
    "driver",
    "route",
    "address",
    "payment",
    "refund",
    "currency",
    "report",
    "schedule",
    "reminder",
    "message",
    "comment",
    "picture",
    "document",
    "contract",
    "signature",
    "customer",
    "region",
    "language",
    "template",
    "status",
    "event",
    "window",
    "counter",
];

/// A file about WhatsApp, with payloads of On-Premises form.
const OURS: &str = "import requests\n\n\ndef remind(session, number, text):\n    body = {\"to\": number, \"type\": \"text\", \"recipient_type\": \
                    \"individual\", \"preview_url\": True, \"text\": {\"body\": text}}\n    return session.post(\"https://wa.example.com/v1/messages\", json=body)\n";

/// Numbers that look like chance and are the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % most
    }

    fn word(&mut self) -> &'static str {
        WORDS[self.below(WORDS.len())]
    }
}

/// Writes a project of so many files, of 2 to 20 KB each, below a folder; says how many bytes it has. One of 125 files is about WhatsApp.
pub fn write(folder: &Path, files: usize) -> usize {
    let mut chance = Chance(7);
    let mut bytes = 0;
    for number in 0..files {
        let (extension, text) = if number % 125 == 60 { ("py", OURS.to_owned()) } else { file(&mut chance) };
        let package =
            folder.join(format!("{}/{}{}", WORDS[number / 400 % WORDS.len()], WORDS[number / 20 % 20], number / 8000));
        fs::create_dir_all(&package).expect("a folder");
        fs::write(package.join(format!("{}_{number}.{extension}", chance.word())), &text).expect("a file");
        bytes += text.len();
    }
    bytes
}

fn file(chance: &mut Chance) -> (&'static str, String) {
    let (extension, begin, repeated, end) = LANGUAGES[chance.below(LANGUAGES.len())];
    let size = 2_000 + chance.below(10_000) + chance.below(8_000);
    let mut text = begin.to_owned();
    while text.len() + repeated.len() < size {
        let words = [chance.word(), chance.word(), chance.word()];
        let mut part = repeated.to_owned();
        for (name, word) in ["a0", "a1", "a2"].iter().zip(words) {
            let capital = format!("{}{}", word[..1].to_uppercase(), &word[1..]);
            part = part.replace(&name.to_uppercase(), &capital).replace(name, word);
        }
        for name in ["N0", "N1"] {
            part = part.replace(name, &(1 + chance.below(900)).to_string());
        }
        text.push_str(&part);
    }
    text.push_str(end);
    (extension, text)
}
