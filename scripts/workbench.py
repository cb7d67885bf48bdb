#!/usr/bin/env python3
"""Measures how requests to write are carried out, on a public set of CRM requests whose changes are known.

    scripts/workbench.py DIR [--lexi target/demo/lexi] [--only TEXT] [--keep] [--verbose]

DIR holds `customers.csv` and `questions_dev.csv` (WorkBench, arXiv 2405.00823). The customers are imported as contacts,
their owners become users. Each request is asked of a server on a fresh copy of that database with the built-in model;
every task that comes of it is approved; then all contacts are compared with what they were. The difference must be
exactly the changes that the set lists. The exit status is 1 when anything else was changed.
"""

import argparse
import ast
import contextlib
import csv
import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

WORKSPACE = "Workbench"
START_S = 30


class Lexi:
    """The program, on one database."""

    def __init__(self, program, database):
        self.program, self.database = program, f"sqlite:{database}"

    def run(self, *arguments):
        command = [self.program, *arguments, "--database", self.database]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout


class Server:
    """A running server; it ends with its block."""

    def __init__(self, program, database, key):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.command = [program, "serve", "--database", f"sqlite:{database}", "--listen", f"127.0.0.1:{self.port}"]
        self.key = key

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + START_S
        while time.monotonic() < end and self.process.poll() is None:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=1).read()
                return self
            except OSError:
                time.sleep(0.05)
        sys.exit("the server did not start")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=30)

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=data, method=method)
        request.add_header("Authorization", f"Bearer {self.key}")
        request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                text = answer.read()
                return json.loads(text) if text else {}
        except urllib.error.HTTPError as error:
            return {"error": {"status": error.code, "body": error.read().decode(errors="replace")}}


def contacts(database):
    """By id: name, status and owner; all else that could change stands beside them as one text."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as reading:
        reading.row_factory = sqlite3.Row
        owners = {row["id"]: (row["email"] or "").lower() for row in reading.execute("SELECT id, email FROM users")}
        state = {}
        for row in reading.execute("SELECT * FROM contacts"):
            rest = {k: row[k] for k in row.keys() if k not in ("status", "owner_user_id", "updated_date", "full_name")}
            state[row["id"]] = {
                "name": row["full_name"],
                "status": row["status"],
                "owner": owners.get(row["owner_user_id"], ""),
                "rest": json.dumps(rest, sort_keys=True, default=repr),
            }
        return state


def difference(before, after):
    changes = set()
    for key, old in before.items():
        new = after.get(key)
        if new is None:
            changes.add(("delete", old["name"]))
            continue
        for field in ("name", "status", "owner", "rest"):
            if old[field] != new[field]:
                changes.add(("update", old["name"], field, new[field]))
    for key, new in after.items():
        if key not in before:
            changes.add(("add", new["name"], new["status"], new["owner"]))
    return changes


def expected(text, names):
    """The listed calls, as differences."""
    changes = set()
    for call in ast.literal_eval(text):
        tool, inner = re.fullmatch(r"[\w]+\.(\w+)\.func\((.*)\)", call).groups()
        given = {part.arg: ast.literal_eval(part.value) for part in ast.parse(f"f({inner})", mode="eval").body.keywords}
        if tool == "update_customer":
            field = {"assigned_to_email": "owner"}.get(given["field"], given["field"])
            changes.add(("update", names[given["customer_id"]], field, given["new_value"]))
        elif tool == "delete_customer":
            changes.add(("delete", names[given["customer_id"]]))
        elif tool == "add_customer":
            changes.add(("add", given["customer_name"], given["status"], given["assigned_to_email"].lower()))
        else:
            sys.exit(f"no such tool is known here: {call}")
    return changes


def approve_all(server):
    """Approves every task that waits; gives how many there were."""
    answer = server.call("GET", "/v1/lexi/tasks?status=pending")
    tasks = answer.get("data", {}).get("tasks", [])
    for task in tasks:
        approved = server.call("POST", f"/v1/lexi/tasks/{task['id']}/approve", {})
        if "error" in approved:
            print(f"   approving failed: {approved['error']}")
    return len(tasks)


def prepare(program, folder, data):
    base = folder / "base.db"
    lexi = Lexi(program, base)
    lexi.run("workspace", "create", WORKSPACE)
    lexi.run("import", "contacts", str(data / "customers.csv"), "--workspace", WORKSPACE)
    lexi.run("credits", "grant", "--workspace", WORKSPACE, "1000")
    made = lexi.run(
        "key", "create", "--workspace", WORKSPACE, "--name", "measuring", "--scopes", "all", "--tier", "unmetered", "--json"
    )
    return base, json.loads(made)["key"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--lexi", default="target/demo/lexi")
    parser.add_argument("--only", default="", help="requests that hold this text")
    parser.add_argument("--keep", action="store_true", help="leave the databases behind")
    parser.add_argument("--verbose", action="store_true", help="show each answer")
    options = parser.parse_args()

    with open(options.data / "customers.csv", newline="", encoding="utf-8") as file:
        names = {row["customer_id"]: row["customer_name"] for row in csv.DictReader(file)}
    with open(options.data / "questions_dev.csv", newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if options.only in row["query"]]

    folder = Path(tempfile.mkdtemp(prefix="lexi-workbench-"))
    totals = {"exactly": 0, "nothing changed": 0, "wrong": 0}
    try:
        base, key = prepare(options.lexi, folder, options.data)
        for row in rows:
            for old in folder.glob("work.db*"):
                os.remove(old)
            for part in folder.glob("base.db*"):
                shutil.copy(part, folder / part.name.replace("base", "work"))
            with Server(options.lexi, folder / "work.db", key) as server:
                before = contacts(folder / "work.db")
                answer = server.call("POST", "/v1/lexi/chat", {"message": row["query"]})
                approve_all(server)
                after = contacts(folder / "work.db")
            is_, want = difference(before, after), expected(row["expected_changes"], names)
            verdict = "exactly" if is_ == want else "nothing changed" if not is_ else "wrong"
            totals[verdict] += 1
            print(f"{verdict:16} {row['query']}")
            if options.verbose or verdict != "exactly":
                said = answer.get("data", {}).get("response") or answer.get("error")
                print("   " + str(said).replace("\n", "\n   "))
            if verdict == "wrong":
                print(f"   too much: {sorted(is_ - want)}\n   missing: {sorted(want - is_)}")
    finally:
        if options.keep:
            print(f"databases: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(
        f"{len(rows)} requests: {totals['exactly']} exactly as listed, "
        f"{totals['nothing changed']} changed nothing, {totals['wrong']} changed something else"
    )
    return 1 if totals["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
