"""httpx-sse."""

import json
import os
import sys

import httpx
from httpx_sse import connect_sse


def main() -> None:
    headers = {"Authorization": "Bearer " + os.environ["API_KEY"]}
    if key := os.environ.get("IDEMPOTENCY_KEY"):
        headers["Idempotency-Key"] = key
    url = os.environ["BASE_URL"] + "/v1/lexi/chat/stream"
    body = json.loads(os.environ["BODY"])
    with httpx.Client(timeout=httpx.Timeout(10, read=60)) as client:
        with connect_sse(client, "POST", url, headers=headers, json=body) as source:
            source.response.raise_for_status()
            for sse in source.iter_sse():
                message = {"event": sse.event, "id": sse.id, "raw": sse.data}
                print(json.dumps(message), flush=True)
    print(json.dumps({"end": True}))


if __name__ == "__main__":
    sys.exit(main())
