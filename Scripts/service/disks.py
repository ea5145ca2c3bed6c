"""Disks that fill, turn read-only, or give back something else than was written."""
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time

from served import Service, person, populate


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
