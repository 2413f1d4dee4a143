"""Takes the punches of face and finger readers, and sends them to Rollcall.

Readers by ZKTeco and their kin push punches over plain HTTP to a host and a port ("ADMS", "iclock"). This bridge runs on the
network of the site, keeps punches on disk, and sends them over HTTPS with the device token of a kiosk. docs/terminals.md says
how to set it up. It needs Python 3.11 and nothing else:

    python3 bridge.py bridge.toml            # runs until it is stopped
    python3 bridge.py bridge.toml status     # says what waits, and what is amiss
"""

import dataclasses
import datetime
import hashlib
import http.server
import json
import logging
import os
import pathlib
import sqlite3
import sys
import threading
import time
import tomllib
import urllib.error
import urllib.parse
import urllib.request
import zoneinfo

log = logging.getLogger("bridge")

ACTIONS = {"0": "in", "1": "out", "2": "break_start", "3": "break_end", "4": "in", "5": "out"}
"""The actions of a reader's states. A reader that doesn't ask sends another state, most often 255."""
NEXT = {"in": "out", "break_end": "out", "break_start": "break_end", "out": "in"}
"""What a punch without a state does, by the person's punch before it."""
SAME_DAY = datetime.timedelta(hours=16)
"""A punch without a state that is further from the one before begins a session."""
REPEAT = datetime.timedelta(seconds=60)
"""A punch without a state that is closer to the one before is the same one."""
HISTORY = datetime.timedelta(days=1)
"""Readers send all that they hold when they are connected. Punches further before the first contact are left out."""
KEPT = datetime.timedelta(days=90)
"""For so long, Rollcall and the bridge recognize a punch that comes again, and punches of unknown people are kept."""
CLOCK_AHEAD = datetime.timedelta(seconds=90)
SILENT = datetime.timedelta(minutes=10)
MAX_BODY = 4 * 1024 * 1024
MAX_BATCH = 200

SCHEMA = """
CREATE TABLE IF NOT EXISTS terminals (
    serial TEXT PRIMARY KEY, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, last_punch TEXT, stamp TEXT, ahead REAL NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS punches (
    serial TEXT NOT NULL, pin TEXT NOT NULL, local TEXT NOT NULL, at TEXT NOT NULL, action TEXT NOT NULL,
    status TEXT NOT NULL, code TEXT, next_try TEXT NOT NULL,
    PRIMARY KEY (serial, pin, local)
);
CREATE INDEX IF NOT EXISTS waiting ON punches (status, next_try);
"""


@dataclasses.dataclass(frozen=True)
class Terminal:
    """A reader that the bridge listens to."""

    serial: str
    token_file: pathlib.Path
    badge_prefix: str


class Config:
    """The file that says where Rollcall is, and which readers there are."""

    def __init__(self, path):
        document = tomllib.loads(pathlib.Path(path).read_text())
        folder = pathlib.Path(path).resolve().parent
        self.api = document["api"].rstrip("/")
        url = urllib.parse.urlsplit(self.api)
        if url.scheme != "https" and url.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise SystemExit("api must be an https address: device tokens don't travel in the clear.")
        self.listen = document.get("listen", "0.0.0.0")
        self.port = document.get("port", 8081)
        self.spool = folder / document.get("spool", "bridge.db")
        self.terminals = {
            terminal["serial"]: Terminal(
                terminal["serial"], folder / terminal["token_file"], terminal.get("badge_prefix", "TERMINAL")
            )
            for terminal in document["terminals"]
        }


def utc_now():
    return datetime.datetime.now(datetime.UTC)


def text(instant):
    """An instant as text that sorts."""
    return instant.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def instant(local, zone, after, now):
    """The instant of a reader's local time.

    In the hour that the end of summer time repeats, it is the first one, unless the reader's last punch was after it.
    """
    first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(datetime.UTC) for fold in (0, 1))
    if first < second and after is not None and first < after and second <= now + CLOCK_AHEAD:
        return second
    return first


class Spool:
    """Punches on disk. What a reader was told is safe stays there until Rollcall has it."""

    def __init__(self, path):
        self.lock = threading.Lock()
        self.db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        os.chmod(path, 0o600)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=FULL")
        self.db.executescript(SCHEMA)

    def contact(self, serial, now):
        """Notes that a reader was heard. Returns its row."""
        with self.lock:
            self.db.execute(
                "INSERT INTO terminals (serial, first_seen, last_seen) VALUES (?, ?, ?)"
                " ON CONFLICT (serial) DO UPDATE SET last_seen = excluded.last_seen",
                (serial, text(now), text(now)),
            )
            return self.db.execute("SELECT first_seen, last_punch, stamp FROM terminals WHERE serial = ?", (serial,)).fetchone()

    def keep(self, serial, records, zone, stamp, now):
        """Keeps the records of one message, all or none. Returns how many are new."""
        with self.lock:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                new = self._keep(serial, records, zone, now)
                self.db.execute("UPDATE terminals SET stamp = COALESCE(?, stamp) WHERE serial = ?", (stamp, serial))
                self.db.execute("COMMIT")
                return new
            except BaseException:
                self.db.execute("ROLLBACK")
                raise

    def _keep(self, serial, records, zone, now):
        first_seen, last = self.db.execute("SELECT first_seen, last_punch FROM terminals WHERE serial = ?", (serial,)).fetchone()
        oldest = datetime.datetime.fromisoformat(first_seen) - HISTORY
        last = datetime.datetime.fromisoformat(last) if last else None
        new = 0
        for pin, local, state in records:
            at = instant(local, zone, last, now)
            ahead = (at - now).total_seconds()
            self.db.execute("UPDATE terminals SET ahead = ? WHERE serial = ?", (max(ahead, 0), serial))
            if ahead > CLOCK_AHEAD.total_seconds():
                log.warning("The clock of terminal %s is %d seconds ahead.", serial, ahead)
            if at < oldest:
                continue
            last = at if last is None else max(last, at)
            action = ACTIONS.get(state) or self._next_action(pin, at)
            if action is None:
                continue
            new += self.db.execute(
                "INSERT OR IGNORE INTO punches VALUES (?, ?, ?, ?, ?, 'waiting', NULL, ?)",
                (serial, pin, local.isoformat(), text(at), action, text(now)),
            ).rowcount
        if last is not None:
            self.db.execute("UPDATE terminals SET last_punch = ? WHERE serial = ?", (text(last), serial))
        return new

    def _next_action(self, pin, at):
        """What a punch without a state does. None if it is the one before again."""
        before = self.db.execute(
            "SELECT action, at FROM punches WHERE pin = ? AND at >= ? AND at <= ? ORDER BY at DESC LIMIT 1",
            (pin, text(at - SAME_DAY), text(at)),
        ).fetchone()
        if before is None:
            return "in"
        if at - datetime.datetime.fromisoformat(before[1]) < REPEAT:
            return None
        return NEXT[before[0]]

    def waiting(self, serial, now):
        with self.lock:
            return self.db.execute(
                "SELECT pin, local, at, action FROM punches WHERE serial = ? AND status IN ('waiting', 'unknown') AND next_try <= ?"
                " ORDER BY at LIMIT ?",
                (serial, text(now), MAX_BATCH),
            ).fetchall()

    def settle(self, serial, pin, local, status, code, next_try):
        with self.lock:
            self.db.execute(
                "UPDATE punches SET status = ?, code = ?, next_try = ? WHERE serial = ? AND pin = ? AND local = ?",
                (status, code, text(next_try), serial, pin, local),
            )

    def forget(self, now):
        with self.lock:
            self.db.execute("DELETE FROM punches WHERE at < ? AND status <> 'waiting'", (text(now - KEPT),))

    def status(self, now):
        """What waits, and what is amiss."""
        with self.lock:
            terminals = self.db.execute("SELECT serial, last_seen, ahead FROM terminals ORDER BY serial").fetchall()
            counts = self.db.execute("SELECT serial, status, COUNT(*) FROM punches GROUP BY serial, status").fetchall()
            unknown = self.db.execute(
                "SELECT serial, pin, COUNT(*), MIN(at) FROM punches WHERE status = 'unknown' GROUP BY serial, pin"
            ).fetchall()
        return {
            "terminals": [
                {
                    "serial": serial,
                    "last_seen_at": seen,
                    "is_silent": now - datetime.datetime.fromisoformat(seen) > SILENT,
                    "clock_ahead_seconds": round(ahead),
                    "punches": {status: count for of, status, count in counts if of == serial},
                }
                for serial, seen, ahead in terminals
            ],
            "unknown_people": [
                {"serial": serial, "pin": pin, "punches": count, "since": since} for serial, pin, count, since in unknown
            ],
        }


class Refused(Exception):
    """Rollcall's answer to a request that it refuses."""

    def __init__(self, status):
        super().__init__(f"Rollcall answered {status}")
        self.status = status


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """A device token goes to the configured host alone."""

    def redirect_request(self, *_):
        return None


class Sender:
    """Sends the punches of one terminal as those of its kiosk."""

    def __init__(self, config, spool, terminal):
        self.config, self.spool, self.terminal = config, spool, terminal
        self.opener = urllib.request.build_opener(NoRedirects)
        self.zone = None
        self.seen = 0.0

    def call(self, method, path, body=None):
        token = self.terminal.token_file.read_text().strip()
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json", "user-agent": "rollcall-bridge"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.config.api + path, data=data, headers=headers, method=method)
        try:
            with self.opener.open(request, timeout=35) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raise Refused(error.code) from None

    def check_in(self):
        """Asks for the site's time zone and the token's end, at most every five minutes. This also shows that the bridge is alive."""
        if self.zone and time.monotonic() - self.seen < 300:
            return
        kiosk = self.call("GET", "/kiosk")
        self.zone, self.seen = zoneinfo.ZoneInfo(kiosk["site"]["time_zone"]), time.monotonic()
        expires = datetime.datetime.fromisoformat(kiosk["token_expires_at"])
        if expires - utc_now() < datetime.timedelta(days=30):
            self.renew()

    def renew(self):
        token = self.call("POST", "/kiosk/token")["device_token"]
        new = self.terminal.token_file.with_suffix(".new")
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(token)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, self.terminal.token_file)
        log.info("The token of terminal %s was renewed.", self.terminal.serial)

    def send(self):
        """Sends what waits. Returns whether there may be more."""
        now = utc_now()
        rows = self.spool.waiting(self.terminal.serial, now)
        if not rows:
            return False
        names = {self.name(pin, local): (pin, local) for pin, local, _, _ in rows}
        punches = [
            {"client_id": self.name(pin, local), "badge": self.terminal.badge_prefix + pin, "action": action, "occurred_at": at}
            for pin, local, at, action in rows
        ]
        for result in self.call("POST", "/kiosk/batch", {"sent_at": text(now), "punches": punches})["results"]:
            pin, local = names[result["client_id"]]
            status, code = result["status"], result.get("code")
            next_try = now
            if status == "retry":
                status, next_try = "waiting", now + datetime.timedelta(seconds=30)
            elif status == "refused" and code == "invalid_credentials":
                # Nobody has this badge yet. Once somebody has it, the punch is theirs.
                status, next_try = "unknown", now + datetime.timedelta(minutes=10)
            self.spool.settle(self.terminal.serial, pin, local, status, code, next_try)
        return len(rows) == MAX_BATCH

    def name(self, pin, local):
        """The punch's name, which is the same whenever the reader sends it again."""
        return hashlib.sha256(f"{self.terminal.serial}\n{pin}\n{local}".encode()).hexdigest()

    def run(self, stop, wake):
        pause = 0
        while not stop.is_set():
            try:
                self.check_in()
                while self.send():
                    pass
                pause = 0
            except (Refused, OSError, ValueError, KeyError) as error:
                pause = min(max(2 * pause, 5), 300)
                log.warning("Terminal %s: %s. Tried again in %d seconds.", self.terminal.serial, error, pause)
            wake.wait(pause or 5)
            wake.clear()


def read_records(body):
    """The punches of an ATTLOG: PIN, local time and state, in columns that tabs separate. Returns them and what isn't one."""
    records, unread = [], 0
    for line in body.decode("utf-8", "replace").splitlines():
        if not line.strip():
            continue
        columns = [column.strip() for column in line.split("\t")]
        try:
            pin, local = columns[0], datetime.datetime.strptime(columns[1], "%Y-%m-%d %H:%M:%S")
            if not (pin.isascii() and pin.isalnum() and len(pin) <= 24):
                raise ValueError
        except (IndexError, ValueError):
            unread += 1
            continue
        records.append((pin, local, columns[2] if len(columns) > 2 else "255"))
    return records, unread


def offset(zone, now):
    """A zone as readers take it: whole hours, or minutes if the offset has no whole hours."""
    minutes = int(now.astimezone(zone).utcoffset().total_seconds() // 60)
    return minutes if minutes % 60 else minutes // 60


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
        self.serve = getattr(self.server, "bridge")
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
        sender = self.serve.senders.get(serial)
        if sender is None:
            self.serve.report_stranger(serial, self.client_address[0])
            return self.answer(403, "ERROR")
        now = utc_now()
        _, _, stamp = self.serve.spool.contact(serial, now)
        path, table = url.path.removesuffix(".aspx"), query.get("table", "").upper()
        if self.command == "GET" and path == "/iclock/cdata":
            return self.greet(serial, sender, stamp, now)
        if self.command == "POST" and path == "/iclock/cdata" and table == "ATTLOG":
            return self.take(serial, sender, body, query.get("stamp"), now)
        # The rest is dropped unread: templates of fingers and faces, photos, and the log of the reader's menu.
        if path == "/iclock/cdata" and table == "OPERLOG":
            return self.answer(200, f"OK: {len(body.splitlines())}")
        if path.startswith("/iclock/"):
            return self.answer(200, "OK")
        return self.answer(404, "ERROR")

    do_GET = do_POST = handle_request

    def greet(self, serial, sender, stamp, now):
        lines = [
            f"GET OPTION FROM: {serial}",
            f"ATTLOGStamp={stamp or 0}",
            "OPERLOGStamp=9999",
            "ATTPHOTOStamp=9999",
            "ErrorDelay=30",
            "Delay=10",
            "TransTimes=00:00;12:00",
            "TransInterval=1",
            "TransFlag=TransData AttLog",
            "Realtime=1",
            "Encrypt=None",
        ]
        if sender.zone:
            lines.append(f"TimeZone={offset(sender.zone, now)}")
        self.answer(200, "\n".join(lines) + "\n")

    def take(self, serial, sender, body, stamp, now):
        if sender.zone is None:
            # Without a zone, the times mean nothing yet. The reader keeps the punches and sends them again.
            return self.answer(503, "ERROR")
        records, unread = read_records(body)
        new = self.serve.spool.keep(serial, records, sender.zone, stamp, now)
        log.info("Terminal %s: %d punches, of which %d are new.", serial, len(records), new)
        if unread:
            log.warning("Terminal %s: %d lines can't be read.", serial, unread)
        self.serve.wake[serial].set()
        self.answer(200, f"OK: {len(records) + unread}")

    def log_message(self, *_):
        """Requests aren't logged: their bodies and addresses are about people."""


class Bridge:
    """The readers' server, and a sender for each reader."""

    def __init__(self, config):
        self.config, self.spool = config, Spool(config.spool)
        self.senders = {serial: Sender(config, self.spool, terminal) for serial, terminal in config.terminals.items()}
        self.stop, self.wake = threading.Event(), {serial: threading.Event() for serial in self.senders}
        self.strangers = set()
        for serial, sender in self.senders.items():
            sender.zone = self.known_zone(serial)
        self.server = http.server.ThreadingHTTPServer((config.listen, config.port), Handler)
        self.server.daemon_threads = True
        self.server.bridge = self
        self.threads = [threading.Thread(target=self.server.serve_forever, daemon=True)]
        self.threads += [
            threading.Thread(target=self.run_sender, args=(serial,), daemon=True) for serial in self.senders
        ]

    def zone_file(self, serial):
        return self.config.spool.with_name(f"{self.config.spool.stem}.{serial}.zone")

    def known_zone(self, serial):
        """The zone that was known before a restart, so that a bridge which starts without a network takes punches."""
        try:
            return zoneinfo.ZoneInfo(self.zone_file(serial).read_text())
        except (OSError, ValueError, zoneinfo.ZoneInfoNotFoundError):
            return None

    def run_sender(self, serial):
        sender = self.senders[serial]
        ask = sender.check_in

        def check_in():
            ask()
            if sender.zone and self.known_zone(serial) != sender.zone:
                self.zone_file(serial).write_text(sender.zone.key)
            self.spool.forget(utc_now())

        sender.check_in = check_in
        sender.run(self.stop, self.wake[serial])

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
        amiss = status["unknown_people"] or any(
            it["is_silent"] or it["clock_ahead_seconds"] > CLOCK_AHEAD.total_seconds() for it in status["terminals"]
        )
        raise SystemExit(1 if amiss else 0)
    bridge = Bridge(config)
    bridge.start()
    log.info("Listens on port %d for %d terminals.", bridge.server.server_port, len(config.terminals))
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        bridge.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
