"""What Schemathesis has to know of UCWA to get beyond its first checks: bodies that are no documents, PUT requests that bring back
what a GET brought, and the event channel. `.ci/schemathesis-run.py` names this file in `SCHEMATHESIS_HOOKS`."""

import atexit
import json
import os

import requests
import schemathesis
from hypothesis import strategies

SERVER = os.environ["UCWA_SERVER"]
JSON = "application/json"

PART = (
    "Content-Type: application/http; msgtype=request\r\n\r\nGET {path} HTTP/1.1\r\nHost: LocalHost\r\n"
    "Accept: application/json\r\n\r\n\r\n"
)


def batch(paths):
    """The body of a batch that reads some resources."""
    parts = (f"--batch\r\n{PART.format(path=os.environ['UCWA_APPLICATION'] + path)}" for path in paths)
    return ("".join(parts) + "--batch--\r\n").encode()


sessions = strategies.sampled_from([b"", b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"])
schemathesis.openapi.media_type("application/sdp", sessions | strategies.binary(max_size=64))
requested = strategies.lists(strategies.sampled_from(["/me", "/people", "/communication", "/nothing"]), max_size=5)
schemathesis.openapi.media_type("multipart/batching", requested.map(batch) | strategies.binary(max_size=64))


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Says what the simulator takes and gives, where the document leaves room for servers that are newer than the reference."""
    for path in raw_schema["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict) and "responses" in operation:
                # Errors that the reference does not list are the client's: nothing here makes the server fail.
                operation["responses"].pop("5XX")
                for parameter in operation.get("parameters", []):
                    if parameter["name"] == "X-MS-RequiresMinResourceVersion":
                        parameter["schema"]["maximum"] = parameter["schema"]["minimum"]
    for name, schema in raw_schema["components"]["schemas"].items():
        if "x-ucwa-values" in schema:
            # The values of the reference, and no others.
            schema["enum"] = schema.pop("anyOf")[0]["enum"]
        if name.endswith((".post", ".get", ".delete")):
            schema["additionalProperties"] = False


@schemathesis.hook
def before_call(context, case, kwargs):
    path, method = case.operation.path, case.method.upper()
    if path == "/batch" and method == "POST":
        case.headers["Content-Type"] = "multipart/batching; boundary=batch"
    if path == "/events":
        # A poll is held open until something happens.
        message = {"from": "ben@contoso.com", "to": "ada@contoso.com", "text": "Hello"}
        requests.post(f"{SERVER}/simulator/message", json=message, timeout=10).raise_for_status()
    if method == "PUT" and isinstance(case.body, dict) and (case.media_type or JSON).endswith("json"):
        bring_back(case)


def bring_back(case):
    """Makes a PUT request of what was generated: with the ETag and all that a GET of the resource brings."""
    headers = {**(case.headers or {}), "Accept": JSON, "Authorization": os.environ["UCWA_AUTHORIZATION"]}
    current = requests.get(case.operation.base_url + case.operation.path, headers=headers, timeout=10)
    if current.status_code == 200 and "ETag" in current.headers:
        case.headers["If-Match"] = current.headers["ETag"]
        case.body = {**current.json(), **case.body}


answered = set()


@schemathesis.hook
def after_call(context, case, response):
    if response.status_code < 300:
        answered.add(case.operation.label)


@atexit.register
def report():
    with open(os.environ["UCWA_ANSWERED"], "w", encoding="utf-8") as file:
        json.dump(sorted(answered), file)
