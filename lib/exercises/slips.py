"""Slips that any function with an image for a result can make, whatever it computes."""

import numpy as np

from lib.check import Mistake


def of_an_image(right, *, leave_out=()):
    """Mistakes that spoil the result of `right` afterwards; rows and columns are the last two axes of the result.

    >>> [slip.name for slip in of_an_image(np.negative)][:2]
    ['last row and column left out', 'last row left out']
    """

    def first_only(Y):
        only = np.zeros_like(Y)
        only[..., 0, 0] = Y[..., 0, 0]
        return only

    listed = [
        (
            "last row and column left out",
            "your result lacks its last row and its last column. Count the places of a 2-wide window on 4 numbers with "
            "your finger: where does the last one start?",
            lambda Y: Y[..., :-1, :-1],
        ),
        (
            "last row left out",
            "your result lacks its last row. How many places are there from top to bottom?",
            lambda Y: Y[..., :-1, :],
        ),
        (
            "last column left out",
            "your result lacks its last column. How many places are there from left to right?",
            lambda Y: Y[..., :-1],
        ),
        (
            "starts one window late",
            "the first row and the first column of the result are missing. Counting starts at 0.",
            lambda Y: Y[..., 1:, 1:],
        ),
        (
            "every second window",
            "your result has only every second row and column of the right one.",
            lambda Y: Y[..., ::2, ::2],
        ),
        (
            "rows and columns exchanged",
            "rows and columns of your result are exchanged.",
            lambda Y: Y.swapaxes(-1, -2),
        ),
        (
            "upside down",
            "the rows of your result stand in reverse order.",
            lambda Y: Y[..., ::-1, :],
        ),
        (
            "mirrored",
            "the columns of your result stand in reverse order.",
            lambda Y: Y[..., ::-1],
        ),
        (
            "one axis too many",
            "your result has an extra axis of length 1 in front. Take it away, for example with `Y[0]`.",
            lambda Y: Y[None],
        ),
        (
            "one row of numbers",
            "your result is one long row: the numbers are not in rows and columns any more.",
            lambda Y: Y.ravel(),
        ),
        (
            "wrong sign",
            "your result has every sign turned round.",
            lambda Y: -Y,
        ),
        (
            "absolute values",
            "your result equals the right one without its minus signs. Numbers may be negative; keep the sign.",
            np.abs,
        ),
        (
            "negatives set to zero",
            "your result has 0 where a negative number belongs. Keep the sign.",
            lambda Y: np.maximum(Y, 0),
        ),
        (
            "positives set to zero",
            "your result has 0 where a positive number belongs. Keep the sign.",
            lambda Y: np.minimum(Y, 0),
        ),
        (
            "truncated to whole numbers",
            "the fractions are cut off. An array made for whole numbers, such as `np.zeros_like` of one, cuts "
            "everything that you put into it; make an array of floats.",
            np.trunc,
        ),
        (
            "rounded down",
            "the fractions are rounded down, as `//` and `np.floor` do. Keep them.",
            np.floor,
        ),
        (
            "rounded to whole numbers",
            "the fractions are rounded away. Keep them.",
            np.round,
        ),
        (
            "the total",
            "your result is one number, the sum over all places. Each place gives a number of its own.",
            np.sum,
        ),
        (
            "always the first window",
            "every number of your result comes from the first window. The window has to move with the place.",
            lambda Y: np.zeros_like(Y) + Y[..., :1, :1],
        ),
        (
            "only the first place filled",
            "only the first place of your result is filled; the others stayed 0. Is there a `return` inside the loop?",
            first_only,
        ),
        (
            "all zeros",
            "your result is 0 everywhere. Is the array that you fill the one that you return?",
            np.zeros_like,
        ),
    ]
    return [
        Mistake(name, says, lambda *inputs, spoil=spoil: spoil(right(*inputs)))
        for name, says, spoil in listed
        if name not in leave_out
    ]
