#!/usr/bin/env python3
"""Breaks a service on purpose and looks whether what it acknowledged is there.

    Scripts/service/chaos.py --rmc .build/release/rmc [--kills 100] [--participants 10000] [--short]

Kills with SIGKILL under load, a full disk, a folder that cannot be written, damaged pages, heartbeats that come late,
requests twice and in another order, malformed HTTP, and cases that schemathesis makes up. Needs nothing but Python and the loopback address; the full and the read-only disk are tried
where a small file system can be mounted (root), and said to be skipped elsewhere. Prints one line a step; fails if any
step does.
"""
import argparse
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

from disks import damaged_page, full_disk, read_only
from hostile import malformed, schemathesis
from served import PLACES, Service, person, populate


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


STEPS = {"kills": kills, "full-disk": full_disk, "read-only": read_only, "damaged-page": damaged_page, "disorder": disorder,
         "malformed": malformed, "schemathesis": schemathesis}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rmc", default=".build/release/rmc")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--participants", type=int, default=10_000)
    parser.add_argument("--between", type=float, default=1.0, help="seconds between kills, at most")
    parser.add_argument("--recovery", type=float, default=2.0, help="seconds that a start may take")
    parser.add_argument("--cases", type=int, default=10_000, help="cases of schemathesis, at least")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--short", action="store_true", help="few kills, few participants")
    parser.add_argument("steps", nargs="*", choices=[[], *STEPS], default=[])
    options = parser.parse_args()
    if options.short:
        options.kills, options.participants, options.between, options.cases = 4, 300, 0.4, 100
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
