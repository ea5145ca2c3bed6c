"""A service as a process of its own, a client, and people to fill it with."""
import http.client
import json
import os
import signal
import subprocess
import tempfile
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
