"""A receiver of webhooks, as somebody else would write it: the library of Standard Webhooks checks each delivery.

    receiver.py PORT FOLDER

PORT 0 takes a free one. Says its port, then each delivery as a line of JSON, on standard output and in FOLDER/got.jsonl.
FOLDER/secrets holds the secrets that it knows, one a line; FOLDER/status, if it is there, what to answer on /flaky.
"""

import json
import pathlib
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

folder = pathlib.Path(sys.argv[2])
lock = threading.Lock()


def verifies(body, headers):
    for secret in (folder / "secrets").read_text().split():
        try:
            Webhook(secret).verify(body, headers)
            return True
        except WebhookVerificationError:
            pass
    return False


def tampered(body, headers):
    """Whether anything but the body, id and time that were signed would be taken, too."""
    later = {**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)}
    other = {**headers, "webhook-id": headers["webhook-id"] + "0"}
    changed = body.replace(b'"type"', b'"Type"', 1)
    return verifies(changed, headers) or verifies(body, later) or verifies(body, other)


def status(path):
    if path == "/flaky":
        file = folder / "status"
        return int(file.read_text()) if file.exists() else 200
    return {"/gone": 410}.get(path, 204)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        if self.path == "/stall":
            time.sleep(3600)
        answer = status(self.path)
        got = {
            "path": self.path,
            "headers": headers,
            "body": json.loads(body),
            "verified": verifies(body, headers),
            "tampered": tampered(body, headers),
            "answer": answer,
        }
        line = json.dumps(got)
        with lock:
            with open(folder / "got.jsonl", "a") as file:
                file.write(line + "\n")
            print(line, flush=True)
        self.send_response(answer)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


server = Server(("127.0.0.1", int(sys.argv[1])), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
