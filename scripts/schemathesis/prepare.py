"""Signs in at the demo company, and writes openapi.json with ids of that company in its examples, as the page /docs does.

Usage: prepare.py URL FILE. Prints the access token.
"""

import json
import sys
import urllib.request
from pathlib import Path

url, file = sys.argv[1:]


def call(path, body=None, token=None):
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
    data = json.dumps(body).encode() if body else None
    with urllib.request.urlopen(urllib.request.Request(url + path, data, headers)) as answer:
        return json.load(answer)


def with_id(value, id, living, inside=False):
    """Replaces an id in all examples below a value."""
    if isinstance(value, dict):
        return {key: with_id(it, id, living, inside or key in ("example", "examples")) for key, it in value.items()}
    if isinstance(value, list):
        return [with_id(it, id, living, inside) for it in value]
    return value.replace(id, living) if inside and isinstance(value, str) else value


document = json.loads((Path(__file__).parents[2] / "openapi.json").read_text())
token = call("/auth/login", {"username": "ada", "password": "rollcall-demo-2026"})["access_token"]
for example in document["x-examples"]["ids"]:
    items = call(example["source"], token=token)["items"]
    if items:
        document = with_id(document, example["id"], items[0]["id"])
Path(file).write_text(json.dumps(document))
print(token)
