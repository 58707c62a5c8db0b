"""Listens to what pgmarch sends, and takes its strings apart.

So that `cost` measures the statements that are sent now, not a copy of them made long ago.
"""

import socket
import struct
import threading
from dataclasses import dataclass


class Messages:
    """Cuts the bytes of one side into messages, and hands on each: its letter and its body."""

    def __init__(self, heard, untyped_first: bool = False):
        self.heard, self.untyped = heard, untyped_first  # a client's first one has no letter
        self.bytes = bytearray()

    def feed(self, data: bytes) -> None:
        self.bytes += data
        while len(self.bytes) >= 5:
            head = 0 if self.untyped else 1
            end = head + struct.unpack_from("!i", self.bytes, head)[0]
            if len(self.bytes) < end:
                return
            letter, body = bytes(self.bytes[:head]), bytes(self.bytes[head + 4:end])
            self.untyped = False
            del self.bytes[:end]
            self.heard(letter, body)


class Listener:
    """A TCP proxy on a free port that keeps the text of every Query message (no TLS)."""

    def __init__(self, to_port: int):
        self.to_port = to_port
        self.strings: list[str] = []

    def __enter__(self):
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.door.close()

    def ears(self):
        """What hears the client of a new connection, and what its server."""
        return Messages(self.said, untyped_first=True).feed, lambda _: None

    def said(self, letter: bytes, body: bytes) -> None:
        if letter == b"Q":
            self.strings.append(body[:-1].decode())

    def accept(self) -> None:
        while True:
            try:
                client, _ = self.door.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.to_port))
            of_client, of_server = self.ears()
            threading.Thread(target=self.pump, args=(server, client, of_server),
                             daemon=True).start()
            threading.Thread(target=self.pump, args=(client, server, of_client),
                             daemon=True).start()

    def pump(self, source: socket.socket, sink: socket.socket, hear) -> None:
        while data := receive(source):
            hear(data)
            sink.sendall(data)
        sink.close()


def receive(source: socket.socket) -> bytes:
    try:
        return source.recv(1 << 16)
    except OSError:  # the other direction has closed it
        return b""


def statements(text: str) -> list[str]:
    """Split at semicolons outside quotes. Good enough for what pgmarch itself writes."""
    parts, start, quoted = [], 0, False
    for at, character in enumerate(text):
        if character == "'":
            quoted = not quoted
        elif character == ";" and not quoted:
            if text[start:at].strip():
                parts.append(text[start:at].strip())
            start = at + 1
    return parts + ([text[start:].strip()] if text[start:].strip() else [])


@dataclass
class Block:
    before: list[str]  # BEGIN to the claim
    file: str
    after: list[str]  # behind the file, to COMMIT


def blocks(text: str, files: list[str]) -> tuple[list[str], list[Block]]:
    """The statements in front (lock, ledger), and a block per file."""
    found, at = [], 0
    for file in files:
        begin = text.index(file, at)
        end = text.index("COMMIT;", begin + len(file)) + len("COMMIT;")
        found.append(Block(statements(text[at:begin]), file,
                           statements(text[begin + len(file):end])))
        at = end
    first = found[0].before
    cut = max(i for i, one in enumerate(first) if one.startswith("BEGIN"))
    found[0].before = first[cut:]
    return first[:cut], found
