"""Requests that nobody should send: what the interface's description makes up, and bytes that are no HTTP."""
import os
import re
import socket
import subprocess
import sys
import tempfile

from served import KEY, Service, populate

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def schemathesis_binary(options):
    """Schemathesis in an environment of its own, installed when it is not there; None where it cannot be."""
    folder = os.path.join(ROOT, ".peers", "schemathesis")
    binary = os.path.join(folder, "bin", "st")
    if not os.path.exists(binary) and not options.short:
        subprocess.run([sys.executable, "-m", "venv", folder], check=False, capture_output=True)
        subprocess.run([os.path.join(folder, "bin", "pip"), "install", "-q", "schemathesis==4.*"], check=False)
    return binary if os.path.exists(binary) else None


def schemathesis(options, generator):
    """At least so many cases of openapi.yaml, right and wrong ones; none may be answered with 500 or above."""
    binary = schemathesis_binary(options)
    if not binary:
        return "skipped: schemathesis is not installed (make chaos installs it)"
    with tempfile.TemporaryDirectory() as folder:
        service = Service(options.rmc, os.path.join(folder, "data"), "--synchronous", "normal")
        service.start()
        populate(service.client(), 100, generator)
        # A stream of events does not end by itself; tests of the service look at it. One worker: Python 3.11 fails on
        # deep recursion in several threads.
        command = [
            binary, "run", f"http://127.0.0.1:{service.port}/openapi.yaml", "-H", f"Authorization: Bearer {KEY}",
            "--checks", "not_a_server_error", "--continue-on-failure", "--no-color", "--no-shrink", "--warnings", "off",
            "--exclude-path-regex", "events$", "--phases", "examples,coverage,fuzzing", "--suppress-health-check", "all",
            "--max-examples", str(max(1, options.cases // 25)), "--seed", str(options.seed), "--workers", "1"]
        outcome = subprocess.run(
            command, capture_output=True, text=True, cwd=folder, check=False,
            env={**os.environ, "SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": os.path.dirname(os.path.abspath(__file__))})
        text = outcome.stdout + outcome.stderr
        alive = service.process.poll() is None and service.client().send("GET", "/readyz")[0] == 200
        service.stop()
        found = re.search(r"(\d[\d,]*) generated", text)
        cases = int(found.group(1).replace(",", "")) if found else 0
        print(f"  {cases} cases")
        if not alive:
            return "the service ended, or is not ready"
        if outcome.returncode != 0:
            service.log.seek(0)
            return text[-3000:] + service.log.read()[-1000:]
        return f"{cases} cases, fewer than {options.cases}" if cases < options.cases and not options.short else None


def garbage(generator):
    """Something that is no request, or hardly one."""
    line = b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + KEY.encode() + b"\r\n"
    kinds = [
        lambda: generator.randbytes(generator.randrange(1, 400)),
        lambda: b"GET " + generator.randbytes(generator.randrange(1, 60)) + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        lambda: line + b"Content-Length: " + generator.choice([b"-1", b"x", b"99999999999999999999", b"5, 6"]) + b"\r\n\r\n{}",
        lambda: line + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        lambda: line + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        lambda: line + b"Transfer-Encoding: chunked\r\n\r\n" + generator.choice([b"zz\r\n", b"-1\r\n", b"ffffffffffffffff\r\n"]),
        lambda: b"GET / HTTP/" + generator.choice([b"9.9", b"1.", b"-1", b""]) + b"\r\n\r\n",
        lambda: b"GET /healthz HTTP/1.1\r\n" + b"X: y\r\n" * generator.randrange(90, 3000) + b"\r\n",
        lambda: b"GET /healthz HTTP/1.1\r\nX: " + b"y" * generator.randrange(10_000, 80_000) + b"\r\n\r\n",
        lambda: b"GET /" + b"a" * generator.randrange(10_000, 80_000) + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        lambda: b"GET /v1/sessions/%ff%00%2e%2e/mesh HTTP/1.1\r\nHost: x\r\n\r\n",
        lambda: b"GET /healthz HTTP/1.1\nHost: x\nBad Header: \x00\n\n",
        lambda: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + generator.randbytes(60),
        lambda: line + b"Content-Length: 4\r\n\r\n" + b"[" * 4,
        lambda: line + b"Content-Length: 20000\r\n\r\n" + b"[" * 20000,
        lambda: line + b"Content-Length: 100\r\n\r\n{",
        lambda: line + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n",
        lambda: b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + generator.randbytes(200),
    ]
    return generator.choice(kinds)()


def malformed(options, generator):
    """Malformed HTTP: nothing is answered with 500 or above but what HTTP has for it (505), and nobody else is hurt."""
    count = 200 if options.short else 5000
    with tempfile.TemporaryDirectory() as folder:
        service = Service(options.rmc, os.path.join(folder, "data"), "--synchronous", "normal")
        service.start()
        populate(service.client(), 100, generator)
        statuses = {}
        for number in range(count):
            with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
                connection.settimeout(0.05)
                try:
                    connection.sendall(garbage(generator))
                    answer = connection.recv(4096)
                except OSError:
                    answer = b""
            status = answer[9:12].decode(errors="replace") if answer.startswith(b"HTTP/1") else "none"
            statuses[status] = statuses.get(status, 0) + 1
            if service.process.poll() is not None:
                return f"the service ended on case {number}"
        ready = service.client().send("GET", "/readyz")[0]
        code = service.stop()
        print(f"  {count} cases, answers by status: {dict(sorted(statuses.items()))}")
        wrong = [status for status in statuses if status >= "500" and status not in ("none", "505")]
        return f"answers {wrong}, ready {ready}, end {code}" if wrong or ready != 200 or code else None
