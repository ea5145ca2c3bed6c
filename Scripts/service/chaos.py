#!/usr/bin/env python3
"""Breaks a service on purpose and looks whether what it acknowledged is there.

    Scripts/service/chaos.py --rmc .build/release/rmc [--kills 100] [--participants 10000] [--short]

Kills with SIGKILL under load, a full disk, a folder that cannot be written, a damaged last page, heartbeats that come late,
twice and in another order. Needs nothing but Python and the loopback address; the full and the read-only disk are tried
where a small file system can be mounted (root), and said to be skipped elsewhere. Prints one line a step; fails if any
step does.
"""
import argparse
import http.client
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

KEY = "a-key-for-chaos-and-nothing-else"
PLACES = [(50.1, 8.7), (40.7, -74.0), (1.35, 103.8), (-33.9, 151.2), (51.5, -0.1), (35.7, 139.7)]


class Service:
    def __init__(self, rmc, folder, *settings):
        self.rmc, self.folder, self.settings = rmc, folder, list(settings)
        self.port = 0
        self.log = tempfile.TemporaryFile("w+")

    def start(self):
        """Starts, waits for the line that says it is ready; seconds that took."""
        begin = time.monotonic()
        self.process = subprocess.Popen(
            [self.rmc, "serve", "--port", "0", "--data", self.folder, "--log-level", "error", *self.settings],
            env={**os.environ, "RMC_OPERATOR_KEY": KEY}, stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        if "ready on" not in line:
            self.process.wait()
            self.log.seek(0)
            raise SystemExit(f"chaos: the service did not start: {line!r} {self.log.read()[-400:]!r}")
        self.port = int(line.rsplit(":", 1)[1])
        return time.monotonic() - begin

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=60)
        self.process.stdout.close()
        return code

    def client(self):
        return Client(self.port)


class Client:
    """A connection that is kept; raises OSError when the service is gone."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def send(self, method, path, body=None, key=None):
        headers = {"Authorization": f"Bearer {KEY}"}
        if key:
            headers["Idempotency-Key"] = key
        try:
            self.connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = self.connection.getresponse()
            data = answer.read()
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error
        return answer.status, json.loads(data) if data else None


def person(name, generator):
    latitude, longitude = generator.choice(PLACES)
    return {"id": name, "latitude": round(latitude + generator.uniform(-3, 3), 3),
            "longitude": round(longitude + generator.uniform(-3, 3), 3)}


def populate(client, participants, generator, sessions=None):
    sessions = sessions or max(1, participants // 50)
    for index, (latitude, longitude) in enumerate(PLACES * 2):
        status, _ = client.send("PUT", f"/v1/servers/srv-{index}", {
            "latitude": latitude, "longitude": longitude, "capacity": max(200, participants), "price": 5})
        assert status in (200, 201), status
    each = participants // sessions
    for number in range(sessions):
        people = [person(f"base-{number}-{index}", generator) for index in range(each)]
        status, answer = client.send("POST", "/v1/sessions", {
            "id": f"base-{number}", "type": "conference", "participants": people})
        assert status == 201, (status, answer)
    return sessions


class Writers:
    """Threads that change things, and remember what was acknowledged and what is uncertain."""

    def __init__(self, service, sessions, count, generator):
        self.service, self.sessions = service, sessions
        self.present, self.gone, self.unsure = {}, set(), {}
        self.versions = {}
        self.lock = threading.Lock()
        self.running = True
        self.errors = []
        self.threads = [threading.Thread(target=self.run, args=(index, generator.random()), daemon=True) for index in range(count)]
        self.number = 0

    def start(self):
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.running = False
        for thread in self.threads:
            thread.join()

    def run(self, index, seed):
        generator = random.Random(seed)
        client = None
        while self.running:
            try:
                client = client or self.service.client()
                self.change(client, index, generator)
            except OSError:
                client = None
                time.sleep(0.02)
            except Exception as error:
                self.errors.append(repr(error))
                return

    def change(self, client, index, generator):
        with self.lock:
            self.number += 1
            number = self.number
            mine = [name for name, (owner, _) in self.present.items() if owner == index]
        if mine and generator.random() < 0.3:
            name = generator.choice(mine)
            with self.lock:
                _, session = self.present.pop(name)
                self.unsure[name] = session
            status, _ = client.send("DELETE", f"/v1/sessions/{session}/participants/{name}", key=f"leave-{name}")
            if status == 204:
                with self.lock:
                    self.unsure.pop(name)
                    self.gone.add(name)
            elif status not in (503, 409):
                self.errors.append(f"leave: {status}")
            return
        name, session = f"w{index}-{number}", f"base-{generator.randrange(self.sessions)}"
        with self.lock:
            self.unsure[name] = session
        status, answer = client.send(
            "POST", f"/v1/sessions/{session}/participants", person(name, generator), key=f"join-{name}")
        if status == 201:
            with self.lock:
                self.unsure.pop(name)
                self.present[name] = (index, session)
                self.versions[session] = max(self.versions.get(session, 0), answer["version"])
        elif status not in (503, 409):
            self.errors.append(f"join: {status} {answer}")

    def check(self, client):
        """What is acknowledged and not so, if anything."""
        members = {}
        for number in range(self.sessions):
            status, mesh = client.send("GET", f"/v1/sessions/base-{number}/mesh")
            assert status == 200, status
            session = f"base-{number}"
            if mesh["version"] < self.versions.get(session, 0):
                return f"{session} went back to version {mesh['version']} from {self.versions[session]}"
            for name in list(mesh["assignment"]) + [waiting["id"] for waiting in mesh["waiting"]]:
                members[name] = session
        for name, (_, session) in self.present.items():
            if members.get(name) != session:
                return f"{name} joined {session}, was acknowledged, and is lost"
        for name in self.gone:
            if name in members:
                return f"{name} left, was acknowledged, and is back"
        return None


def kills(options, generator):
    with tempfile.TemporaryDirectory() as folder:
        service = Service(options.rmc, folder, "--synchronous", "normal")
        service.start()
        sessions = populate(service.client(), options.participants, generator)
        writers = Writers(service, sessions, 4, generator)
        writers.start()
        times = []
        for _ in range(options.kills):
            time.sleep(generator.uniform(0.05, options.between))
            service.kill()
            times.append(service.start())
            status, _ = service.client().send("GET", "/readyz")
            if status != 200:
                return f"not ready after a start: {status}"
        writers.stop()
        lost = writers.check(service.client()) or (writers.errors[:1] or [None])[0]
        acknowledged = len(writers.present) + len(writers.gone) * 2
        service.stop()
        replay = subprocess.run([options.rmc, "replay", folder], capture_output=True, text=True, check=False)
        times.sort()
        print(f"  {options.kills} kills, {acknowledged} acknowledged changes, {options.participants} participants; "
              f"start to ready: median {times[len(times) // 2]:.2f} s, worst {times[-1]:.2f} s; {replay.stdout.strip()}")
        if lost:
            return lost
        if replay.returncode != 0:
            return "the log does not replay: " + replay.stdout + replay.stderr
        return f"a start took {times[-1]:.2f} s, over {options.recovery} s" if times[-1] > options.recovery else None


def mounted(size):
    folder = tempfile.mkdtemp()
    if os.geteuid() != 0 or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True, check=False).returncode:
        os.rmdir(folder)
        return None
    return folder


def unmount(folder):
    subprocess.run(["umount", "-l", folder], check=False)
    os.rmdir(folder)


def fill(folder):
    with open(os.path.join(folder, "ballast"), "wb") as ballast:
        try:
            while True:
                ballast.write(b"x" * 65536)
                ballast.flush()
        except OSError:
            pass


def full_disk(options, generator):
    folder = mounted("8m")
    if not folder:
        return "skipped: no small file system can be mounted here"
    try:
        data = os.path.join(folder, "data")
        service = Service(options.rmc, data)
        service.start()
        client = service.client()
        sessions = populate(client, 100, generator)
        fill(folder)
        acknowledged, refused = [], None
        for number in range(5000):
            status, answer = client.send("POST", f"/v1/sessions/base-{number % sessions}/participants",
                                         person(f"full-{number}", generator), key=f"full-{number}")
            if status == 201:
                acknowledged.append((f"full-{number}", f"base-{number % sessions}"))
            elif status == 503:
                refused = answer["detail"]
                break
            else:
                return f"a full disk answers {status}: {answer}"
        if not refused:
            return "a full disk refuses nothing"
        if client.send("GET", "/v1/sessions/base-0/mesh")[0] != 200 or client.send("GET", "/readyz")[0] != 503:
            return "reads stopped, or it says that it is ready"
        os.remove(os.path.join(folder, "ballast"))
        begin = time.monotonic()
        while client.send("POST", "/v1/sessions/base-0/participants", person("after", generator), key="after")[0] != 201:
            if time.monotonic() - begin > 15:
                return "space returned, and writes did not"
            time.sleep(0.1)
        back = time.monotonic() - begin
        # A start on a full disk serves reads too; the next start, with space, writes.
        fill(folder)
        service.kill()
        service.start()
        client = service.client()
        if client.send("GET", "/v1/sessions/base-0/mesh")[0] != 200:
            return "after a start on a full disk reads fail"
        os.remove(os.path.join(folder, "ballast"))
        service.kill()
        service.start()
        client = service.client()
        for name, session in acknowledged:
            if client.send("GET", f"/v1/sessions/{session}/participants/{name}")[0] != 200:
                return f"{name} was acknowledged on a disk that filled, and is lost"
        service.stop()
        print(f"  refused with: {refused}\n  reads went on; writes were back {back:.2f} s after space was")
        return None
    finally:
        unmount(folder)


def read_only(options, generator):
    folder = mounted("32m")
    if not folder:
        return "skipped: no small file system can be mounted here"
    try:
        service = Service(options.rmc, folder)
        service.start()
        populate(service.client(), 100, generator)
        service.stop()
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        # Once after a clean end, once after a kill, where the log is still to be merged.
        for end in ("a clean end", "a kill"):
            subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
            service.start()
            client = service.client()
            status, answer = client.send("POST", "/v1/sessions", {"type": "match"})
            reads = client.send("GET", "/v1/sessions/base-0/mesh")[0]
            service.kill()
            if status != 503 or reads != 200:
                return f"after {end}: write {status}, read {reads}"
            subprocess.run(["mount", "-o", "remount,rw", folder], check=True)
            service.start()
            if (status := service.client().send("POST", "/v1/sessions", {"type": "match"})[0]) != 201:
                return f"writable again, a write gives {status}"
            service.kill()
        print(f"  refused with: {answer.get('detail')}")
        return None
    finally:
        unmount(folder)


def damaged_page(options, generator):
    """The last page, and others at random, each overwritten in a copy of what a crash under load left."""
    with tempfile.TemporaryDirectory() as top:
        whole = os.path.join(top, "whole")
        service = Service(options.rmc, whole, "--replay-budget", "3600")
        service.start()
        populate(service.client(), 100, generator)
        service.stop()
        service.start()
        client = service.client()
        for number in range(400):
            client.send("POST", "/v1/sessions/base-0/participants", person(f"page-{number}", generator))
        service.kill()
        database = sqlite3.connect(os.path.join(whole, "mesh.sqlite"))
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        pages = os.path.getsize(os.path.join(whole, "mesh.sqlite")) // 4096
        chosen = [pages - 1] + generator.sample(range(1, pages - 1), min(pages - 2, 3 if options.short else 60))
        refused, harmless, words = 0, 0, ""
        for page in chosen:
            folder = os.path.join(top, f"page-{page}")
            shutil.copytree(whole, folder)
            with open(os.path.join(folder, "mesh.sqlite"), "r+b") as file:
                file.seek(page * 4096)
                file.write(generator.randbytes(4096))
            service = Service(options.rmc, folder)
            service.start()
            client = service.client()
            status, answer = client.send("POST", "/v1/sessions", {"type": "match"})
            reads = client.send("GET", "/v1/sessions/base-0/mesh")[0]
            ready = client.send("GET", "/readyz")[0]
            service.stop()
            if reads != 200 or (status, ready) not in ((201, 200), (503, 503)):
                return f"page {page} of {pages}: write {status}, read {reads}, ready {ready}"
            harmless += status == 201
            if status == 503:
                refused += 1
                words = answer["detail"]
                repaired = Service(options.rmc, folder, "--repair")
                repaired.start()
                client = repaired.client()
                again, _ = client.send("POST", "/v1/sessions", {"type": "match"})
                reads = client.send("GET", "/v1/sessions/base-0/mesh")[0]
                repaired.stop()
                if again != 201 or reads != 200:
                    return f"page {page} of {pages}: after --repair a write gives {again}, a read {reads}"
            shutil.rmtree(folder)
        print(f"  {len(chosen)} of {pages} pages, each overwritten in a copy: {harmless} held nothing that is needed, "
              f"{refused} led to refused writes, reads, and writes after --repair\n  refused with: {words}")
        return None


def disorder(options, generator):
    """Requests twice and in another order; a process that sleeps; heartbeats that come late."""
    with tempfile.TemporaryDirectory() as folder:
        service = Service(options.rmc, folder, "--lease", "2")
        service.start()
        client = service.client()
        populate(client, 200, generator)
        beat = lambda: [client.send("POST", f"/v1/servers/srv-{index}/heartbeat")[0] for index in range(len(PLACES) * 2)]
        assert set(beat()) == {200}
        before = client.send("GET", "/v1/sessions/base-0/mesh")[1]
        # Twice, and again after it is undone.
        body = person("twice", generator)
        first = client.send("POST", "/v1/sessions/base-0/participants", body, key="twice")
        second = client.send("POST", "/v1/sessions/base-0/participants", body, key="twice")
        left = client.send("DELETE", "/v1/sessions/base-0/participants/twice", key="undo")
        third = client.send("POST", "/v1/sessions/base-0/participants", body, key="twice")
        if not first == second == third or left[0] != 204 or client.send("GET", "/v1/sessions/base-0/participants/twice")[0] != 404:
            return f"a request that comes twice is carried out twice: {first[0]} {second[0]} {third[0]} {left[0]}"
        # Late by less than the grace, several times.
        for _ in range(3):
            time.sleep(2.6)
            assert set(beat()) == {200}
        # The process sleeps for longer than any lease.
        service.process.send_signal(signal.SIGSTOP)
        time.sleep(8)
        service.process.send_signal(signal.SIGCONT)
        assert set(beat()) == {200}
        failed = [server["id"] for server in client.send("GET", "/v1/pool")[1]["items"] if server["status"] == "failed"]
        after = client.send("GET", "/v1/sessions/base-0/mesh")[1]
        waiting = len(after["waiting"])
        service.stop()
        print(f"  late by 0.6 s of a 2 s lease three times, asleep for 8 s: {len(failed)} servers failed, {waiting} people wait")
        if failed or waiting or len(after["assignment"]) < len(before["assignment"]):
            return f"failed {failed}, waiting {waiting}"
        return None


STEPS = {"kills": kills, "full-disk": full_disk, "read-only": read_only, "damaged-page": damaged_page, "disorder": disorder}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rmc", default=".build/release/rmc")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--participants", type=int, default=10_000)
    parser.add_argument("--between", type=float, default=1.0, help="seconds between kills, at most")
    parser.add_argument("--recovery", type=float, default=2.0, help="seconds that a start may take")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--short", action="store_true", help="few kills, few participants")
    parser.add_argument("steps", nargs="*", choices=[[], *STEPS], default=[])
    options = parser.parse_args()
    if options.short:
        options.kills, options.participants, options.between = 4, 300, 0.4
    failures = 0
    for name in options.steps or STEPS:
        print(name, flush=True)
        outcome = STEPS[name](options, random.Random(options.seed))
        skipped = (outcome or "").startswith("skipped")
        failures += bool(outcome) and not skipped
        print(f"  {'ok' if not outcome else outcome if skipped else 'FAILED: ' + outcome}", flush=True)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
