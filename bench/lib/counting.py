"""A TCP proxy that counts: round trips, and the bytes the client sends. For clients that speak one
after the other, without TLS. (tests/support/wire.h does far more, for tests in C.)"""

import socket
import threading
from dataclasses import dataclass

# SSLRequest, GSSENCRequest: answered by one byte without a type.
SSL_REQUESTS = (80877103, 80877104)


@dataclass
class Count:
    connections: int = 0
    connect_trips: int = 0  # until the first ReadyForQuery; the TCP handshake not counted
    trips: int = 0  # after it: the client spoke, then the server
    sent: int = 0  # bytes, of the client


class Proxy:
    def __init__(self, port: int):
        self.server_port = port
        self.count = Count()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def close(self) -> Count:
        """After the client has ended. Waits until the last of its bytes has been counted."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()
        return self.count

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.count.connections += 1
            with client, socket.create_connection(("127.0.0.1", self.server_port)) as server:
                _Connection(client, server, self.count).relay()


class _Connection:
    def __init__(self, client: socket.socket, server: socket.socket, count: Count):
        self.client, self.server, self.count = client, server, count
        self.lock = threading.Lock()
        self.client_spoke = False
        self.ready = False
        self.untyped = False  # the server's next byte is no message
        self.partial = b""

    def relay(self) -> None:
        back = threading.Thread(target=self._pump, args=(self.server, self.client, self._heard))
        back.start()
        self._pump(self.client, self.server, self._said)
        back.join()

    def _pump(self, source: socket.socket, sink: socket.socket, look) -> None:
        try:
            while data := source.recv(1 << 16):
                with self.lock:
                    look(data)
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def _said(self, data: bytes) -> None:
        self.count.sent += len(data)
        self.client_spoke = True
        if not self.ready and len(data) == 8:
            self.untyped = int.from_bytes(data[4:], "big") in SSL_REQUESTS

    def _heard(self, data: bytes) -> None:
        if self.client_spoke:
            self.client_spoke = False
            if self.ready:
                self.count.trips += 1
            else:
                self.count.connect_trips += 1
        if self.untyped:
            self.untyped = False
        elif not self.ready:
            self.ready = self._becomes_ready(data)

    def _becomes_ready(self, data: bytes) -> bool:
        self.partial += data
        while len(self.partial) >= 5:
            size = 1 + int.from_bytes(self.partial[1:5], "big")
            if len(self.partial) < size:
                return False
            if self.partial[:1] == b"Z":
                return True
            self.partial = self.partial[size:]
        return False
