"""openai-python's escape hatch for other routes: `client.post(..., stream=True)`."""

import json
import os
import sys

import openai


def main() -> None:
    key = os.environ.get("IDEMPOTENCY_KEY")
    client = openai.OpenAI(
        base_url=os.environ["BASE_URL"] + "/v1", api_key=os.environ["API_KEY"], max_retries=0
    )
    stream = client.post(
        "/lexi/chat/stream",
        body=json.loads(os.environ["BODY"]),
        options={"headers": {"Idempotency-Key": key} if key else {}},
        cast_to=object,
        stream=True,
        stream_cls=openai.Stream[object],
    )
    # The SDK hands out the data alone, and keeps `[DONE]` to itself.
    for data in stream:
        print(json.dumps({"data": data}), flush=True)
    print(json.dumps({"end": True}))


if __name__ == "__main__":
    sys.exit(main())
