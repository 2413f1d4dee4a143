"""Sends many requests at once, over connections that stay open, from several processes: one Python process has too little CPU."""

import collections
import concurrent.futures
import dataclasses
import http.client
import json
import multiprocessing
import os
import ssl
import threading
import time
import urllib.parse

PROCESSES = max(2, (os.cpu_count() or 2) - 1)


@dataclasses.dataclass
class Request:
    """A request of the API."""

    method: str
    path: str
    token: str | None = None
    body: dict | None = None
    headers: dict = dataclasses.field(default_factory=dict)
    # The time of time.monotonic() before which it isn't sent.
    due: float = 0.0


@dataclasses.dataclass
class Answer:
    """The answer of a request, and the seconds that it took: with a due time, the seconds since then."""

    status: int
    seconds: float
    size: int
    body: object
    # When it came, by time.monotonic(), which is the same clock in all processes.
    at: float = 0.0


class Connection:
    """An open connection. Reconnects if the server closes it between two requests."""

    def __init__(self, url):
        address = urllib.parse.urlsplit(url)
        self.base = address.path.rstrip("/")
        if address.scheme == "https":
            self.open = lambda: http.client.HTTPSConnection(address.netloc, timeout=120, context=ssl.create_default_context())
        else:
            self.open = lambda: http.client.HTTPConnection(address.netloc, timeout=120)
        self.connection = self.open()

    def send(self, request, keep_body):
        headers = {"Accept": "application/json", **request.headers}
        data = None
        if request.token:
            headers["Authorization"] = f"Bearer {request.token}"
        if request.body is not None:
            headers["Content-Type"], data = "application/json", json.dumps(request.body)
        started = time.perf_counter()
        try:
            self.connection.request(request.method, self.base + request.path, data, headers)
            answer = self.connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # Nothing of an answer came: a connection that was idle for too long.
            self.connection.close()
            self.connection = self.open()
            self.connection.request(request.method, self.base + request.path, data, headers)
            answer = self.connection.getresponse()
        text = answer.read()
        seconds, at = time.perf_counter() - started, time.monotonic()
        failed = answer.status >= 400
        body = text.decode(errors="replace")[:2000] if failed else json.loads(text) if keep_body and text else None
        return Answer(answer.status, seconds, len(text), body, at)


def send_one(url, request):
    """Sends one request, and returns the body of its answer. Ends the program if it isn't 2xx."""
    answer = Connection(url).send(request, True)
    if answer.status >= 300:
        raise SystemExit(f"{request.method} {request.path} answered {answer.status}: {answer.body}")
    return answer.body


def _work(url, numbered, threads, keep_body):
    """Sends the requests of one process, with that many connections."""
    left, done, lock = collections.deque(numbered), [], threading.Lock()

    def run():
        connection = Connection(url)
        while True:
            with lock:
                if not left:
                    return
                number, request = left.popleft()
            time.sleep(max(0.0, request.due - time.monotonic()))
            try:
                answer = connection.send(request, keep_body)
            except OSError as error:
                answer = Answer(0, 0.0, 0, str(error))
            if request.due:
                # A request that waited for a connection waited as a person would have.
                answer.seconds = answer.at - request.due
            done.append((number, answer))

    workers = [threading.Thread(target=run) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return done


def send_all(url, requests, concurrency, keep_body=False):
    """Sends requests, that many at once. Returns the answers in the order of the requests, and the seconds of all together."""
    processes = min(PROCESSES, concurrency)
    threads = [concurrency // processes + (number < concurrency % processes) for number in range(processes)]
    numbered = list(enumerate(requests))
    # Each process gets its share by its number of connections.
    turns = [number for number, count in enumerate(threads) for _ in range(count)]
    shares = [[] for _ in range(processes)]
    for number, request in numbered:
        shares[turns[number % len(turns)]].append((number, request))
    with concurrent.futures.ProcessPoolExecutor(processes, multiprocessing.get_context("fork")) as pool:
        # The processes start before the time is taken.
        list(pool.map(abs, range(processes)))
        started = time.perf_counter()
        jobs = [pool.submit(_work, url, share, count, keep_body) for share, count in zip(shares, threads)]
        answers = dict(pair for job in jobs for pair in job.result())
        seconds = time.perf_counter() - started
    return [answers[number] for number in range(len(numbered))], seconds
