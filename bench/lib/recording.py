"""Records what a server answers to pgmarch, and plays it again: bench/stub, which costs next to
nothing, so that the client alone is measured."""

import signal
import struct
import subprocess
import threading
from pathlib import Path

from lib import capture

PORTS = 16  # "servers" of a fleet at a stub
PROCESS = 54321  # the same in all sessions: replies have it too, in so many digits
GREETING = b""


def database(number: int) -> str:
    """Names of one length, so that one may stand for the other."""
    return f"pgmarch_stub_{number:06d}"


class Talk:
    """One session: who it is, and what was asked and answered."""

    def __init__(self):
        self.words = {"database": "", "schema": "", "run": ""}
        self.exchanges: list[tuple[bytes, bytearray]] = [(GREETING, bytearray())]
        self.process = b""

    def said(self, letter: bytes, body: bytes) -> None:
        if letter == b"":
            pairs = body[4:].decode().split("\0")
            named = dict(zip(pairs[::2], pairs[1::2]))
            self.words["database"] = named["database"]
            self.words["run"] = named["application_name"].partition("/")[2]
        elif letter == b"Q":
            self.exchanges.append((body[:-1], bytearray()))

    def answered(self, letter: bytes, body: bytes) -> None:
        if letter == b"K":
            self.process = str(struct.unpack_from("!i", body)[0]).encode()
            body = struct.pack("!i", PROCESS) + body[4:]
        elif letter == b"D":
            body = self.with_our_process(body)
        self.exchanges[-1][1].extend(letter + struct.pack("!i", len(body) + 4) + body)

    def with_our_process(self, body: bytes) -> bytes:
        count, at = struct.unpack_from("!h", body)[0], 2
        row = bytearray(body[:2])
        for _ in range(count):
            size = struct.unpack_from("!i", body, at)[0]
            value = body[at + 4:at + 4 + max(size, 0)]
            if value == self.process:
                value, size = str(PROCESS).encode(), len(str(PROCESS))
            row += struct.pack("!i", size) + value
            at += 4 + max(struct.unpack_from("!i", body, at)[0], 0)
        return bytes(row)


class Recorder(capture.Listener):
    """Between pgmarch and a server that asks for no password."""

    def __init__(self, to_port: int):
        super().__init__(to_port)
        self.talks: list[Talk] = []
        self.lock = threading.Lock()

    def ears(self):
        talk = Talk()
        with self.lock:
            self.talks.append(talk)
        return (capture.Messages(talk.said, untyped_first=True).feed,
                capture.Messages(talk.answered).feed)

    def write(self, path: Path) -> Path:
        """The greeting first, then each string of a kind once."""
        kinds: dict[bytes, bytes] = {}
        for talk in self.talks:
            for asked, answered in talk.exchanges:
                kind = asked
                for name, word in talk.words.items():
                    kind = kind.replace(word.encode(), f"<{name}>".encode()) if word else kind
                if answered and kind not in kinds:
                    kinds[kind] = b"".join(struct.pack("!I", len(piece)) + piece for piece in (
                        *(word.encode() for word in talk.words.values()), asked, bytes(answered)))
        path.write_bytes(b"".join(kinds[kind] for kind in sorted(kinds)))
        return path


class Stub:
    """bench/stub while it runs. Who ends it hears what it says of itself."""

    def __init__(self, program: Path, recording: Path, *options: str, ports: int = PORTS,
                 cpu: int | None = None):
        pinned = [] if cpu is None else ["taskset", "-c", str(cpu)]
        self.argv = [*pinned, str(program), "--ports", str(ports), *map(str, options), str(recording)]
        self.sessions = self.strings = 0
        self.cpu_seconds = 0.0

    def __enter__(self):
        self.process = subprocess.Popen(self.argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True)
        self.ports = self.process.stdout.readline().split()
        if not self.ports:
            raise RuntimeError(self.process.communicate()[1])
        return self

    def __exit__(self, kind, *_):
        """A client that failed did so because of what the stub says, if it says something."""
        self.process.send_signal(signal.SIGTERM)
        out, wrong = self.process.communicate(timeout=10)
        if wrong or len(out.split()) != 3:
            raise RuntimeError(f"{wrong or out}")
        sessions, strings, seconds = out.split()
        self.sessions, self.strings, self.cpu_seconds = int(sessions), int(strings), float(seconds)

    def write_targets(self, path: Path, count: int, **settings) -> Path:
        """A fleet of as many databases, spread over the stub's ports."""
        defaults = {"host": "127.0.0.1", "user": "postgres", "sslmode": "disable"} | settings
        lines = [f"{key} = {value}\n" for key, value in defaults.items()]
        sections = (f"[{database(number)}]\nport = {self.ports[number % len(self.ports)]}\n"
                    f"dbname = {database(number)}\n" for number in range(count))
        path.write_text("".join(["[defaults]\n", *lines, *sections]))
        return path
