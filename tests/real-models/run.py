"""Puts Lexi before model servers that nobody here wrote, and prints a line for each thing that held or did not.

    python run.py [SERVER...]
"""

import http.client
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from processes import API_KEY, HERE, LEXI, PYTHON, Chat, Failed, Process, free_port, lexi, need, request

FIRM = "Harcourt Rahman"
# The schemas of all tools take a fifth of it.
CONTEXT = 65536

# Room for a call with its blanks, which the model draws by lot; without temperature always the same ones.
FIRST_A_CALL = {"temperature": 0, "max_tokens": 300}

# How each is started, what makes it call a tool, what keeps it from calling one, and how many tokens take it half a
# second or more.
SERVERS = {
    "llama.cpp": {
        "argv": lambda model, port, context: [HERE / "llama_server.py", model, port, API_KEY, context],
        "ready": "/health",
        "model": "openai:random",
        # A tool cannot be named here: an object is read as "auto".
        "call": lambda tool: {**FIRST_A_CALL, "tool_choice": "required"},
        "text": {"logit_bias": [["<tool_call>", False]]},
        "words": 4000,
    },
    # Passes no logit_bias on, so that a text comes only without tools or after their results.
    "llama.cpp-messages": {
        "argv": lambda model, port, context: [HERE / "llama_server.py", model, port, API_KEY, context],
        "ready": "/health",
        "model": "anthropic:random",
        "call": lambda tool: {**FIRST_A_CALL, "tool_choice": {"type": "any"}},
        "words": 4000,
    },
    "llama-cpp-python": {
        "argv": lambda model, port, context: [
            *("-m", "llama_cpp.server", "--model", model, "--port", port, "--api_key", API_KEY),
            *("--n_ctx", context, "--n_threads", "1", "--n_threads_batch", "1"),
        ],
        "ready": "/v1/models",
        "model": "openai:random",
        "call": lambda tool: {**FIRST_A_CALL, "tool_choice": {"type": "function", "function": {"name": tool}}},
        "text": {"logit_bias": {"<tool_call>": -100}, "logit_bias_type": "tokens"},
        "words": 1500,
        # It ignores stream_options and tells no usage.
        "counts_tokens": False,
    },
}


class World:
    """A model server, a database of records, and Lexi between them."""

    def __init__(self, name, folder, model, database, keys):
        self.name, self.folder, self.model, self.database, self.keys = name, folder, model, database, keys
        self.server = SERVERS[name]
        self.port = free_port()

    def start_model(self, context=CONTEXT):
        argv = [PYTHON, *map(str, self.server["argv"](self.model, self.port, context))]
        return Process(argv, self.port, self.folder / f"{self.name}.log", self.server["ready"])

    def options(self, body):
        options = ["--model", self.server["model"], "--model-base-url", f"http://127.0.0.1:{self.port}/v1"]
        return [*options, "--set", f"model_body={json.dumps(body)}"]

    def start_lexi(self, body, key=API_KEY):
        port = free_port()
        argv = [LEXI, "serve", "--listen", f"127.0.0.1:{port}", "--database", self.database, *self.options(body)]
        return Process(argv, port, self.folder / "lexi.log", "/readyz", {"LEXI_MODEL_API_KEY": key})

    def balance(self, lexi):
        status, answer = request(lexi.port, "GET", "/v1/credits", self.keys["deals"])
        need(status == 200 and answer["data"]["held"] == 0, f"the credits are {answer}")
        return answer["data"]["balance"]

    def ask(self, lexi, key="deals", **fields):
        return Chat(lexi.port, self.keys[key], "How many deals are open?", **fields)


def stored(world, lexi, chat):
    path = f"/v1/lexi/conversations/{chat.conversation}"
    return request(lexi.port, "GET", path, world.keys["deals"])[1]["data"]["messages"][-1]


def text_is_carried(world, model):
    # With tools on offer, where the model can be kept from calling one.
    fields = {} if "text" in world.server else {"allow_tools": False}
    words = world.server["words"]
    with world.start_lexi({**world.server.get("text", {}), "max_tokens": words}) as lexi:
        before = world.balance(lexi)
        chat = world.ask(lexi, **fields).read()
        done, message = chat.last("done"), stored(world, lexi, chat)
        times = [at for event, _, at in chat.frames if event == "text"]
        # First, or the model that stops too early looks like a text that does not stream.
        need(done["finish_reason"] == "length", f"finish_reason {done['finish_reason']}")
        need(len(times) > 10, f"only {len(times)} pieces of text")
        need(times[-1] - times[0] > 0.1, f"all pieces within {times[-1] - times[0]:.3f} s")
        need(message["content"] == chat.text(), "the stored message is not what was streamed")
        need(world.balance(lexi) == before - 1 == done["credits_remaining"], f"charged {done['credits_charged']}")
        if world.server.get("counts_tokens", True):
            need(done["usage"]["output_tokens"] == words, f"usage {done['usage']}")
            need(done["usage"]["input_tokens"] > 100, f"usage {done['usage']}")
        else:
            need(done["usage"]["output_tokens"] == 0, f"it counts tokens now: {done['usage']}")
        return f"{len(times)} pieces over {times[-1] - times[0]:.1f} s, usage {json.dumps(done['usage'])}"


def a_forced_call_runs(world, model):
    with world.start_lexi(world.server["call"]("pipelines_list")) as lexi:
        # With every scope, so that the server reads every tool's schema.
        chat = world.ask(lexi, key="all").read()
        done, steps = chat.last("done"), chat.all("tool_step")
        started = [step["call_id"] for step in steps if step["status"] == "started"]
        completed = [step for step in steps if step["status"] == "completed"]
        # Calls of one round run side by side, and end in any order.
        need(completed and sorted(step["call_id"] for step in completed) == sorted(started), f"the steps were {steps}")
        need({step["tool"] for step in completed} == {"pipelines.list"}, f"the steps were {completed}")
        need(not any(step["is_error"] for step in completed), f"the steps were {completed}")
        need(done["credits_charged"] == 1 + len(completed), f"charged {done['credits_charged']}")
        need(chat.text() and chat.text() == stored(world, lexi, chat)["content"], "the text after the calls is lost")
        return f"{len(completed)} × {completed[0]['summary']}, {done['credits_charged']} credits"


def cancel_stops_the_model(world, model):
    with world.start_lexi({**world.server.get("text", {}), "max_tokens": CONTEXT}) as lexi:
        before = world.balance(lexi)
        chat = world.ask(lexi, allow_tools=False).read(until="text")
        begun, before_s = time.monotonic(), model.cpu_s()
        # Work and not time, of which a busy computer leaves it little.
        model.until(20, lambda: model.cpu_s() > before_s + 0.2, "the model server has not worked")
        working = (model.cpu_s() - before_s) / (time.monotonic() - begun)
        path = f"/v1/lexi/conversations/{chat.conversation}/cancel"
        status, answer = request(lexi.port, "POST", path, world.keys["deals"])
        need(status == 200 and answer["data"]["canceled"] == 1, f"the cancel was answered {answer}")
        time.sleep(0.2)
        idle = model.busy(0.8)
        need(idle < 0.1, f"the model server still uses {idle:.0%} of a processor a second after")
        done = chat.read().last("done")
        need(done["finish_reason"] == "canceled", f"finish_reason {done['finish_reason']}")
        need(stored(world, lexi, chat)["content"] == chat.text(), "the stored message is not what was streamed")
        need(world.balance(lexi) == before - 1, "a canceled answer costs 1")
        return f"the model server went from {working:.0%} to {idle:.0%} of a processor"


def a_killed_server_is_an_error(world, model):
    with world.start_lexi({**world.server.get("text", {}), "max_tokens": CONTEXT}) as lexi:
        before = world.balance(lexi)
        chat = world.ask(lexi, allow_tools=False).read(until="text")
        model.kill()
        error = chat.read().last("error")
        need(error["code"] == "provider_error", f"the error was {error}")
        error = world.ask(lexi).read().last("error")
        need(error["code"] == "provider_error", f"without a server the error was {error}")
        need(world.balance(lexi) == before, "an error was charged")
        with world.start_model():
            chat = world.ask(lexi, allow_tools=False).read(until="text")
            request(lexi.port, "POST", f"/v1/lexi/conversations/{chat.conversation}/cancel", world.keys["deals"])
            chat.read().last("done")
    return "provider_error, nothing charged, answers again after a restart"


def fails_plainly(world, body, key=API_KEY):
    with world.start_lexi(body, key) as lexi:
        before = world.balance(lexi)
        error = world.ask(lexi).read().last("error")
        need(error["code"] == "provider_error", f"the error was {error}")
        need(world.balance(lexi) == before, "an error was charged")
    log = (world.folder / "lexi.log").read_text().splitlines()
    return next(line for line in reversed(log) if "the model failed" in line).partition(" error=")[2]


def a_wrong_key_is_an_error(world, model):
    return fails_plainly(world, {"max_tokens": 5}, "sk-wrong")


def a_full_context_is_an_error(world, model):
    model.end()
    with world.start_model(context=1024):
        return fails_plainly(world, {"max_tokens": 5})


def doctor_agrees(world, model):
    def says(key, ends):
        options = world.options(world.server["call"]("lexi_check"))
        report = lexi(world.database, "doctor", *options, env={"LEXI_MODEL_API_KEY": key}, ends=ends)
        return next((line for line in report.splitlines() if world.server["model"] in line), report)

    fine, wrong = says(API_KEY, ends=0), says("sk-wrong", ends=1)
    need(fine.startswith("ok ") and fine.endswith("and calls tools"), f"with the right key it says: {fine}")
    need(wrong.startswith("BAD ") and "does not take the key" in wrong, f"with a wrong key it says: {wrong}")
    return f"{fine}; {wrong.partition(' (')[0]}"


CHECKS = [
    text_is_carried,
    a_forced_call_runs,
    cancel_stops_the_model,
    doctor_agrees,
    a_wrong_key_is_an_error,
    a_killed_server_is_an_error,
    a_full_context_is_an_error,
]


def prepare(folder):
    model = folder / "random.gguf"
    subprocess.run([PYTHON, HERE / "make_model.py", model], check=True, timeout=120)
    database = f"sqlite:{folder}/lexi.db"
    lexi(database, "demo", "--once", "--listen", "127.0.0.1:0")
    scopes = {"deals": "write:ai,read:ai,read:deals", "all": "all"}
    create = lambda name: lexi(
        *(database, "key", "create", "--workspace", FIRM, "--name", name, "--scopes", scopes[name]),
        *("--tier", "unmetered", "--json"),
    )
    return model, database, {name: json.loads(create(name))["key"] for name in scopes}


def run(check, world, what):
    try:
        with world.start_model() as server:
            print(f"ok   {what} ({check(world, server)})", flush=True)
        return True
    except (Failed, OSError, http.client.HTTPException, subprocess.SubprocessError) as error:
        print(f"FAIL {what}: {error}", flush=True)
        return False


def main():
    names = sys.argv[1:] or list(SERVERS)
    if unknown := set(names) - set(SERVERS):
        sys.exit(f"There is no {', '.join(unknown)}, but {', '.join(SERVERS)}")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lexi-real-models-"))
    failed = passed = 0
    try:
        model, database, keys = prepare(folder)
        for name in names:
            world = World(name, folder, model, database, keys)
            for check in CHECKS:
                held = run(check, world, f"{name}: {check.__name__.replace('_', ' ')}")
                passed, failed = passed + held, failed + (not held)
    finally:
        if not failed:
            shutil.rmtree(folder)
    print(f"{passed} passed, {failed} failed")
    if failed:
        sys.exit(f"The logs are in {folder}")


if __name__ == "__main__":
    main()
