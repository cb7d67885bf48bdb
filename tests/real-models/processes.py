"""Starts servers, talks to them, and ends them whatever happens."""

import contextlib
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# Not LEXI_…: those are settings, and an unknown one is an error.
LEXI = os.environ.get("PROGRAM", str(ROOT / "target/debug/lexi"))
PYTHON = str(ROOT / ".venv-models/bin/python")
API_KEY = "sk-of-the-real-models"
START_S = 60
ANSWER_S = 120


class Failed(Exception):
    pass


def need(true, what):
    if not true:
        raise Failed(what)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Process:
    """A server that answers GET `ready` with 200 once it has started, and is ended with its `with` block."""

    def __init__(self, argv, port, log, ready, env=None):
        self.port, self.log = port, log
        with open(log, "ab") as out:
            self.child = subprocess.Popen(
                argv, stdout=out, stderr=out, stdin=subprocess.DEVNULL, env={**os.environ, **(env or {})}
            )
        self.name = pathlib.Path(log).stem
        try:
            self.until(START_S, lambda: self.answers(ready), f"{self.name} has not started")
        except BaseException:
            self.kill()
            raise

    def answers(self, path):
        need(self.child.poll() is None, f"{self.name} ended at its start; see {self.log}")
        with contextlib.suppress(OSError, http.client.HTTPException):
            return request(self.port, "GET", path, API_KEY)[0] == 200
        return False

    @staticmethod
    def until(seconds, done, what):
        deadline = time.monotonic() + seconds
        while not done():
            need(time.monotonic() < deadline, f"{what} after {seconds} s")
            time.sleep(0.05)

    def cpu_s(self):
        """Seconds of processor time so far, its threads' included."""
        fields = pathlib.Path(f"/proc/{self.child.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def busy(self, seconds):
        """The share of one processor that it uses over the next seconds."""
        before = self.cpu_s()
        time.sleep(seconds)
        return (self.cpu_s() - before) / seconds

    def kill(self):
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()

    def end(self):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.child.wait(10)
        self.kill()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()


def connect(port, method, path, key, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_S)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    return connection, connection.getresponse()


def request(port, method, path, key, body=None):
    connection, response = connect(port, method, path, key, body)
    with contextlib.closing(connection):
        text = response.read()
    with contextlib.suppress(ValueError):
        text = json.loads(text)
    return response.status, text


def lexi(database, *args, env=None, ends=0):
    """Runs a command of lexi to its end, which is expected with the code `ends`."""
    ran = subprocess.run(
        [LEXI, *args, "--database", database],
        capture_output=True,
        text=True,
        timeout=START_S,
        env={**os.environ, **(env or {})},
    )
    need(ran.returncode == ends, f"lexi {args[0]} ended with {ran.returncode}: {ran.stdout}{ran.stderr}")
    return ran.stdout


class Chat:
    """One answer as it streams: `frames` of (event, data, seconds since the question)."""

    def __init__(self, port, key, message, **fields):
        self.asked = time.monotonic()
        self.frames = []
        self.ended = False
        path = "/v1/lexi/chat/stream"
        self.connection, self.response = connect(port, "POST", path, key, {"message": message, **fields})
        need(self.response.status == 200, f"the chat was answered {self.response.status}")
        self.conversation = self.response.headers["X-Conversation-ID"]

    def read(self, until=None):
        """Reads on to the first frame of an event, or to the end."""
        event = None
        while line := self.response.readline().decode():
            name, _, value = line.rstrip("\n").partition(": ")
            if name == "event":
                event = value
            elif name == "data" and value == "[DONE]":
                self.ended = True
            elif name == "data":
                need(not self.ended, "a frame after [DONE]")
                self.frames.append((event, json.loads(value), time.monotonic() - self.asked))
                if event == until:
                    return self
        self.connection.close()
        need(until is None, f"the stream ended before {until}: {self.frames[-1:]}")
        need(self.ended, "no [DONE]")
        return self

    def all(self, event):
        return [data for name, data, _ in self.frames if name == event]

    def last(self, event):
        need(self.frames and self.frames[-1][0] == event, f"the end is {self.frames[-1:]}, not {event}")
        return self.frames[-1][1]

    def text(self):
        return "".join(data["delta"] for data in self.all("text"))
