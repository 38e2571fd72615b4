"""Chapter 10: grouped convolution, the channel shuffle, and what reaches what."""

import numpy as np

import lib
from lib.check import Claim, Exercise, Mistake
from lib.exercises.inputs import floats, ints, quarters

# --- groups


def grouped_conv(X, K, groups):
    """Each output channel reads only the input channels of its own group."""
    return lib.conv2d(np.asarray(X, dtype=float), np.asarray(K, dtype=float), groups=groups)


def neighbours(o, C, O, groups):
    """The input channels of output o, rightly."""
    return np.arange(C).reshape(groups, -1)[o // (O // groups)]


def window(at, X, K, groups):
    """The channels and pixels that one output element reads."""
    o, i, j = at
    h, w = K.shape[2:]
    return X[neighbours(o, len(X), len(K), groups), i : i + h, j : j + w]


GROUPED_CLAIMS = [
    Claim("two groups", 1, lambda rng: [(ints(rng, 6, 2, 4), ints(rng, 4, 3, 2, 2), 2)]),
    Claim(
        "three groups, with two kernels each",
        1,
        lambda rng: [
            (ints(rng, 9, 4, 3), ints(rng, 6, 3, 2, 1), 3),
            (ints(rng, 6, 4, 5), ints(rng, 6, 2, 3, 2), 3),
        ],
    ),
    Claim("one group is an ordinary layer", 1, lambda rng: [(ints(rng, 3, 4, 5), ints(rng, 2, 3, 3, 2), 1)]),
    Claim(
        "a group for each channel is a depthwise layer",
        1,
        lambda rng: [
            (ints(rng, 3, 5, 4), ints(rng, 3, 1, 2, 3), 3),
            (ints(rng, 4, 3, 5), ints(rng, 8, 1, 1, 3), 4),
        ],
    ),
    Claim("whole numbers in, fractions out", 1, lambda rng: [(ints(rng, 4, 4, 5), quarters(rng, 6, 2, 2, 2), 2)]),
    Claim(
        "other images and groups",
        2,
        lambda rng: [
            (floats(rng, groups * c, *rng.integers(4, 8, 2)), floats(rng, groups * o, c, h, w), groups)
            for groups, c, o, h, w in [(2, 3, 1, 3, 2), (4, 2, 3, 1, 4), (3, 4, 2, 2, 2), (5, 1, 2, 4, 1)]
        ],
        hidden=True,
    ),
]


def by_output(X, K, groups, reads, kernel=None):
    """Like grouped_conv, but output o reads the input channels `reads(o, C, O)` with the kernel `kernel(o)`."""
    X, K = np.asarray(X, dtype=float), np.asarray(K, dtype=float)
    kernel = kernel or (lambda o: K[o])
    return np.stack([lib.conv2d(X[reads(o, len(X), len(K))], kernel(o)[None])[0] for o in range(len(K))])


def each_slice(X, K, groups):
    """The images before the channels of a group are added: (O, C/groups, H', W')."""
    X, K = np.asarray(X, dtype=float), np.asarray(K, dtype=float)
    C, O = len(X), len(K)
    return np.stack([[lib.corr2d(X[c], K[o, n]) for n, c in enumerate(neighbours(o, C, O, groups))] for o in range(O)])


def no_groups(X, K, groups):
    """Every output reads every input: each kernel used again for each group's channels."""
    return lib.conv2d(np.asarray(X, dtype=float), np.tile(np.asarray(K, dtype=float), (1, groups, 1, 1)))


GROUPED_MISTAKES = [
    # which inputs an output reads
    Mistake(
        "inputs taken in turn",
        "each group takes every groups-th input channel. A group holds neighbours: with 6 channels in 2 groups, 0 1 2 "
        "and 3 4 5.",
        lambda X, K, groups: by_output(X, K, groups, lambda o, C, O: np.arange(C)[o // (O // groups) :: groups]),
    ),
    Mistake(
        "first group for all",
        "every output reads the channels of the first group. Where do the channels of the next group start?",
        lambda X, K, groups: by_output(X, K, groups, lambda o, C, O: np.arange(C // groups)),
    ),
    Mistake(
        "last group for all",
        "every output reads the channels of the last group. Is the slice of X made inside the loop over the outputs?",
        lambda X, K, groups: by_output(X, K, groups, lambda o, C, O: np.arange(C - C // groups, C)),
    ),
    Mistake(
        "group number for its start",
        "group number 1 starts at channel 1 in your result. A group starts at its number times its size.",
        lambda X, K, groups: by_output(X, K, groups, lambda o, C, O: o // (O // groups) + np.arange(C // groups)),
    ),
    Mistake(
        "group times groups for its start",
        "your group starts at its number times `groups`. It starts at its number times its *size*, C // groups.",
        lambda X, K, groups: by_output(
            X, K, groups, lambda o, C, O: (o // (O // groups) * groups + np.arange(C // groups)) % C
        ),
    ),
    Mistake(
        "output number for the start",
        "each output starts to read at the channel of its own number (or goes round). First find the group of the "
        "output, then where the group starts.",
        lambda X, K, groups: by_output(X, K, groups, lambda o, C, O: (o + np.arange(C // groups)) % C),
    ),
    Mistake(
        "groups ignored",
        "every output reads all input channels. An output reads only the channels of its own group.",
        no_groups,
    ),
    # which group an output is in
    Mistake(
        "outputs taken in turn",
        "output o is put into group o % groups. The outputs of a group are neighbours too: how many outputs has one "
        "group, and how often does that go into o?",
        lambda X, K, groups: by_output(X, K, groups, lambda o, C, O: np.arange(C).reshape(groups, -1)[o % groups]),
    ),
    Mistake(
        "inputs and outputs taken in turn",
        "channels and kernels are dealt out to the groups in turn, like cards. A group holds neighbours, on both "
        "sides.",
        lambda X, K, groups: by_output(X, K, groups, lambda o, C, O: np.arange(C)[o % groups :: groups]),
    ),
    Mistake(
        "output number divided by groups",
        "you put output o into group o // groups. A group has O // groups outputs: divide by that.",
        lambda X, K, groups: by_output(X, K, groups, lambda o, C, O: np.arange(C).reshape(groups, -1)[o // groups]),
    ),
    Mistake(
        "output number divided by groups, going round",
        "you put output o into group o // groups, and begin again where the channels end. A group has O // groups "
        "outputs: divide by that.",
        lambda X, K, groups: by_output(
            X, K, groups, lambda o, C, O: np.arange(C).reshape(groups, -1)[o // groups % groups]
        ),
    ),
    Mistake(
        "outputs in groups as large as the inputs'",
        "you divide the output's number by how many *inputs* a group has. A group has O // groups outputs.",
        lambda X, K, groups: by_output(
            X, K, groups, lambda o, C, O: np.arange(C).reshape(groups, -1)[o // (C // groups) % groups]
        ),
    ),
    Mistake(
        "groups in reverse",
        "the first outputs read the last group, and the other way round. Group 0 reads group 0.",
        lambda X, K, groups: by_output(X, K, groups, lambda o, C, O: neighbours(O - 1 - o, C, O, groups)),
    ),
    Mistake(
        "next group",
        "each group of outputs reads the channels of the group beside its own. Count the groups from 0.",
        lambda X, K, groups: by_output(X, K, groups, lambda o, C, O: neighbours((o + O // groups) % O, C, O, groups)),
    ),
    # the kernels
    Mistake(
        "same kernels in every group",
        "every group uses the kernels of the first group. Each output channel has a kernel of its own.",
        lambda X, K, groups: by_output(
            X,
            K,
            groups,
            lambda o, C, O: neighbours(o, C, O, groups),
            lambda o: np.asarray(K, dtype=float)[o % (len(K) // groups)],
        ),
    ),
    Mistake(
        "kernel with the group's number",
        "all outputs of a group use the kernel with the *group's* number. Output o has kernel K[o].",
        lambda X, K, groups: by_output(
            X,
            K,
            groups,
            lambda o, C, O: neighbours(o, C, O, groups),
            lambda o: np.asarray(K, dtype=float)[o // (len(K) // groups)],
        ),
    ),
    Mistake(
        "one kernel for each group",
        "all outputs of a group use the group's first kernel. Each output channel has a kernel of its own.",
        lambda X, K, groups: grouped_conv(X, np.repeat(K[:: len(K) // groups], len(K) // groups, axis=0), groups),
    ),
    # the channels of a group
    Mistake(
        "channels of a group not added",
        "your result keeps an axis for the channels of a group. The slices of a kernel read one channel each, and "
        "their results are added.",
        each_slice,
    ),
    Mistake(
        "a channel for each slice",
        "your result has a channel for each slice of each kernel. What the slices of one kernel give is added.",
        lambda X, K, groups: np.concatenate(each_slice(X, K, groups)),
    ),
    Mistake(
        "mean over the channels",
        "the channels of a group are averaged. They are added.",
        lambda X, K, groups: each_slice(X, K, groups).mean(axis=1),
    ),
    Mistake(
        "channels added too early",
        "you add the channels of a group first, and the slices of a kernel, and slide then. Each slice meets its "
        "own channel; the results are added.",
        lambda X, K, groups: grouped_conv(
            np.stack([part.sum(axis=0) for part in np.split(X, groups)]), K.sum(axis=1, keepdims=True), groups
        ),
    ),
    # the outputs
    Mistake(
        "groups added together",
        "the groups are added to each other, so there are too few channels. The outputs of one group stand after "
        "those of the other.",
        lambda X, K, groups: sum(np.split(grouped_conv(X, K, groups), groups)),
    ),
    Mistake(
        "outputs of a group added",
        "the outputs of each group are added to each other, so there are too few channels. Each kernel gives a "
        "channel of its own.",
        lambda X, K, groups: np.stack([part.sum(axis=0) for part in np.split(grouped_conv(X, K, groups), groups)]),
    ),
    Mistake(
        "groups on an axis of their own",
        "your result has one axis too many: one for the groups. Their outputs stand one after the other on one axis.",
        lambda X, K, groups: np.stack(np.split(grouped_conv(X, K, groups), groups)),
    ),
    Mistake(
        "only one group",
        "your result holds the outputs of the first group only. Is there a `return` inside the loop?",
        lambda X, K, groups: np.split(grouped_conv(X, K, groups), groups)[0],
    ),
    Mistake(
        "other groups left 0",
        "only the outputs of the first group are filled; the others stayed 0.",
        lambda X, K, groups: np.where(
            (np.arange(len(K)) < len(K) // groups)[:, None, None], grouped_conv(X, K, groups), 0
        ),
    ),
    Mistake(
        "outputs in another order",
        "all outputs are there, but dealt in turn: one of each group, then the next of each. All outputs of group 0 "
        "come first.",
        lambda X, K, groups: grouped_conv(X, K, groups)[order(len(K), groups)],
    ),
    Mistake(
        "divided by the groups",
        "your result is divided by the number of groups. The sum stays as it is; it is over fewer channels already.",
        lambda X, K, groups: grouped_conv(X, K, groups) / groups,
    ),
]

# --- the shuffle


def shuffle_channels(X, groups):
    """Write the channels in `groups` rows, read them column by column."""
    X = np.asarray(X, dtype=float)
    return X[order(len(X), groups)]


def order(channels, groups):
    """Which channel stands at each place after the shuffle."""
    return np.arange(channels).reshape(groups, -1).T.ravel()


SHUFFLE_CLAIMS = [
    Claim("six channels in two groups", 1, lambda rng: [(ints(rng, 6, 4, 3), 2)]),
    Claim(
        "twelve channels in three groups",
        1,
        lambda rng: [(ints(rng, 12, 3, 1), 3), (quarters(rng, 8, 2, 3), 4)],
    ),
    Claim(
        "one group, or a group for each channel, change nothing",
        1,
        lambda rng: [(ints(rng, 5, 2, 3), 1), (quarters(rng, 5, 3, 2), 5)],
    ),
    Claim(
        "other images and groups",
        1,
        lambda rng: [
            (floats(rng, c, *rng.integers(2, 5, 2)), groups)
            for c, groups in [(10, 2), (15, 3), (12, 6), (20, 4), (14, 7)]
        ],
        hidden=True,
    ),
]


def pixels_mixed(X, groups):
    """Reshape without keeping the rows and columns apart."""
    X = np.asarray(X, dtype=float)
    return X.reshape(groups, -1).T.reshape(X.shape)


def moved(function):
    """A counter-model that puts the channels into another order."""
    return lambda X, groups: np.asarray(X, dtype=float)[function(len(X), groups)]


def regrouped(axes):
    """A counter-model that splits the channel axis in two and puts the four axes into another order."""

    def model(X, groups):
        X = np.asarray(X, dtype=float)
        return X.reshape(groups, -1, *X.shape[1:]).transpose(axes).reshape(X.shape)

    return model


SHUFFLE_MISTAKES = [
    # another order
    Mistake(
        "the way back",
        "your shuffle is the inverse one: it takes every groups-th channel. Write the channels in `groups` rows, not "
        "in `groups` columns, and read column by column.",
        moved(lambda C, groups: order(C, C // groups)),
    ),
    Mistake(
        "nothing moved",
        "your channels stand where they stood. A reshape there and back changes nothing; what must happen in between?",
        moved(lambda C, groups: np.arange(C)),
    ),
    Mistake(
        "reversed",
        "your channels stand in reverse order. A shuffle deals one channel of each group in turn.",
        moved(lambda C, groups: np.arange(C)[::-1]),
    ),
    Mistake(
        "reversed in each group",
        "each group is reversed, and no channel has left its group. After a shuffle, neighbours come from different "
        "groups.",
        moved(lambda C, groups: np.arange(C).reshape(groups, -1)[:, ::-1].ravel()),
    ),
    Mistake(
        "groups in reverse",
        "the groups stand in reverse order, whole. After a shuffle, neighbours come from different groups.",
        moved(lambda C, groups: np.arange(C).reshape(groups, -1)[::-1].ravel()),
    ),
    Mistake(
        "last group first",
        "you deal from the last group first. Channel 0 stays at place 0.",
        moved(lambda C, groups: np.arange(C).reshape(groups, -1)[::-1].T.ravel()),
    ),
    Mistake(
        "columns in reverse",
        "you read the columns from the last to the first. Channel 0 stays at place 0.",
        moved(lambda C, groups: np.arange(C).reshape(groups, -1)[:, ::-1].T.ravel()),
    ),
    Mistake(
        "every second column upwards",
        "you read every second column upwards. Each column is read from the top.",
        moved(
            lambda C, groups: np.concatenate(
                [column[:: -1 if n % 2 else 1] for n, column in enumerate(np.arange(C).reshape(groups, -1).T)]
            )
        ),
    ),
    Mistake(
        "neighbours exchanged",
        "pairs of neighbours are exchanged. A shuffle deals one channel of each group in turn.",
        moved(lambda C, groups: np.arange(C - C % 2).reshape(-1, 2)[:, ::-1].ravel().tolist() + [C - 1] * (C % 2)),
    ),
    Mistake(
        "shuffled twice",
        "you shuffled twice. The second shuffle does not undo the first, it goes on.",
        lambda X, groups: shuffle_channels(shuffle_channels(X, groups), groups),
    ),
    Mistake(
        "always two groups",
        "you shuffle with two groups, whatever `groups` is.",
        moved(lambda C, groups: order(C, 2)),
    ),
    # all moved on
    Mistake(
        "moved on by one group",
        "all channels moved on together, by the size of a group. The order inside must change as well.",
        moved(lambda C, groups: np.roll(np.arange(C), C // groups)),
    ),
    Mistake(
        "moved on by one",
        "all channels moved on together, by one place. A shuffle deals one channel of each group in turn.",
        moved(lambda C, groups: np.roll(np.arange(C), 1)),
    ),
    Mistake(
        "moved on by groups",
        "all channels moved on together, by `groups` places. A shuffle deals one channel of each group in turn.",
        moved(lambda C, groups: np.roll(np.arange(C), groups)),
    ),
    Mistake(
        "moved back by groups",
        "all channels moved back together, by `groups` places. A shuffle deals one channel of each group in turn.",
        moved(lambda C, groups: np.roll(np.arange(C), -groups)),
    ),
    # channels lost
    Mistake(
        "one channel of each group",
        "only the first channel of each group is left. All channels stay, in another order.",
        moved(lambda C, groups: np.arange(0, C, C // groups)),
    ),
    Mistake(
        "every second channel",
        "only every groups-th channel is left. All channels stay, in another order.",
        moved(lambda C, groups: np.arange(0, C, groups)),
    ),
    Mistake(
        "only the first group",
        "only the first group is left. All channels stay, in another order.",
        moved(lambda C, groups: np.arange(C // groups)),
    ),
    Mistake(
        "channels taken again",
        "your step goes round the channels and takes some again, while others are lost. After the end of a round, "
        "begin one further.",
        moved(lambda C, groups: np.arange(C) * groups % C),
    ),
    Mistake(
        "channels of one column again",
        "your step is as large as a group and goes round, so some channels come again while others are lost. After "
        "each round, begin one further.",
        moved(lambda C, groups: np.arange(C) * (C // groups) % C),
    ),
    # pixels mixed
    Mistake(
        "pixels mixed",
        "pixels of different channels are mixed: your transpose took rows and columns along. Reshape only the channel "
        "axis, to (groups, C // groups, H, W).",
        pixels_mixed,
    ),
    Mistake(
        "rows and columns exchanged",
        "rows and columns of the images are exchanged. `.T` turns all axes round; exchange only the two channel axes.",
        lambda X, groups: shuffle_channels(X, groups).swapaxes(1, 2),
    ),
    Mistake(
        "everything transposed",
        "all axes of X are in reverse order. Split the channel axis in two and exchange those two only.",
        lambda X, groups: np.asarray(X, dtype=float).T,
    ),
    Mistake(
        "rows shuffled",
        "you shuffled the rows of the images. The channels are the first axis.",
        lambda X, groups: np.asarray(X, dtype=float)[:, order(X.shape[1], groups)],
    ),
    Mistake(
        "every axis turned round",
        "you turn round *all* axes (`.T` does) before you reshape, so pixels are mixed. Exchange the two channel "
        "axes only.",
        regrouped((3, 2, 1, 0)),
    ),
    Mistake(
        "groups and rows exchanged",
        "you exchange the second channel axis with the rows, so pixels are mixed. Exchange the two channel axes: "
        "axis 0 and axis 1.",
        regrouped((0, 2, 1, 3)),
    ),
    Mistake(
        "rows and columns exchanged instead",
        "you exchange rows and columns, and the channels stay. Exchange the two channel axes: axis 0 and axis 1.",
        regrouped((0, 1, 3, 2)),
    ),
    Mistake(
        "rows and columns exchanged as well",
        "the channel axes are exchanged, but rows and columns are too, so pixels are mixed. They stay as they are.",
        regrouped((1, 0, 3, 2)),
    ),
    Mistake(
        "images transposed",
        "rows and columns of every image are exchanged, and the channels have not moved.",
        lambda X, groups: np.asarray(X, dtype=float).swapaxes(1, 2),
    ),
    # four axes
    Mistake(
        "not put back together",
        "the channels are in the right order, but still in rows: your result has four axes. Reshape it back to "
        "(C, H, W).",
        lambda X, groups: shuffle_channels(X, groups).reshape(len(X) // groups, groups, *X.shape[1:]),
    ),
    Mistake(
        "four axes, cut the other way",
        "the channels are in the right order, but your result has four axes. Reshape it back to (C, H, W).",
        lambda X, groups: shuffle_channels(X, groups).reshape(groups, -1, *X.shape[1:]),
    ),
    Mistake(
        "split but not exchanged",
        "your result is X in groups, with four axes. Exchange the two channel axes, then reshape back to (C, H, W).",
        lambda X, groups: np.asarray(X, dtype=float).reshape(groups, len(X) // groups, *X.shape[1:]),
    ),
    Mistake(
        "split in the other way",
        "your result has four axes, and the channels in their old order. Split into (groups, C // groups, H, W), "
        "exchange the first two, and reshape back.",
        lambda X, groups: np.asarray(X, dtype=float).reshape(len(X) // groups, groups, *X.shape[1:]),
    ),
    # another result
    Mistake(
        "the order instead of the channels",
        "your result holds the numbers of the channels. Return X with its channels in that order.",
        lambda X, groups: order(len(X), groups),
    ),
    Mistake(
        "groups added",
        "channels are added to each other. A shuffle only moves them.",
        lambda X, groups: np.asarray(X, dtype=float).reshape(groups, -1, *X.shape[1:]).sum(axis=0),
    ),
    Mistake(
        "groups averaged",
        "channels are averaged. A shuffle only moves them.",
        lambda X, groups: np.asarray(X, dtype=float).reshape(groups, -1, *X.shape[1:]).mean(axis=0),
    ),
]

# --- counting


def params_grouped(c_in, c_out, k, groups):
    """Each of c_out kernels has k·k weights for each of the c_in / groups channels that it reads."""
    return c_in // groups * c_out * k * k


PARAMS_CLAIMS = [
    Claim("eight channels to eight", 1, [(8, 8, 3, 1), (8, 8, 3, 2), (8, 8, 3, 4), (8, 8, 3, 8)]),
    Claim("other channels out than in", 1, [(12, 30, 5, 3), (18, 12, 7, 6), (96, 256, 5, 2), (10, 20, 1, 10)]),
    Claim(
        "other layers",
        1,
        lambda rng: [
            (int(g * a), int(g * b), int(k), int(g))
            for g, a, b, k in zip(*(rng.integers(2, 9, 6) for _ in range(4)), strict=True)
        ],
        hidden=True,
    ),
]

PARAMS_MISTAKES = [
    # the groups
    Mistake(
        "divided by groups twice",
        "you divide by groups twice: this is one group alone. There are `groups` of them.",
        lambda c_in, c_out, k, groups: (c_in // groups) * (c_out // groups) * k * k,
    ),
    Mistake(
        "groups ignored",
        "this is the ordinary layer, in which every kernel reads all input channels.",
        lambda c_in, c_out, k, groups: c_in * c_out * k * k,
    ),
    Mistake(
        "multiplied by groups",
        "your number grows with the groups. More groups mean that each kernel reads fewer channels.",
        lambda c_in, c_out, k, groups: c_in * c_out * k * k * groups,
    ),
    Mistake(
        "groups for the channels of a group",
        "you let each kernel read `groups` channels. It reads c_in / groups.",
        lambda c_in, c_out, k, groups: groups * c_out * k * k,
    ),
    Mistake(
        "one channel too many in a kernel",
        "your kernels read one channel more than a group has.",
        lambda c_in, c_out, k, groups: (c_in // groups + 1) * c_out * k * k,
    ),
    Mistake(
        "k divided by groups",
        "you divide the kernel's size by groups. The kernels keep their size; they read fewer channels.",
        lambda c_in, c_out, k, groups: c_in * c_out * (k // groups) ** 2,
    ),
    Mistake(
        "what is saved",
        "your result is how many weights the groups save. Asked is how many there are.",
        lambda c_in, c_out, k, groups: c_in * c_out * k * k - c_in // groups * c_out * k * k,
    ),
    # the kernel's size
    Mistake(
        "k for k·k",
        "a kernel has k rows and k columns. You count k once.",
        lambda c_in, c_out, k, groups: c_in // groups * c_out * k,
    ),
    Mistake(
        "2·k for k·k",
        "a square of k rows and k columns has k·k numbers, not 2·k.",
        lambda c_in, c_out, k, groups: c_in // groups * c_out * 2 * k,
    ),
    Mistake(
        "k·k·k",
        "a kernel has k rows and k columns. You count k three times.",
        lambda c_in, c_out, k, groups: c_in // groups * c_out * k**3,
    ),
    Mistake(
        "kernel size left out",
        "you count lines between channels. Each line is a slice of a kernel and holds k·k weights.",
        lambda c_in, c_out, k, groups: c_in // groups * c_out,
    ),
    # the channels
    Mistake(
        "one kernel",
        "these are the weights of one kernel. There is one kernel for each output channel.",
        lambda c_in, c_out, k, groups: c_in // groups * k * k,
    ),
    Mistake(
        "only output channels",
        "every kernel has a slice for each channel of its group, and you count one slice only (as in a depthwise "
        "layer).",
        lambda c_in, c_out, k, groups: c_out * k * k,
    ),
    Mistake(
        "only input channels",
        "you count one slice for each input channel. Each input channel is read by all outputs of its group.",
        lambda c_in, c_out, k, groups: c_in * k * k,
    ),
    Mistake(
        "only the outputs of a group",
        "these are the kernels of one group with one slice each. Each kernel has a slice for each channel it reads.",
        lambda c_in, c_out, k, groups: c_out // groups * k * k,
    ),
    Mistake(
        "kernels for the inputs of a group, and the outputs",
        "you count one slice for each input channel of a group, and add the outputs. Each *output* has a slice for "
        "each of them.",
        lambda c_in, c_out, k, groups: c_in // groups * k * k + c_out,
    ),
    Mistake(
        "channels added",
        "input and output channels are added. Each output reads each input of its group, so they multiply.",
        lambda c_in, c_out, k, groups: (c_in + c_out) // groups * k * k,
    ),
    Mistake(
        "channels added, in every group",
        "input and output channels of a group are added. Each output reads each input of its group, so they multiply.",
        lambda c_in, c_out, k, groups: (c_in + c_out) * k * k,
    ),
    Mistake(
        "input channels twice",
        "you use c_in for both sides. The layer has c_out kernels.",
        lambda c_in, c_out, k, groups: c_in // groups * c_in * k * k,
    ),
    Mistake(
        "output channels twice",
        "you use c_out for both sides. Each kernel reads c_in / groups channels.",
        lambda c_in, c_out, k, groups: c_out // groups * c_out * k * k,
    ),
    Mistake(
        "depthwise and pointwise",
        "this is a depthwise layer followed by a 1×1 layer. A grouped layer is one layer.",
        lambda c_in, c_out, k, groups: c_in * k * k + c_in * c_out,
    ),
    # biases
    Mistake(
        "with bias",
        "you count a bias for each output channel. This layer has none.",
        lambda c_in, c_out, k, groups: c_in // groups * c_out * k * k + c_out,
    ),
    Mistake(
        "a bias for each input channel",
        "you count a bias for each input channel. This layer has none, and a bias would belong to an output channel.",
        lambda c_in, c_out, k, groups: c_in // groups * c_out * k * k + c_in,
    ),
    Mistake(
        "a bias for each group",
        "you add one number for each group. This layer has no bias.",
        lambda c_in, c_out, k, groups: c_in // groups * c_out * k * k + groups,
    ),
    Mistake(
        "a bias for the outputs of one group",
        "you count c_out / groups biases. This layer has none.",
        lambda c_in, c_out, k, groups: c_in // groups * c_out * k * k + c_out // groups,
    ),
    Mistake(
        "a bias in each group",
        "you count c_out biases in every group. This layer has none.",
        lambda c_in, c_out, k, groups: c_in // groups * c_out * k * k + groups * c_out,
    ),
    Mistake(
        "bias in every kernel slice",
        "you count k·k + 1 numbers for each slice. There is no bias here.",
        lambda c_in, c_out, k, groups: c_in // groups * c_out * (k * k + 1),
    ),
]

# --- what reaches what


def reachable(c, groups, layers, shuffle):
    """A 0/1 matrix: does output o depend on input i?"""
    return (paths(c, groups, layers, shuffle) > 0).astype(int)


def paths(c, groups, layers, shuffle):
    """How many ways lead from each input to each output."""
    block, move = blocks(c, groups), np.eye(c, dtype=int)[order(c, groups)]
    reach = block
    for _ in range(layers - 1):
        reach = block @ (move @ reach if shuffle else reach)
    return reach


def blocks(c, groups):
    """One layer: ones where output and input lie in the same group."""
    return np.kron(np.eye(groups, dtype=int), np.ones((c // groups, c // groups), dtype=int))


def other_networks(rng):
    """Groups too small to mix everything, so that every matrix has zeros; and two networks where nothing moves."""
    drawn = []
    for size, layers in [(2, 2), (3, 2), (2, 3), (4, 2), (2, 4)]:
        groups = int(rng.integers(size ** (layers - 1) + 1, size ** (layers - 1) + 4))
        drawn.append((size * groups, groups, layers, True))
    return [*drawn, (3 * int(rng.integers(4, 8)), 3, 2, False), (int(rng.integers(4, 9)), 1, 3, True)]


REACH_CLAIMS = [
    Claim("one layer", 1, [(6, 2, 1, False), (6, 3, 1, True)]),
    Claim("two layers without a shuffle", 1, [(6, 2, 2, False), (8, 4, 3, False)]),
    Claim("two layers with a shuffle", 1, [(6, 2, 2, True), (12, 4, 2, True), (8, 4, 2, True), (10, 5, 2, True)]),
    Claim("three layers with shuffles", 1, [(16, 8, 3, True), (8, 4, 3, True), (12, 6, 3, True)]),
    Claim("other networks", 2, other_networks, hidden=True),
]


def walk(c, groups, layers, shuffle, before=False, after=False, move=None, block=None):
    """reachable, with shuffles at the ends, another order or other groups."""
    move = np.eye(c, dtype=int)[order(c, groups) if move is None else move] if shuffle else np.eye(c, dtype=int)
    block = blocks(c, groups) if block is None else block
    reach = move if before else np.eye(c, dtype=int)
    for n in range(layers):
        reach = block @ (move @ reach if n else reach)
    return ((move @ reach if after else reach) > 0).astype(int)


def once(c, groups, layers, shuffle):
    """A shuffle after the first layer only."""
    block, move = blocks(c, groups), np.eye(c, dtype=int)[order(c, groups)]
    reach = move @ block if shuffle and layers > 1 else block
    for _ in range(layers - 1):
        reach = block @ reach
    return (reach > 0).astype(int)


def columns_moved(c, groups, layers, shuffle):
    """The shuffle applied to the inputs of the matrix."""
    reach = block = blocks(c, groups)
    for _ in range(layers - 1):
        reach = block @ (reach[:, order(c, groups)] if shuffle else reach)
    return (reach > 0).astype(int)


def columns_moved_back(c, groups, layers, shuffle):
    """The same with the inverse shuffle."""
    reach = block = blocks(c, groups)
    for _ in range(layers - 1):
        reach = block @ (reach[:, order(c, c // groups)] if shuffle else reach)
    return (reach > 0).astype(int)


def number_by_number(c, groups, layers, shuffle):
    """The layers' matrices multiplied element by element."""
    block, move = blocks(c, groups), np.eye(c, dtype=int)[order(c, groups)]
    reach = block
    for _ in range(layers - 1):
        reach = block * (move @ reach if shuffle else reach)
    return reach


REACH_MISTAKES = [
    # the shuffle
    Mistake(
        "never shuffled",
        "your matrix is that of a network without a shuffle, or of one layer alone: without a shuffle more layers "
        "change nothing. With shuffle=True there is a shuffle between each two layers.",
        lambda c, groups, layers, shuffle: reachable(c, groups, layers, False),
    ),
    Mistake(
        "always shuffled",
        "you shuffle although shuffle is False.",
        lambda c, groups, layers, shuffle: reachable(c, groups, layers, True),
    ),
    Mistake(
        "shuffle turned round",
        "you shuffle where you should not, and do not where you should. Look at your `if`.",
        lambda c, groups, layers, shuffle: reachable(c, groups, layers, not shuffle),
    ),
    Mistake(
        "shuffled after the last layer",
        "there is a shuffle after the last layer too. There is one *between* layers only.",
        lambda c, groups, layers, shuffle: walk(c, groups, layers, shuffle, after=True),
    ),
    Mistake(
        "shuffled before the first layer",
        "there is a shuffle before the first layer too. There is one *between* layers only.",
        lambda c, groups, layers, shuffle: walk(c, groups, layers, shuffle, before=True),
    ),
    Mistake(
        "shuffled on both ends",
        "there is a shuffle before the first layer and after the last. There is one *between* layers only.",
        lambda c, groups, layers, shuffle: walk(c, groups, layers, shuffle, before=True, after=True),
    ),
    Mistake(
        "shuffled once",
        "there is one shuffle in your whole network. There is one between each two layers.",
        lambda c, groups, layers, shuffle: once(c, groups, layers, shuffle),
    ),
    Mistake(
        "columns shuffled",
        "you shuffle the columns of your matrix, which are the inputs. A shuffle moves the channels reached so far: "
        "the rows.",
        columns_moved,
    ),
    Mistake(
        "columns shuffled, the other way",
        "you put the columns of your matrix, which are the inputs, back into the order before a shuffle. A shuffle "
        "moves the channels reached so far: the rows.",
        columns_moved_back,
    ),
    Mistake(
        "the shuffle alone",
        "your matrix follows the shuffles and leaves the layers out. A layer lets each output read its whole group.",
        lambda c, groups, layers, shuffle: np.linalg.matrix_power(
            np.eye(c, dtype=int)[order(c, groups)] if shuffle else np.eye(c, dtype=int), layers - 1
        ),
    ),
    Mistake(
        "everything after one shuffle",
        "in your matrix one shuffle lets everything reach everything. Follow one output down, layer by layer: how "
        "many inputs does it reach?",
        lambda c, groups, layers, shuffle: np.ones((c, c), dtype=int) if shuffle and layers > 1 else blocks(c, groups),
    ),
    # the layers
    Mistake(
        "one layer too few",
        "your network has one layer too few. With `layers` layers there are layers − 1 steps after the first.",
        lambda c, groups, layers, shuffle: walk(c, groups, layers - 1, shuffle),
    ),
    Mistake(
        "one layer too many",
        "your network has one layer too many. How often does your loop run?",
        lambda c, groups, layers, shuffle: reachable(c, groups, layers + 1, shuffle),
    ),
    Mistake(
        "begins before the first layer",
        "you begin with a matrix in which each channel depends on itself, before any layer, and go on as if the first "
        "layer were behind you.",
        lambda c, groups, layers, shuffle: walk(c, groups, layers - 1, shuffle, before=shuffle and layers > 1),
    ),
    Mistake(
        "two layers, whatever comes",
        "your network has two layers, whatever `layers` is.",
        lambda c, groups, layers, shuffle: reachable(c, groups, 2, shuffle),
    ),
    Mistake(
        "* for @",
        "your matrices are multiplied number by number (`*`). Going through one layer after the other is `@`.",
        lambda c, groups, layers, shuffle: number_by_number(c, groups, layers, shuffle),
    ),
    # the groups
    Mistake(
        "everything reaches everything",
        "in your matrix every output depends on every input. An output reads only its own group.",
        lambda c, groups, layers, shuffle: np.ones((c, c), dtype=int),
    ),
    Mistake(
        "only itself",
        "in your matrix output o depends on input o alone, as in a depthwise layer. A group has c / groups channels.",
        lambda c, groups, layers, shuffle: np.eye(c, dtype=int),
    ),
    Mistake(
        "groups taken in turn",
        "your groups take every groups-th channel. A group holds neighbours.",
        lambda c, groups, layers, shuffle: walk(
            c, groups, layers, shuffle, block=(np.subtract.outer(np.arange(c), np.arange(c)) % groups == 0).astype(int)
        ),
    ),
    Mistake(
        "groups of the last digit",
        "your groups go by the remainder of the channel number. A group holds neighbours: divide by its size.",
        lambda c, groups, layers, shuffle: walk(
            c,
            groups,
            layers,
            shuffle,
            block=(np.subtract.outer(np.arange(c), np.arange(c)) % (c // groups) == 0).astype(int),
        ),
    ),
    Mistake(
        "groups for the size of a group",
        "your groups have `groups` channels each. There are `groups` groups, with c // groups channels each.",
        lambda c, groups, layers, shuffle: walk(c, groups, layers, shuffle, block=blocks(c, c // groups)),
    ),
    Mistake(
        "its own group always",
        "you add an output's own group to what it depends on. After a shuffle, channels of other groups stand there.",
        lambda c, groups, layers, shuffle: np.maximum(reachable(c, groups, layers, shuffle), blocks(c, groups)),
    ),
    Mistake(
        "never itself",
        "in your matrix no output depends on the input with its own number. A channel of its own group counts too.",
        lambda c, groups, layers, shuffle: reachable(c, groups, layers, shuffle) * (1 - np.eye(c, dtype=int)),
    ),
    Mistake(
        "all before it",
        "in your matrix every output depends on all inputs before it, or after it. Groups decide, not the order.",
        lambda c, groups, layers, shuffle: np.triu(np.ones((c, c), dtype=int)),
    ),
    # what a number says
    Mistake(
        "numbers of paths",
        "your matrix counts the ways from input to output. Put a 1 wherever there is at least one way.",
        lambda c, groups, layers, shuffle: paths(c, groups, layers, shuffle),
    ),
    Mistake(
        "more than one way",
        "your matrix has a 1 only where there is more than one way. One way is enough.",
        lambda c, groups, layers, shuffle: (paths(c, groups, layers, shuffle) > 1).astype(int),
    ),
    Mistake(
        "0 and 1 exchanged",
        "your matrix has 0 where an output depends on an input, and 1 where it does not.",
        lambda c, groups, layers, shuffle: 1 - reachable(c, groups, layers, shuffle),
    ),
    Mistake(
        "no way that stays in the group",
        "your matrix holds only the ways that change the group, or only those that all layers share. An input counts "
        "as soon as one way leads from it.",
        lambda c, groups, layers, shuffle: reachable(c, groups, layers, shuffle) * blocks(c, groups),
    ),
    Mistake(
        "halves",
        "your matrix has fractions. Put a 1 where an output depends on an input.",
        lambda c, groups, layers, shuffle: reachable(c, groups, layers, shuffle) / 2,
    ),
    Mistake(
        "number of layers",
        "your matrix has the number of layers where a 1 belongs.",
        lambda c, groups, layers, shuffle: blocks(c, groups) * layers,
    ),
    # the matrix
    Mistake(
        "transposed",
        "this is the right matrix with rows and columns exchanged. Row o says what output o depends on. (A shuffle "
        "that goes the wrong way gives the same: is yours the inverse one?)",
        lambda c, groups, layers, shuffle: reachable(c, groups, layers, shuffle).T,
    ),
    Mistake(
        "one row",
        "your result is the row of output 0 alone. Return a row for every output.",
        lambda c, groups, layers, shuffle: reachable(c, groups, layers, shuffle)[0],
    ),
    Mistake(
        "how many",
        "your result counts the inputs of each output. Return the matrix that says which they are.",
        lambda c, groups, layers, shuffle: reachable(c, groups, layers, shuffle).sum(axis=1),
    ),
]

# --- the prediction


QUESTION = 8, 12, 4, 7  # the prediction: channels in, channels out, groups, the output asked about


def predict_groups():
    """Output 7 of 12 lies in group 2, which holds the inputs 4 and 5 of 8."""
    c_in, c_out, groups, o = QUESTION
    return [i for i in range(c_in) if i // (c_in // groups) == o // (c_out // groups)]


PREDICT_MISTAKES = [
    Mistake(
        "all inputs",
        "your list has all inputs, as in an ordinary layer. With groups an output reads its own group only.",
        lambda: list(range(8)),
    ),
    Mistake(
        "the input with its number",
        "output 7 does not read input 7: there are fewer inputs than outputs. Which group is output 7 in?",
        lambda: [7],
    ),
    Mistake(
        "the outputs of its group",
        "these are the outputs of the group. Now find the inputs of the same group: there are 8 / 4 of them.",
        lambda: [6, 7, 8],
    ),
    Mistake(
        "group found by remainder",
        "you put output 7 into group 7 % 4 = 3. Outputs of a group are neighbours: 0 1 2 are group 0.",
        lambda: [6, 7],
    ),
    Mistake(
        "inputs taken in turn",
        "your inputs are four apart. The inputs of a group are neighbours: 0 1 are group 0.",
        lambda: [2, 6],
    ),
    Mistake(
        "inputs and outputs taken in turn",
        "channels are dealt out to the groups in turn in your head. A group holds neighbours, on both sides.",
        lambda: [3, 7],
    ),
    Mistake(
        "counted from 1",
        "you count the channels from 1. Here the first one has number 0.",
        lambda: [5, 6],
    ),
    Mistake(
        "group before",
        "these are the inputs of group 1. Outputs 0 1 2 are group 0, outputs 3 4 5 are group 1; and 7?",
        lambda: [2, 3],
    ),
    Mistake(
        "groups of four",
        "you made two groups of four inputs. There are 4 groups, so each has 8 / 4 inputs.",
        lambda: [4, 5, 6, 7],
    ),
    Mistake(
        "groups of three inputs",
        "you gave the group as many inputs as outputs. It has 12 / 4 outputs, but 8 / 4 inputs.",
        lambda: [4, 5, 6],
    ),
    Mistake("in group 0", "these are the inputs of group 0. Which group is output 7 in?", lambda: [0, 1]),
    Mistake("one input", "each group has 8 / 4 inputs, and you list one.", lambda: [4]),
    Mistake("in reverse", "the right inputs, in reverse order. List them from the smallest.", lambda: [5, 4]),
    Mistake(
        "last group",
        "these inputs are too far at the end. A group holds neighbours: 8 / 4 inputs, and 12 / 4 outputs.",
        lambda: [5, 6, 7],
    ),
    Mistake(
        "across two groups",
        "your inputs lie in two different groups: 2 3 are group 1, 4 5 are group 2.",
        lambda: [3, 4],
    ),
    Mistake("the group's number", "this is the number of the group. Which inputs does it hold?", lambda: [2]),
]

# --- pictures


def connections(wrong, channels, *steps):
    """Who connects to whom, with the first wrong channel picked out; None where there are too many to draw."""
    from lib import draw

    try:
        return draw.connections(channels, *steps, pick=wrong.at[0] if wrong.at else None)
    except ValueError:
        return None


def grouped_picture(inputs, expected, got, wrong):
    """The groups, with the output channel that differs picked out."""
    X, K, groups = inputs
    return connections(wrong, len(X), ("conv", len(K), groups))


def shuffle_picture(inputs, expected, got, wrong):
    X, groups = inputs
    return connections(wrong, len(X), ("shuffle", groups))


def reach_picture(inputs, expected, got, wrong):
    """The whole network, with all that the output of the first wrong row depends on."""
    c, groups, layers, shuffle = inputs
    between = [("shuffle", groups)] * shuffle
    steps = [("conv", c, groups), *[*between, ("conv", c, groups)] * (layers - 1)]
    return connections(wrong, c, *steps)


EXERCISES = [
    Exercise(predict_groups, [Claim("the prediction", 1, [()])], PREDICT_MISTAKES),
    Exercise(grouped_conv, GROUPED_CLAIMS, GROUPED_MISTAKES, slides=2, window=window, picture=grouped_picture),
    Exercise(shuffle_channels, SHUFFLE_CLAIMS, SHUFFLE_MISTAKES, picture=shuffle_picture),
    Exercise(params_grouped, PARAMS_CLAIMS, PARAMS_MISTAKES),
    Exercise(reachable, REACH_CLAIMS, REACH_MISTAKES, picture=reach_picture),
]
