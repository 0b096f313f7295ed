"""Uses the simulator's page in a browser, as a person would, and looks at what comes of it.

usage: page.py SIMULATOR BROWSER DRIVER PICTURES
The pictures go to PICTURES-light.png, PICTURES-dark.png and PICTURES-phone.png.
"""

import base64
import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

HOSTILE = "<img src=x onerror=\"document.title='broken'\"><b>Eve</b> & 'co'"
USERS = [
    {"address": "ada@contoso.com", "name": "Ada Vale", "password": "a", "contacts": ["ben@contoso.com"]},
    {"address": "ben@contoso.com", "name": "Ben Ortiz", "password": "b", "contacts": ["ada@contoso.com"]},
    {"address": "eve@contoso.com", "name": HOSTILE, "password": "c"},
]
PATIENCE = 20  # seconds, for what should come at once
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the name that WebDriver gives references


def send(method, url, body=None, token=None):
    """Sends a request with a body of JSON; returns the status and the body of the response, read as JSON if it can be."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            status, text = response.status, response.read()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read()
    try:
        return status, json.loads(text or "null")
    except ValueError:
        return status, text


class Browser:
    """A session of a driver."""

    def __init__(self, driver, browser):
        self.driver = driver
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-proxy-server"]
        options = {"binary": browser, "args": arguments}
        capabilities = {"alwaysMatch": {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}}
        self.session = self.ask("POST", "", {"capabilities": capabilities})["sessionId"]

    def ask(self, method, path, body=None):
        begin = f"/session/{self.session}" if hasattr(self, "session") else "/session"
        status, answer = send(method, self.driver + begin + path, body)
        if status != 200:
            sys.exit(f"error: {method} {path}: {answer['value']['message'] if isinstance(answer, dict) else answer}")
        return answer["value"]

    def devtools(self, command, parameters):
        self.ask("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def run(self, script):
        return self.ask("POST", "/execute/sync", {"script": script, "args": []})

    def find(self, selector):
        return self.ask("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def click(self, selector):
        self.ask("POST", f"/element/{self.find(selector)}/click", {})

    def type(self, selector, text):
        self.ask("POST", f"/element/{self.find(selector)}/value", {"text": text})

    def until(self, what, script):
        """Waits until a script returns something true."""
        end = time.monotonic() + PATIENCE
        while not (value := self.run(script)):
            if time.monotonic() > end:
                sys.exit(f"error: the page does not show {what}:\n{self.run('return document.body.innerText')}")
            time.sleep(0.05)
        return value

    def picture(self, file, scheme, width, height):
        """Takes a picture of the whole page; returns how wide the page wants to be."""
        media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        self.devtools("Emulation.setEmulatedMedia", media)
        metrics = {"width": width, "height": height, "deviceScaleFactor": 2, "mobile": width < 600}
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
        with open(file, "wb") as out:
            out.write(base64.b64decode(self.ask("GET", "/screenshot")))
        return self.run("return document.documentElement.scrollWidth")


def until_listening(url):
    """Waits until something responds."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return send("GET", url)
        except OSError:
            if time.monotonic() > end:
                sys.exit(f"error: nothing responds at {url}")
            time.sleep(0.05)


def sign_in(base, user):
    """Signs a user in and makes the user available; returns the token and the application."""
    form = {"grant_type": "password", "username": user["address"], "password": user["password"]}
    endpoint, body = base + "/WebTicket/oauthtoken", urllib.parse.urlencode(form).encode()
    with urllib.request.urlopen(endpoint, body, timeout=60) as response:
        token = json.load(response)["access_token"]
    wanted = {"userAgent": "presence board", "endpointId": user["address"], "culture": "en-US"}
    _, application = send("POST", base + "/ucwa/oauth/v1/applications", wanted, token)
    available = application["_embedded"]["me"]["_links"]["makeMeAvailable"]["href"]
    status, _ = send("POST", base + available, {"supportedModalities": ["Messaging"]}, token)
    expect("makeMeAvailable", status, 204)
    return token, base + application["_links"]["self"]["href"]


def expect(what, found, wanted):
    if found != wanted:
        sys.exit(f"error: {what}: {found!r} instead of {wanted!r}")


def look(browser, base, pictures):
    page = base + "/"
    browser.ask("POST", "/url", {"url": page})
    browser.until("users", "return document.querySelectorAll('.people > li').length === 3")

    # A name is text, whatever stands in it.
    row = "document.querySelector('li[data-address=\"eve@contoso.com\"]')"
    expect("the hostile name", browser.run(f"return {row}.querySelector('strong').textContent"), HOSTILE)
    expect("elements from the hostile name", browser.run("return document.querySelectorAll('main img, main b').length"), 0)
    expect("the title", browser.run("return document.title"), "UCWA simulator")

    # What happens elsewhere is seen without anything being done on the page.
    token, application = sign_in(base, USERS[0])
    ada = 'li[data-address="ada@contoso.com"]'
    browser.until("Ada online", f"return document.querySelector('{ada}').dataset.availability === 'Online'")
    browser.until("the application", "return document.querySelector('#applications').innerText.includes('presence board')")
    browser.until("the request", "return document.querySelector('#requests').innerText.includes('/me/makeMeAvailable')")

    # A click changes a presence, on the page and for others.
    browser.click(f"{ada} input[value=Busy]")
    browser.until("Ada busy", f"return document.querySelector('{ada}').dataset.availability === 'Busy'")
    expect("Ada's presence", send("GET", application + "/me/presence", token=token)[1]["availability"], "Busy")
    # So does the key for left, and the place among the choices is kept.
    browser.type(f"{ada} input[value=Busy]", "\ue012")
    browser.until("Ada online again", f"return document.querySelector('{ada}').dataset.availability === 'Online'")
    expect("what has the focus", browser.run("return document.activeElement.value"), "Online")

    browser.run("document.querySelector('#message').elements.from.value = 'eve@contoso.com'")
    browser.run("document.querySelector('#message').elements.to.value = 'ada@contoso.com'")
    browser.type("#message textarea", "Is <i>this</i> seen?")
    browser.click("#message button")
    browser.until("that the message was sent", "return document.querySelector('#message output').textContent === 'Sent.'")
    talks = "document.querySelector('#conversations').innerText"
    browser.until("the invitation", f"return {talks}.includes('eve@contoso.com') && {talks}.includes('Connecting')")
    _, events = send("GET", application + "/events?ack=1", token=token)
    expect("the invitation that Ada gets", "messagingInvitation" in json.dumps(events), True)

    browser.run("const effect = document.querySelector('#fault').elements.effect; effect.value = 'proxy';"
                "effect.dispatchEvent(new Event('change'))")
    browser.type("#fault input[name=resource]", "people")
    browser.click("#fault button")
    browser.until("the fault", "return document.querySelector('#faults').innerText.includes('Proxy 502')")
    expect("people under a fault", send("GET", application + "/people", token=token)[0], 502)
    browser.until("that the fault has happened", "return document.querySelector('#faults ul').children.length === 0")
    browser.until("the status", "return !!document.querySelector('#requests tr[data-class=\"5\"]')")
    browser.type("#fault input[name=resource]", "\ue003" * 6 + "nothing")
    browser.click("#fault button")
    browser.until("what is wrong", "return document.querySelector('#fault output.wrong')?.textContent.includes('unknown resource')")

    for name, scheme, width, height in [("light", "light", 1280, 1350), ("dark", "dark", 1280, 1350), ("phone", "light", 390, 2600)]:
        wide = browser.picture(f"{pictures}-{name}.png", scheme, width, height)
        expect(f"the width of the page ({name})", wide, width)
    # The refusal of the unknown resource is logged by the browser, as it should be; nothing else may be.
    logged = [entry["message"] for entry in browser.ask("POST", "/se/log", {"type": "browser"})]
    expect("what the browser complains about", [entry for entry in logged if "/simulator/faults" not in entry], [])


def main():
    program, chromium, chromedriver, pictures = sys.argv[1:]
    started = []
    try:
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(USERS, file)
            file.flush()
            command = [program, "--port", "0", "--users", file.name]
            started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
            base = started[0].stdout.readline().removeprefix("Listening on ").strip().rstrip("/")
        # The port is free now, and nobody else on the machine should want it by the time the driver does.
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        started.append(subprocess.Popen([chromedriver, f"--port={port}"], stdout=subprocess.DEVNULL))
        driver = f"http://127.0.0.1:{port}"
        until_listening(driver + "/status")
        browser = Browser(driver, chromium)
        try:
            look(browser, base, pictures)
        finally:
            browser.ask("DELETE", "")
        started[0].terminate()
        expect("how the program ends", started[0].wait(PATIENCE), 0)
    finally:
        for process in started:
            process.kill()
            process.wait()
    print(f"the page works; {pictures}-light.png, -dark.png and -phone.png are how it looks")


main()
