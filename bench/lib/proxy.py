"""The delaying proxy, and how exact it is."""

import signal
import socket
import statistics
import struct
import subprocess
import time


class Proxy:
    def __init__(self, program, ms: float, port: int):
        self.program, self.ms, self.to_port = program, ms, port

    def __enter__(self):
        self.process = subprocess.Popen([self.program, str(self.ms), str(self.to_port)],
                                        stdout=subprocess.PIPE, text=True, start_new_session=True)
        self.port = int(self.process.stdout.readline())
        self.lateness = ""
        return self

    def __exit__(self, *_):
        """Asks the proxy how late it was: of all deliveries, in microseconds."""
        self.process.send_signal(signal.SIGTERM)
        out, _ = self.process.communicate(timeout=10)
        words = out.split()
        if len(words) == 4:
            mean, p99, most, pieces = words
            self.lateness = f"deliveries of {self.ms:g} ms late by: mean {mean} µs, 99 of 100 " \
                            f"within {p99} µs, most {most} µs ({pieces} pieces)"

    def round_trip(self, tries: int = 20) -> float:
        """Milliseconds, seen by a client: asks the server for TLS, which it answers with a byte."""
        taken = []
        for _ in range(tries):
            start = time.monotonic()
            with socket.create_connection(("127.0.0.1", self.port)) as wire:
                wire.sendall(struct.pack("!ii", 8, 80877103))
                wire.recv(1)
                taken.append(time.monotonic() - start)
        return statistics.median(taken) * 1000 / 2  # one to connect, one to ask
