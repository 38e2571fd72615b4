"""Messages between the grader's processes."""

import os
import threading
import time

import pytest

from grading.wire import Late, Wire, pair


def test_a_reader_that_does_not_read_ends_the_wait():
    ours, theirs = pair()
    with ours, theirs, pytest.raises(Late):
        Wire(ours, patience=1).send_bytes(bytes(2**24))


def test_sending_leaves_the_socket_as_a_forked_reader_needs_it():
    """Two processes share a socket around the fork of a jail: one still sends while the other already reads."""
    ours, theirs = pair()
    with ours, theirs:
        sender = threading.Thread(target=Wire(ours).send_bytes, args=(bytes(2**22),))
        sender.start()
        time.sleep(0.2)
        assert sender.is_alive()
        assert os.get_blocking(ours.fileno())
        Wire(theirs).receive_bytes()
        sender.join(10)
        assert not sender.is_alive()
