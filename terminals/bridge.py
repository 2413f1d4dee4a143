"""Passes the requests of face and finger readers to Rollcall.

Readers by ZKTeco and their kin speak plain HTTP to a host and a port ("ADMS", "iclock"). This bridge runs on the network of the
site. It forwards their requests over HTTPS with the terminal's secret, and keeps punches on disk until Rollcall has them.
docs/terminals.md says how to set it up. It needs Python 3.11 and nothing else:

    python3 bridge.py bridge.toml            # runs until it is stopped
    python3 bridge.py bridge.toml status     # says what waits, and what is amiss
"""

import dataclasses
import datetime
import hashlib
import http.client
import http.server
import json
import logging
import os
import pathlib
import sqlite3
import sys
import threading
import tomllib
import urllib.error
import urllib.parse
import urllib.request

log = logging.getLogger("bridge")

MAX_BODY = 4 * 1024 * 1024
MAX_LINES = 200
"""The punches that are forwarded in a request. More may take longer than Rollcall has for a request."""
LIVE_TIMEOUT = 10
"""The seconds that a reader waits for an answer of Rollcall."""
FORWARD_TIMEOUT = 35
SILENT = datetime.timedelta(minutes=10)

SCHEMA = """
CREATE TABLE IF NOT EXISTS readers (
    serial TEXT PRIMARY KEY, last_seen TEXT NOT NULL, stamp TEXT, options TEXT
);
CREATE TABLE IF NOT EXISTS requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT, serial TEXT NOT NULL, digest TEXT NOT NULL,
    path TEXT NOT NULL, body BLOB NOT NULL, received_at TEXT NOT NULL,
    UNIQUE (serial, digest)
);
"""


@dataclasses.dataclass(frozen=True)
class Terminal:
    """A reader that the bridge listens to."""

    serial: str
    secret_file: pathlib.Path


class Config:
    """The file that says where Rollcall is, and which readers there are."""

    def __init__(self, path):
        document = tomllib.loads(pathlib.Path(path).read_text())
        folder = pathlib.Path(path).resolve().parent
        self.api = document["api"].rstrip("/")
        url = urllib.parse.urlsplit(self.api)
        if url.scheme != "https" and url.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise SystemExit("api must be an https address: secrets don't travel in the clear.")
        self.listen = document.get("listen", "0.0.0.0")
        self.port = document.get("port", 8081)
        self.spool = folder / document.get("spool", "bridge.db")
        self.terminals = {
            terminal["serial"]: Terminal(terminal["serial"], folder / terminal["secret_file"])
            for terminal in document["terminals"]
        }


def utc_now():
    return datetime.datetime.now(datetime.UTC)


def text(instant):
    """An instant as text that sorts."""
    return instant.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Spool:
    """Requests on disk. What a reader was told is safe stays there until Rollcall has it."""

    def __init__(self, path):
        self.lock = threading.Lock()
        self.db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        os.chmod(path, 0o600)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=FULL")
        self.db.executescript(SCHEMA)

    def see(self, serial, now):
        """Notes that a reader was heard. Returns its last stamp and the options that it got last."""
        with self.lock:
            self.db.execute(
                "INSERT INTO readers (serial, last_seen) VALUES (?, ?)"
                " ON CONFLICT (serial) DO UPDATE SET last_seen = excluded.last_seen",
                (serial, text(now)),
            )
            return self.db.execute("SELECT stamp, options FROM readers WHERE serial = ?", (serial,)).fetchone()

    def keep_options(self, serial, options):
        with self.lock:
            self.db.execute("UPDATE readers SET options = ? WHERE serial = ?", (options, serial))

    def keep(self, serial, requests, stamp, now):
        """Keeps requests, all or none. A request that waits already is kept once."""
        with self.lock:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                for path, body in requests:
                    digest = hashlib.sha256(path.encode() + b"\n" + body).hexdigest()
                    self.db.execute(
                        "INSERT OR IGNORE INTO requests (serial, digest, path, body, received_at) VALUES (?, ?, ?, ?, ?)",
                        (serial, digest, path, body, text(now)),
                    )
                self.db.execute("UPDATE readers SET stamp = COALESCE(?, stamp) WHERE serial = ?", (stamp, serial))
                self.db.execute("COMMIT")
            except BaseException:
                self.db.execute("ROLLBACK")
                raise

    def first(self, serial):
        """The oldest request of a reader that waits."""
        with self.lock:
            return self.db.execute(
                "SELECT id, path, body, received_at FROM requests WHERE serial = ? ORDER BY id LIMIT 1", (serial,)
            ).fetchone()

    def forget(self, request):
        with self.lock:
            self.db.execute("DELETE FROM requests WHERE id = ?", (request,))

    def status(self, now):
        """What waits, and when each reader was heard."""
        with self.lock:
            readers = self.db.execute("SELECT serial, last_seen FROM readers ORDER BY serial").fetchall()
            waiting = dict(self.db.execute("SELECT serial, COUNT(*) FROM requests GROUP BY serial").fetchall())
            oldest = dict(self.db.execute("SELECT serial, MIN(received_at) FROM requests GROUP BY serial").fetchall())
        return {
            "readers": [
                {
                    "serial": serial,
                    "last_seen_at": seen,
                    "is_silent": now - datetime.datetime.fromisoformat(seen) > SILENT,
                    "requests_waiting": waiting.get(serial, 0),
                    "waiting_since": oldest.get(serial),
                }
                for serial, seen in readers
            ]
        }


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """A secret goes to the configured host alone."""

    def redirect_request(self, *_):
        return None


class Unreachable(Exception):
    """Rollcall can't be reached, or asks to be called again."""


class Refused(Exception):
    """Rollcall refuses the terminal's secret or serial number."""


class Sender:
    """Forwards the requests of one terminal."""

    def __init__(self, config, spool, terminal):
        self.config, self.spool, self.terminal = config, spool, terminal
        # The environment's proxies aren't used: they would see the secret of a plain local address.
        self.opener = urllib.request.build_opener(NoRedirects, urllib.request.ProxyHandler({}))

    def call(self, path, body=None, received_at=None, timeout=FORWARD_TIMEOUT):
        """Forwards a request, and returns the answer's text."""
        secret = self.terminal.secret_file.read_text().strip()
        headers = {"authorization": f"Bearer {secret}", "user-agent": "rollcall-bridge"}
        if body is not None:
            headers["content-type"] = "text/plain"
        if received_at:
            headers["x-received-at"] = received_at
        request = urllib.request.Request(self.config.api + path, data=body, headers=headers)
        try:
            with self.opener.open(request, timeout=timeout) as answer:
                return answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            error.close()
            if error.code in (400, 401, 403, 404, 413):
                raise Refused(f"Rollcall answered {error.code}") from None
            raise Unreachable(f"Rollcall answered {error.code}") from None
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(str(error)) from None

    def send(self):
        """Forwards the oldest request that waits. Returns whether there was one."""
        waiting = self.spool.first(self.terminal.serial)
        if waiting is None:
            return False
        request, path, body, received_at = waiting
        self.call(path, body, received_at)
        self.spool.forget(request)
        return True

    def run(self, stop, wake):
        pause = 0
        while not stop.is_set():
            try:
                while not stop.is_set() and self.send():
                    pass
                pause = 0
            except (Unreachable, Refused, OSError) as error:
                pause = min(max(2 * pause, 5), 300)
                log.warning("Terminal %s: %s. Tried again in %d seconds.", self.terminal.serial, error, pause)
            wake.wait(pause or 30)
            wake.clear()


def punches(body):
    """The punches of an ATTLOG: number, time and state of each line. The rest of a line isn't forwarded."""
    lines = [line for line in body.decode("utf-8", "replace").splitlines() if line.strip()]
    return ["\t".join(column.strip() for column in line.split("\t")[:3]) for line in lines]


class Handler(http.server.BaseHTTPRequestHandler):
    """Speaks the protocol of the readers."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "bridge", ""
    timeout = 60

    def answer(self, status, body):
        data = body.encode()
        self.send_response(status)  # With `Date`, by which readers set their clocks.
        self.send_header("content-type", "text/plain")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def handle_request(self):
        bridge = getattr(self.server, "bridge")
        url = urllib.parse.urlsplit(self.path)
        query = {name.lower(): values[0] for name, values in urllib.parse.parse_qs(url.query).items()}
        size = self.headers.get("content-length", "0")
        body = b""
        if not size.isdigit() or int(size) > MAX_BODY:
            self.close_connection = True
            return self.answer(413, "ERROR")
        if self.command == "POST":
            body = self.rfile.read(int(size))
        serial = query.get("sn", "")
        sender = bridge.senders.get(serial)
        if sender is None:
            bridge.report_stranger(serial, self.client_address[0])
            return self.answer(403, "ERROR")
        now = utc_now()
        stamp, options = bridge.spool.see(serial, now)
        name, table = url.path.removesuffix(".aspx"), query.get("table", "").upper()
        if self.command == "GET" and name == "/iclock/cdata":
            return self.answer(*bridge.options(serial, stamp, options))
        if self.command == "GET" and name == "/iclock/getrequest":
            return self.answer(200, bridge.commands(serial, query.get("info")))
        if self.command == "POST" and name == "/iclock/cdata" and table == "ATTLOG":
            lines = punches(body)
            bridge.keep_punches(serial, lines, query.get("stamp"), now)
            return self.answer(200, f"OK: {len(lines)}")
        if self.command == "POST" and name == "/iclock/devicecmd":
            bridge.keep(serial, [(f"/iclock/devicecmd?SN={serial}", body)], None, now)
            return self.answer(200, "OK")
        # The rest is dropped: templates of fingers and faces, photos, and the log of the reader's menu.
        if name == "/iclock/cdata" and table == "OPERLOG":
            return self.answer(200, f"OK: {len([line for line in body.splitlines() if line.strip()])}")
        if name.startswith("/iclock/"):
            return self.answer(200, "OK")
        return self.answer(404, "ERROR")

    do_GET = do_POST = handle_request

    def log_message(self, *_):
        """Requests aren't logged: their bodies and addresses are about people."""


class Bridge:
    """The readers' server, and a sender for each reader."""

    def __init__(self, config):
        self.config, self.spool = config, Spool(config.spool)
        self.senders = {serial: Sender(config, self.spool, terminal) for serial, terminal in config.terminals.items()}
        self.stop, self.wake = threading.Event(), {serial: threading.Event() for serial in self.senders}
        self.strangers = set()
        self.server = http.server.ThreadingHTTPServer((config.listen, config.port), Handler)
        self.server.daemon_threads = True
        self.server.bridge = self
        self.threads = [threading.Thread(target=self.server.serve_forever, daemon=True)]
        self.threads += [
            threading.Thread(target=sender.run, args=(self.stop, self.wake[serial]), daemon=True)
            for serial, sender in self.senders.items()
        ]

    def options(self, serial, stamp, kept):
        """The options of a reader: Rollcall's, or those that the reader got last. The stamp is the bridge's, which has all punches."""
        path = f"/iclock/cdata?SN={serial}&options=all"
        try:
            options = self.senders[serial].call(path, timeout=LIVE_TIMEOUT)
            self.spool.keep_options(serial, options)
        except (Unreachable, Refused, OSError) as error:
            log.warning("Terminal %s: %s. It gets the options that it had.", serial, error)
            if kept is None:
                # Without a zone, the reader's times may be wrong. It keeps its punches and asks again.
                return 503, "ERROR"
            options = kept
        stamps = ("Stamp=", "ATTLOGStamp=")
        lines = [
            line.split("=")[0] + f"={stamp}" if stamp and line.startswith(stamps) else line for line in options.splitlines()
        ]
        return 200, "\n".join(lines) + "\n"

    def commands(self, serial, info):
        """The commands for a reader; none without a network."""
        more = "" if info is None else "&INFO=" + urllib.parse.quote(info)
        try:
            return self.senders[serial].call(f"/iclock/getrequest?SN={serial}{more}", timeout=LIVE_TIMEOUT)
        except (Unreachable, Refused, OSError) as error:
            log.warning("Terminal %s: %s.", serial, error)
            return "OK"

    def keep_punches(self, serial, lines, stamp, now):
        """Keeps punches, in requests that Rollcall has time for."""
        query = urllib.parse.urlencode({"SN": serial, "table": "ATTLOG", "Stamp": stamp or "0"})
        parts = [lines[start : start + MAX_LINES] for start in range(0, len(lines), MAX_LINES)]
        requests = [(f"/iclock/cdata?{query}", ("\n".join(part) + "\n").encode()) for part in parts]
        self.keep(serial, requests, stamp, now)
        log.info("Terminal %s: %d punches.", serial, len(lines))

    def keep(self, serial, requests, stamp, now):
        self.spool.keep(serial, requests, stamp, now)
        self.wake[serial].set()

    def report_stranger(self, serial, address):
        if len(self.strangers) < 100 and serial not in self.strangers:
            self.strangers.add(serial)
            log.warning("A terminal that isn't configured calls from %s: serial %r.", address, serial[:40])

    def start(self):
        for thread in self.threads:
            thread.start()

    def close(self):
        self.stop.set()
        for wake in self.wake.values():
            wake.set()
        self.server.shutdown()
        self.server.server_close()
        for thread in self.threads:
            thread.join(timeout=40)
        self.spool.db.close()


def main(path, command="run"):
    config = Config(path)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    if command == "status":
        status = Spool(config.spool).status(utc_now())
        print(json.dumps(status, indent=2))
        raise SystemExit(1 if any(reader["is_silent"] or reader["requests_waiting"] for reader in status["readers"]) else 0)
    bridge = Bridge(config)
    bridge.start()
    log.info("Listens on port %d for %d terminals.", bridge.server.server_port, len(config.terminals))
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        bridge.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
