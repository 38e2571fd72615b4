"""Runs in every process of the grader: messages over a local socket. The reader bounds size and time; no pickles."""

import select
import socket
import struct
import time

from grading.values import dumps, loads

HEADER = struct.Struct("!I")


class Closed(Exception):
    """The other side is gone."""


class TooLong(Exception):
    """The other side sent more than it may."""


class Late(Exception):
    """The deadline passed before a whole message had come."""


class Wire:
    """One end of a stream socket that carries JSON messages, each after its length."""

    def __init__(self, sock, limit=96 * 2**20, budget=None, patience=20):
        """`limit` bounds one message in bytes, `budget` all messages of this wire's life.

        `patience` bounds the seconds that sending one message may take: a slow reader must not hold us up.
        """
        self.sock, self.limit, self.budget, self.patience = sock, limit, budget, patience
        self.buffer = bytearray()
        self.sock.setblocking(True)

    def fileno(self):
        return self.sock.fileno()

    def send(self, message):
        self.send_bytes(dumps(message))

    def send_bytes(self, data):
        rest, end = memoryview(HEADER.pack(len(data)) + data), time.monotonic() + self.patience
        while rest:
            try:
                # Not Python's timeout: it would make the socket non-blocking, also for a forked process that reads it.
                rest = rest[self.sock.send(rest, socket.MSG_DONTWAIT) :]
            except BlockingIOError:
                left = end - time.monotonic()
                if left <= 0 or not select.select([], [self.sock], [], left)[1]:
                    raise Late from None
            except (BrokenPipeError, ConnectionResetError):
                raise Closed from None

    def receive(self, deadline=None, tick=None):
        """The next message. `tick` is called now and then while waiting."""
        return loads(self.receive_bytes(deadline, tick))

    def receive_bytes(self, deadline=None, tick=None):
        self._fill(HEADER.size, deadline, tick)
        (size,) = HEADER.unpack(self.buffer[: HEADER.size])
        if size > self.limit or (self.budget is not None and size > self.budget):
            raise TooLong(size)
        self._fill(HEADER.size + size, deadline, tick)
        data = bytes(self.buffer[HEADER.size : HEADER.size + size])
        del self.buffer[: HEADER.size + size]
        if self.budget is not None:
            self.budget -= size
        return data

    def _fill(self, size, deadline, tick):
        """Read until the buffer holds `size` bytes; what has come stays there when the deadline passes."""
        while len(self.buffer) < size:
            if deadline is not None or tick is not None:
                self._wait(deadline, tick)
            try:
                part = self.sock.recv(min(size - len(self.buffer), 2**20))
            except ConnectionResetError:
                part = b""
            if not part:
                raise Closed
            self.buffer += part

    def _wait(self, deadline, tick, pause=0.05):
        while True:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                raise Late
            wait = left if tick is None else pause if left is None else min(left, pause)
            if select.select([self.sock], [], [], wait)[0]:
                return
            if tick is not None:
                tick()

    def close(self):
        self.sock.close()


def pair():
    """Two connected sockets."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
