"""Measures what the real server costs: requests a second, times, and CPU of the server processes (utime + stime of
gunicorn's tree, of PostgreSQL's and Redis's, from /proc) divided by the requests answered. The client is this process
and does not count."""

import contextlib
import gzip
import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from tests.servers import ROOT, die_with_parent, free_port

TICKS = os.sysconf("SC_CLK_TCK")


class Figures(NamedTuple):
    """Times in milliseconds; ``cpu`` of all server processes and ``services_cpu`` of PostgreSQL and Redis alone, each a
    unit of work, which is a request unless said otherwise."""

    done: int
    per_second: float
    p50: float
    p95: float
    cpu: float
    services_cpu: float

    def __str__(self):
        return (f"{self.per_second:8.1f}/s   p50 {self.p50:7.1f} ms   p95 {self.p95:7.1f} ms   "
                f"CPU {self.cpu:7.2f} ms (PostgreSQL and Redis {self.services_cpu:.2f})")


def measure_machine():
    """CPU milliseconds of a fixed piece of plain Python: what this machine is worth at this moment."""
    began, total = time.process_time(), 0
    for number in range(3_000_000):
        total += number * number
    return (time.process_time() - began) * 1000


def read_processes():
    """{pid: (parent, CPU seconds of it and of the children it has waited for)} of this machine."""
    processes = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            processes[int(stat.parent.name)] = int(fields[1]), sum(map(int, fields[11:15])) / TICKS
    return processes


def get_tree(root, processes):
    """``root`` and everything below it."""
    tree, added = set(), {root}
    while added:
        tree |= added
        added = {pid for pid, (parent, _cpu) in processes.items() if parent in added} - tree
    return tree


def get_cpu_seconds(root):
    processes = read_processes()
    return sum(processes[pid][1] for pid in get_tree(root, processes) if pid in processes)


def get_peak_memory(pid):
    """The largest resident size in MB that a process has had."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


class Server:
    """gunicorn as lms.serving sets it up, on a free port. ``services``: first processes of PostgreSQL and Redis."""

    def __init__(self, environment, services=()):
        self.port = free_port()
        self.services = services
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "python:lms.serving", "--bind", f"127.0.0.1:{self.port}",
             "lms.wsgi"], cwd=ROOT, env=environment, preexec_fn=die_with_parent)
        self._wait()

    def _wait(self):
        for _attempt in range(300):
            with contextlib.suppress(OSError):
                browser = Browser(self.port)
                if browser.get("/healthz").status == 200:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError("The server does not answer.")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)

    def get_peak_memory(self):
        processes = read_processes()
        return sum(get_peak_memory(pid) for pid in get_tree(self.process.pid, processes))

    def measure(self, work, *, times, clients=1, warm_up=5):
        """Do ``work(browser, number)`` ``times`` times in all, spread over ``clients`` browsers. Each has its own
        ``browser`` from ``work.sign_in(number)`` where there is such a function."""
        browsers = [Browser(self.port, work.cookies(number)) for number in range(clients)]
        for number in range(warm_up):
            work(browsers[number % clients], number)
        before = get_cpu_seconds(self.process.pid), sum(map(get_cpu_seconds, self.services))
        began = time.perf_counter()
        durations = self._spread(work, browsers, range(warm_up, warm_up + times))
        elapsed = time.perf_counter() - began
        server = get_cpu_seconds(self.process.pid) - before[0]
        services = sum(map(get_cpu_seconds, self.services)) - before[1]
        return Figures(times, times / elapsed, statistics.median(durations) * 1000,
                       statistics.quantiles(durations, n=20)[-1] * 1000, (server + services) * 1000 / times,
                       services * 1000 / times)

    @staticmethod
    def _spread(work, browsers, numbers):
        numbers, durations, errors, lock = iter(numbers), [], [], threading.Lock()

        def go(browser):
            while not errors:
                with lock:
                    number = next(numbers, None)
                if number is None:
                    return
                began = time.perf_counter()
                try:
                    work(browser, number)
                except Exception as error:
                    errors.append(error)
                durations.append(time.perf_counter() - began)

        threads = [threading.Thread(target=go, args=[browser]) for browser in browsers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]
        return durations


class Answer(NamedTuple):
    status: int
    headers: dict
    body: bytes

    @property
    def text(self):
        body = gzip.decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body
        return body.decode()


class Browser:
    """One kept connection with cookies. Answers are compressed, as a real browser asks for them."""

    def __init__(self, port, cookies=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies = dict(cookies or {})
        self.requests = 0

    def _send(self, method, path, body=None, headers=()):
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Accept-Encoding": "gzip", "Cookie": cookies, **dict(headers)}
        try:
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):  # kept too long
            self.connection.close()
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
        self.requests += 1
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                cookie, _semicolon, _rest = value.partition(";")
                self.cookies[cookie.partition("=")[0]] = cookie.partition("=")[2]
        if self.connection.sock and self.requests == 1:
            self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())

    def get(self, path, expect=None):
        answer = self._send("GET", path)
        if expect and answer.status != expect:
            raise RuntimeError(f"GET {path}: {answer.status}, not {expect}")
        return answer

    def post(self, path, fields, expect=302):
        body = urlencode({**fields, "csrfmiddlewaretoken": self.cookies["csrftoken"]}, doseq=True)
        answer = self._send("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})
        if answer.status != expect:
            raise RuntimeError(f"POST {path}: {answer.status}, not {expect}")
        return answer
