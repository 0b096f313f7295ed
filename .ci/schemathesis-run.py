"""Runs Schemathesis against the simulator.

usage: .ci/schemathesis-run.py TOOLS SIMULATOR DOCUMENT SECONDS     (.ci/schemathesis runs it)

TOOLS is the virtual environment with Schemathesis, SIMULATOR the program, DOCUMENT the OpenAPI document of the schema.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import requests

SEED = "1"
METHODS = {"get", "put", "post", "delete", "options"}
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
]


def start(simulator):
    """Starts the simulator on a free port; gives it, its address, and the name and the password of a user."""
    server = subprocess.Popen([simulator, "--port", "0", "--seed", SEED], stdout=subprocess.PIPE, text=True)
    said = ""
    for line in server.stdout:
        said += line
        if "curl" in line:
            break
    address = re.search(r"Listening on (\S+)/", said)
    user = re.search(r"(ada@contoso\.com).*password: (\S+)", said)
    if not (address and user):
        server.kill()
        sys.exit(f"error: the simulator did not start: {said}")
    return server, address[1], user[1], user[2]


def sign_in(server, name, password):
    """Makes a user available; gives the value of `Authorization`, and the path of the application."""
    form = {"grant_type": "password", "username": name, "password": password}
    token = requests.post(f"{server}/WebTicket/oauthtoken", data=form, timeout=10).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    user = requests.get(f"{server}/Autodiscover/AutodiscoverService.svc/root/user", headers=headers, timeout=10).json()
    applications = user["_links"]["applications"]["href"]
    settings = {"userAgent": "schemathesis", "culture": "en-US", "endpointId": "1"}
    application = requests.post(applications, json=settings, headers=headers, timeout=10).json()
    path = application["_links"]["self"]["href"]
    available = application["_embedded"]["me"]["_links"]["makeMeAvailable"]["href"]
    modalities = {"supportedModalities": ["Messaging"], "signInAs": "Online"}
    requests.post(server + available, json=modalities, headers=headers, timeout=10).raise_for_status()
    return headers["Authorization"], path


def check_answered(document, answered):
    """Fails if an operation was never answered with success, as then no more than its errors were looked at."""
    operations = {(method, path) for path, item in document["paths"].items() for method in METHODS & item.keys()}
    labels = {f"{method.upper()} {path}" for method, path in operations}
    if missing := sorted(labels - answered):
        sys.exit(f"error: never answered with success: {', '.join(missing)}")
    print(f"{len(labels)} operations, each of which was answered with success")


def main():
    tools, simulator, document = (Path(argument).absolute() for argument in sys.argv[1:4])
    answered = document.with_name("answered.json")
    process, server, name, password = start(simulator)
    try:
        authorization, path = sign_in(server, name, password)
        environment = {
            **os.environ,
            "SCHEMATHESIS_HOOKS": "schemathesis-hooks",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(Path(__file__).parent.absolute()),
            "UCWA_SERVER": server,
            "UCWA_APPLICATION": path,
            "UCWA_AUTHORIZATION": authorization,
            "UCWA_ANSWERED": str(answered),
        }
        command = [tools / "bin/st", "run", document, "--url", server + path, "--header", f"Authorization: {authorization}"]
        command += ["--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing", "--seed", SEED]
        command += ["--max-time", sys.argv[4], "--continue-on-failure", "--suppress-health-check", "all"]
        command += ["--generation-database", "none", "--request-timeout", "30", "--no-color"]
        # Schemathesis leaves files where it runs.
        outcome = subprocess.run(command, env=environment, cwd=document.parent)
        if process.poll() is not None:
            sys.exit(f"error: the simulator ended with {process.returncode}")
        if outcome.returncode != 0:
            sys.exit(outcome.returncode)
        check_answered(json.loads(document.read_text()), set(json.loads(answered.read_text())))
    finally:
        process.terminate()
        process.wait()


main()
