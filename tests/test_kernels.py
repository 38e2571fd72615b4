"""The named kernels do what their names say."""

import numpy as np
import pytest

from lib import corr2d, kernels

RAMP = np.add.outer(0 * np.arange(7), 3.0 * np.arange(8))  # brighter to the right
STEP = np.repeat([[0.0] * 5 + [1.0] * 5], 6, axis=0)


@pytest.mark.parametrize(
    "name", [name for name in kernels.KERNELS if "blur" in name or name in ("identity", "sharpen")]
)
def test_what_keeps_brightness_sums_to_one(name):
    assert np.isclose(kernels.KERNELS[name].sum(), 1)


@pytest.mark.parametrize(
    "name", ["contour", "laplacian", "laplacian_8", "sobel_x", "sobel_y", "prewitt_x", "prewitt_y", "vertical_edges"]
)
def test_what_finds_edges_sums_to_zero(name):
    assert kernels.KERNELS[name].sum() == 0


def test_sobel_is_positive_where_it_brightens_to_the_right():
    assert (corr2d(RAMP, kernels.SOBEL_X) == 8 * 3).all()
    assert (corr2d(RAMP, kernels.SOBEL_Y) == 0).all()
    assert (corr2d(RAMP.T, kernels.SOBEL_Y) == 8 * 3).all()


def test_the_contour_of_a_step():
    assert kernels.CONTOUR[2, 2] == 24
    assert corr2d(STEP, kernels.CONTOUR)[0].tolist() == [0, -5, -10, 10, 5, 0]


def test_the_contour_is_the_pixel_less_the_mean(rng):
    x = rng.normal(size=(9, 8))
    mean = corr2d(x, kernels.box_blur(5))
    np.testing.assert_allclose(corr2d(x, kernels.contour(5)), 25 * (x[2:-2, 2:-2] - mean))


def test_ranks_tell_which_kernels_are_separable():
    ranks = {name: np.linalg.matrix_rank(kernel) for name, kernel in kernels.KERNELS.items()}
    assert ranks["sobel_x"] == ranks["box_blur"] == ranks["binomial_blur"] == 1
    assert ranks["laplacian"] == ranks["contour"] == 2


def test_a_diagonal_edge_is_found_where_the_diagonal_lies():
    y = corr2d(np.eye(5), 2 * kernels.DIAGONAL_EDGES)
    assert (np.diag(y) == 4).all()
    assert (np.diag(y, 1) == -2).all()


def test_nobody_can_change_them_for_everybody():
    for kernel in kernels.KERNELS.values():
        with pytest.raises(ValueError, match="read-only"):
            kernel[0, 0] = 7


def test_sizes_are_checked():
    for make in (kernels.box_blur, kernels.binomial_blur, kernels.contour):
        with pytest.raises(ValueError, match="size must be at least 1, but got 0"):
            make(0)
    with pytest.raises(ValueError, match="size must be odd, to have a centre, but got 4"):
        kernels.contour(4)
