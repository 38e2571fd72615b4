"""Channel shuffle: so that the next grouped convolution sees channels of every group."""

import numpy as np

from lib.arguments import array, integer
from lib.errors import ShapeError


def channel_shuffle(x, groups):
    """Deal the channels of `groups` groups out in turn: of 6 channels in 2 groups 0, 3, 1, 4, 2, 5.

    Shapes: x (N, C, ...) with at least one axis after C -> the same.
    Units:  groups counts the groups that the channels lie in, one after the other.
    Raises: ShapeError when groups does not divide C, or x has fewer than three axes.
    Source: Zhang, Zhou, Lin & Sun, "ShuffleNet" (2018), section 3.1; chapter 10. Equal to
            torch.nn.functional.channel_shuffle.

    >>> channel_shuffle(np.arange(6).reshape(1, 6, 1), 2).ravel()
    array([0, 3, 1, 4, 2, 5])
    """
    x, groups = array("x", x, kinds="biufc"), integer("groups", groups, 1)
    if x.ndim < 3:
        raise ShapeError(f"x must be (N, C, ...) with at least one axis after C, but got shape {x.shape}")
    channels = x.shape[1]
    if channels % groups:
        raise ShapeError(f"x must have a multiple of groups={groups} channels, but got {channels}: {x.shape}")
    return x.take(np.arange(channels).reshape(groups, channels // groups).T.ravel(), axis=1)
