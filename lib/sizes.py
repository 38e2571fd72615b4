"""How large the output is: of a convolution, of a transposed convolution, of a pooling."""

from lib.arguments import flag, integer, integers, one_of
from lib.errors import ShapeError


def conv_output_size(size, kernel_size, stride=1, padding=0, dilation=1):
    """How many windows fit: floor((size + 2 padding - dilation (kernel_size - 1) - 1) / stride) + 1.

    Shapes: ints give an int; where any argument is a tuple, one entry per axis, so is the result.
    Units:  pixels; padding counts one side, or is "valid" (0) or "same" (as much as keeps the size, at stride 1).
    Raises: ShapeError when the kernel is larger than the padded input; ValueError and TypeError for other options.
    Source: Dumoulin & Visin (2016), relationship 15; chapter 5.

    >>> conv_output_size(224, 7, stride=2, padding=3)
    112
    >>> conv_output_size((5, 6), 3, stride=2, padding=(1, 0))
    (3, 2)
    """
    if isinstance(padding, str):
        if one_of("padding", padding, ("valid", "same")) == "same":
            strides = stride if isinstance(stride, (tuple, list)) else (stride,)
            if any(integer("stride", s, 1) != 1 for s in strides):
                raise ValueError(f"padding='same' needs stride 1, but got stride {stride!r}")
            return _per_axis(
                lambda n, k, d: n, (("size", size, 0), ("kernel_size", kernel_size, 1), ("dilation", dilation, 1))
            )
        padding = 0

    def windows(n, k, s, p, d):
        if n + 2 * p < d * (k - 1) + 1:
            raise ShapeError(
                f"kernel_size: the kernel spans {d * (k - 1) + 1} (size {k}, dilation {d}), "
                f"but the padded input is only {n + 2 * p} (size {n}, padding {p})"
            )
        return (n + 2 * p - d * (k - 1) - 1) // s + 1

    return _per_axis(
        windows,
        (
            ("size", size, 0),
            ("kernel_size", kernel_size, 1),
            ("stride", stride, 1),
            ("padding", padding, 0),
            ("dilation", dilation, 1),
        ),
    )


def conv_transpose_output_size(size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1):
    """The size a transposed convolution gives: (size - 1) stride - 2 padding + dilation (kernel_size - 1) + 1 + extra.

    Shapes: ints give an int; where any argument is a tuple, one entry per axis, so is the result.
    Units:  pixels; padding counts one side and takes away, output_padding, the extra, adds on one side.
    Raises: ShapeError when nothing would be left; ValueError when output_padding is not below stride or dilation, and
            with TypeError for other options.
    Source: Dumoulin & Visin (2016), relationship 14; chapter 11.

    >>> conv_transpose_output_size(4, 3, stride=2, padding=1)
    7
    >>> conv_transpose_output_size(4, 3, stride=2, padding=1, output_padding=1)
    8
    """

    def spread(n, k, s, p, extra, d):
        if extra >= max(s, d):
            raise ValueError(f"output_padding must be less than stride {s} or dilation {d}, but got {extra}")
        out = (n - 1) * s - 2 * p + d * (k - 1) + extra + 1
        if out < 1:
            raise ShapeError(
                f"padding: {p} on each side leaves nothing of {out + 2 * p} "
                f"(size {n}, kernel_size {k}, stride {s}, dilation {d}, output_padding {extra})"
            )
        return out

    return _per_axis(
        spread,
        (
            ("size", size, 1),
            ("kernel_size", kernel_size, 1),
            ("stride", stride, 1),
            ("padding", padding, 0),
            ("output_padding", output_padding, 0),
            ("dilation", dilation, 1),
        ),
    )


def pool_output_size(size, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """How many windows a pooling makes: as conv_output_size, or, with ceil_mode, one more that overhangs the end.

    Shapes: ints give an int; where any argument is a tuple, one entry per axis, so is the result.
    Units:  pixels; stride None means kernel_size; padding counts one side, at most half of kernel_size. A window that
            overhangs must still start before the padding on the far side does.
    Raises: ShapeError when no window fits; ValueError and TypeError for other options.
    Source: the PyTorch documentation of torch.nn.MaxPool2d; chapter 6.

    >>> pool_output_size(5, 2), pool_output_size(5, 2, ceil_mode=True)
    (2, 3)
    >>> pool_output_size(112, 3, stride=2, padding=1)
    56
    """
    flag("ceil_mode", ceil_mode)
    stride = kernel_size if stride is None else stride

    def windows(n, k, s, p, d):
        if p > k // 2:
            raise ValueError(f"padding must be at most half of kernel_size {k}, but got {p}")
        room = n + 2 * p - d * (k - 1) - 1
        out = -(-room // s) + 1 if ceil_mode else room // s + 1
        if ceil_mode and (out - 1) * s >= n + p:
            out -= 1
        if out < 1:
            raise ShapeError(
                f"kernel_size: the window spans {d * (k - 1) + 1} (size {k}, dilation {d}), "
                f"but the padded input is only {n + 2 * p} (size {n}, padding {p})"
            )
        return out

    return _per_axis(
        windows,
        (
            ("size", size, 1),
            ("kernel_size", kernel_size, 1),
            ("stride", stride, 1),
            ("padding", padding, 0),
            ("dilation", dilation, 1),
        ),
    )


def _per_axis(rule, named):
    """`rule` of the ints in `named` (name, value, least); where some are tuples, the tuple of its answers per axis."""
    counts = {name: len(value) for name, value, _ in named if isinstance(value, (tuple, list))}
    if not counts:
        return rule(*(integer(name, value, least) for name, value, least in named))
    count = max(counts.values())
    for name, length in counts.items():
        if length not in (1, count) or length == 0:
            raise ValueError(f"{name} must be an int or have {count} entries, one per axis, but got {length}")
    columns = [integers(name, value, count, least) for name, value, least in named]
    return tuple(rule(*axis) for axis in zip(*columns, strict=True))
