"""Sends an e-mail of each kind and a push message in a local stack, and decrypts the push message with http_ece.

scripts/check-messages.sh runs this script. To run it yourself, start a stack that isn't set up:
`python3 scripts/check_messages.py <url> <set-up token> [<folder for the e-mails>]`.
"""

import base64
import datetime
import http.server
import json
import pathlib
import sys
import threading
import urllib.error
import urllib.request
import zoneinfo

import http_ece
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

PASSWORD = "a fine long password"
NEW_PASSWORD = "seven boats in the harbour"
ADDRESS = "maria@harbour.example"


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Api:
    """Calls of one person."""

    def __init__(self, url, username=None, password=PASSWORD):
        self.url, self.token = url, None
        if username:
            credentials = {"username": username, "password": password}
            self.token = self.call("POST", "/auth/login", credentials)["access_token"]

    def call(self, method, path, body=None):
        headers = {"content-type": "application/json"}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                text = response.read()
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from error
        return json.loads(text) if text else None


class PushService(http.server.BaseHTTPRequestHandler):
    """Keeps the push messages that it accepts."""

    messages = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        PushService.messages.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(201)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Mailbox:
    """The e-mails of the local stack."""

    def __init__(self, api, folder):
        self.api, self.folder = api, folder

    def at(self, date, time):
        """Moves the clock to that time in Berlin, once all events until now are processed."""
        self.api.call("POST", "/_local/settle")
        now = datetime.datetime.combine(date, datetime.time.fromisoformat(time), zoneinfo.ZoneInfo("Europe/Berlin"))
        self.api.call("PUT", "/_local/clock", {"now": now.isoformat()})

    def take(self, name):
        """Sends what is due, and takes the only e-mail."""
        self.api.call("POST", "/_local/settle")
        self.api.call("POST", "/_local/schedules/messages")
        (mail,) = self.api.call("GET", "/_local/mail")["items"]
        self.api.call("DELETE", "/_local/mail")
        assert "<script" not in mail["html"] and "<table" not in mail["html"]
        for link in mail["links"]:
            assert link in mail["html"].replace("&amp;", "&"), f"{name}: the HTML lacks {link}"
        if self.folder:
            (self.folder / f"{name}.html").write_text(mail["html"], encoding="utf-8")
        return mail

    def token(self, name):
        (link,) = [link for link in self.take(name)["links"] if "/app/link#" in link]
        return link.split("#", 1)[1]


def leave(employee, manager, date):
    day = date.isoformat()
    request = employee.call("POST", "/leave/requests", {"type": "unpaid", "start_date": day, "end_date": day})
    manager.call("POST", f"/leave/requests/{request['id']}/decision", {"status": "approved"})


def check_signature(headers, public_key, origin):
    """Verifies the authorization of a push message (RFC 8292)."""
    scheme, parameters = headers["authorization"].split(" ", 1)
    values = dict(part.strip().split("=", 1) for part in parameters.split(","))
    assert (scheme, values["k"]) == ("vapid", public_key), headers["authorization"]
    signed, signature = values["t"].rsplit(".", 1)
    raw = decoded(signature)
    der = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(public_key))
    key.verify(der, signed.encode(), ec.ECDSA(hashes.SHA256()))
    claims = json.loads(decoded(signed.split(".")[1]))
    assert claims["aud"] == origin and claims["sub"].startswith("mailto:"), claims


def main(url, setup_token, folder=""):
    folder = pathlib.Path(folder) if folder else None
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    api = Api(url)
    api.call("POST", "/auth/setup", {"setup_token": setup_token, "username": "ada", "full_name": "Ada Lindqvist", "password": PASSWORD})
    admin = Api(url, "ada")
    admin.call("PATCH", "/settings", {"company_name": "Harbour Works", "time_zone": "Europe/Berlin", "registration": "open"})
    admin.call("PUT", "/branding", {"accent_color": "#0f6a5b"})
    admin = Api(url, "ada")
    mailbox = Mailbox(api, folder)

    admin.call("POST", "/users", {"username": "maria", "full_name": "Maria Weber", "email": ADDRESS, "invite": True})
    token = mailbox.token("invitation")
    api.call("POST", "/auth/password-reset/confirm", {"token": token, "password": NEW_PASSWORD})
    maria = Api(url, "maria", NEW_PASSWORD)
    assert maria.call("GET", "/auth/me")["email_verified_at"]

    newcomer = {"username": "sam", "full_name": "Sam Rivera", "email": "sam@harbour.example", "password": PASSWORD}
    api.call("POST", "/auth/register", newcomer)
    api.call("POST", "/auth/email-verification/confirm", {"token": mailbox.token("verification")})
    Api(url, "sam")

    api.call("POST", "/auth/password-reset", {"username": "maria"})
    api.call("POST", "/auth/password-reset/confirm", {"token": mailbox.token("password"), "password": PASSWORD})
    maria = Api(url, "maria")

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), PushService)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_port}"
    browser, auth = ec.generate_private_key(ec.SECP256R1()), b"0123456789abcdef"
    point = browser.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    keys = {"p256dh": encoded(point), "auth": encoded(auth)}
    maria.call("POST", "/notifications/push-subscriptions", {"endpoint": f"{origin}/send", "keys": keys})
    public_key = maria.call("GET", "/notifications/push-subscriptions")["public_key"]
    channels = {"email": ["leave_decided"], "push": ["leave_decided"]}
    maria.call("PUT", "/notifications/preferences", {"muted": [], "channels": channels})
    monday = datetime.date.today() + datetime.timedelta(days=35)
    monday -= datetime.timedelta(days=monday.weekday())
    weekdays = [monday + datetime.timedelta(days=number) for number in range(5)]
    leave(maria, admin, weekdays[0])
    mail = mailbox.take("notification")
    assert mail["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click", mail["headers"]

    ((headers, body),) = PushService.messages
    assert headers["content-encoding"] == "aes128gcm", headers
    check_signature(headers, public_key, origin)
    message = json.loads(http_ece.decrypt(body, private_key=browser, auth_secret=auth, version="aes128gcm"))
    assert message["kind"] == "leave_decided" and str(monday.year) in message["body"], message

    for date in weekdays[1:4]:
        leave(maria, admin, date)
    mailbox.take("several")
    maria.call("PATCH", "/users/me", {"language": "de"})
    leave(maria, admin, weekdays[4])
    mailbox.take("german")
    server.shutdown()

    # Two decisions of a day come together the next morning at eight.
    maria.call("PATCH", "/users/me", {"language": "en"})
    maria.call("PUT", "/notifications/preferences", {"muted": [], "channels": channels, "email_delivery": "daily"})
    for date in weekdays[:2]:
        leave(maria, admin, date + datetime.timedelta(days=14))
    mailbox.at(datetime.date.today() + datetime.timedelta(days=1), "08:00")
    mailbox.take("daily")

    # Who is still clocked in after the shift is asked about it.
    monday += datetime.timedelta(days=7)
    mailbox.at(monday, "09:00")
    maria = Api(url, "maria")
    maria.call("PUT", "/notifications/preferences", {"muted": [], "channels": {"email": ["clock_out_reminder"], "push": []}})
    maria.call("POST", "/clock/in", {})
    mailbox.at(monday, "18:15")
    assert mailbox.take("reminder")["subject"] == "Are you still at work?"
    print("A push message was decrypted with http_ece, and an e-mail of each kind was read")


if __name__ == "__main__":
    main(*sys.argv[1:])
