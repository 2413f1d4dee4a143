#!/usr/bin/env python3
"""Measures how soon a screen shows a punch, at a given number of punches a second.

    python3 bench/news.py                                   # 250 punches a second of 1,000 people, the table on disk
    python3 bench/news.py --rate 100 --people 500 --rollcall target/release/rollcall

Each person clocks in and out. An admin has a live connection, and gets a `day` message for each punch. Measured is the time from the answer
of a punch to its message, or to that of a later punch of the same person if one message is for both. It is 0 if the message came first. The
server and this client share the machine. Needs only Python 3.10.
"""

import argparse
import base64
import collections
import json
import os
import pathlib
import queue
import socket
import statistics
import struct
import sys
import tempfile
import threading
import time
import urllib.parse

import company as companies
import tables
from client import Request, send_all, send_one
from run import release_build
from stack import Stack

WAIT_SECONDS = 60


class Screen:
    """A live connection (RFC 6455) that notes when the `day` messages came, with their versions, by person."""

    def __init__(self, url, token):
        address = urllib.parse.urlsplit(send_one(url, Request("POST", "/live/tickets", token))["url"])
        self.socket = socket.create_connection((address.hostname, address.port), timeout=WAIT_SECONDS)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {address.path}?{address.query} HTTP/1.1", f"Host: {address.netloc}", "Upgrade: websocket", "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "", "",
        ]
        self.socket.sendall("\r\n".join(lines).encode())
        self.stream = self.socket.makefile("rb")
        status = self.stream.readline()
        if b" 101 " not in status:
            raise SystemExit(f"the live connection isn't opened: {status.decode().strip()}")
        while self.stream.readline().strip():
            pass
        self.days, self.news = collections.defaultdict(list), queue.Queue()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        try:
            self.read_messages()
        except OSError as error:
            print(f"the live connection ended: {error}", file=sys.stderr)
        self.news.put(None)

    def read_messages(self):
        while header := self.stream.read(2):
            size = header[1] & 0x7F
            if size == 126:
                (size,) = struct.unpack(">H", self.stream.read(2))
            elif size == 127:
                (size,) = struct.unpack(">Q", self.stream.read(8))
            text, came = self.stream.read(size), time.monotonic()
            if header[0] & 0x0F != 1:
                continue
            message = json.loads(text)
            if message["type"] == "day":
                self.days[message["data"]["user_id"]].append((message["data"]["version"], came))
                self.news.put(None)

    def shown_at(self, person, version, until):
        """Returns when that version of a person's day or a later one came, or waits for it; None if none comes until then."""
        while True:
            is_open = self.reader.is_alive()
            if times := [came for of, came in self.days[person] if of >= version]:
                return min(times)
            if not is_open:
                return None
            try:
                self.news.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rollcall", type=pathlib.Path, help="the local stack's binary (default: a release build)")
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--rate", type=int, default=250, help="punches a second")
    parser.add_argument("--connections", type=int, default=32)
    given = parser.parse_args()
    binary = given.rollcall or release_build()
    with tempfile.TemporaryDirectory(prefix="rollcall-news-") as data, Stack(binary.resolve(), companies.moment("08:40"), data) as stack:
        # The people of the department for reports don't punch.
        company = companies.make(stack, given.people + min(companies.REPORTED, given.people), 1)
        stack.settle()
        stack.control("POST", "schedules/open-day")
        stack.settle()
        people = company.people[:given.people]
        companies.sign_in_all(company, people, 4)
        screen = Screen(company.url, company.admin.token)
        start = time.monotonic() + 1
        punches = [(path, person.token) for path in ("/clock/in", "/clock/out") for person in people]
        requests = [Request("POST", path, token, {}, due=start + number / given.rate) for number, (path, token) in enumerate(punches)]
        answers, _ = send_all(company.url, requests, given.connections, keep_body=True)
        if refused := [answer for answer in answers if not 200 <= answer.status < 300]:
            raise SystemExit(f"{len(refused)} punches were refused, the first with {refused[0].status}: {refused[0].body}")
        until = time.monotonic() + WAIT_SECONDS
        shown = [(answer.at, screen.shown_at(answer.body["user_id"], answer.body["version"], until)) for answer in answers]
        lags = [max(0.0, came - answered) for answered, came in shown if came is not None]

        if not lags:
            raise SystemExit("no punch was shown")

        def row(name, values):
            share = statistics.quantiles(values, n=100, method="inclusive")
            return [name, *(f"{value:.2f} s" for value in (share[49], share[94], share[98], max(values)))]

        rate = len(answers) / (max(answer.at for answer in answers) - start)
        print(f"{len(answers):,} punches of {given.people:,} people, {given.rate} a second wanted, {rate:.0f} a second answered")
        print(f"punches that were never shown: {len(answers) - len(lags)}\n")
        rows = [row("until the answer", [answer.seconds for answer in answers]), row("from the answer to the screen", lags)]
        print(tables.table(["", "median", "95 %", "99 %", "most"], rows))


if __name__ == "__main__":
    main()
