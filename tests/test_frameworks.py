"""MXNet is imported quietly beside a NumPy that dropped its names; where it is absent one sentence says what to do."""

import subprocess
import sys

import numpy as np
import pytest

from lib import frameworks
from lib.frameworks import has_mxnet, import_mxnet


def test_mxnet_is_here_and_computes():
    mx = import_mxnet()
    assert has_mxnet()
    assert mx.nd.array(np.array([[1.0, 2.0], [3.0, 5.0]])).sum().asscalar() == 11  # warnings are errors here


def test_a_first_import_and_a_first_use_say_nothing():
    code = (
        "from lib.frameworks import import_mxnet; mx = import_mxnet(); from mxnet import nd, autograd, gluon;"
        "x = nd.array([[[[1.0, 2.0, 4.0]]]]); layer = gluon.nn.Conv2D(1, kernel_size=(1, 2)); layer.initialize();"
        "print(layer(x).shape, nd.Convolution(x, nd.ones((1, 1, 1, 2)), no_bias=True, kernel=(1, 2), num_filter=1))"
    )
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert run.stderr == ""
    assert "(1, 1, 1, 2)" in run.stdout
    assert "3. 6." in run.stdout


@pytest.mark.parametrize("hide", ["module", "numpy"])
def test_where_it_is_absent_one_sentence_says_what_to_do(monkeypatch, hide):
    if hide == "module":
        monkeypatch.setitem(sys.modules, "mxnet", None)
        reason = "it is not installed"
    else:
        monkeypatch.setattr(np, "__version__", "2.3.1")
        reason = "NumPy is 2.3.1"
    assert not has_mxnet()
    with pytest.raises(ImportError) as error:
        import_mxnet()
    assert reason in str(error.value)
    assert "pip install 'mxnet==1.9.1' 'numpy<2'" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_library_that_does_not_load_gets_the_same_sentence(monkeypatch):
    def broken(name):
        raise OSError("libopenblas.so.0: cannot open shared object file")

    monkeypatch.setattr(frameworks.importlib, "import_module", broken)
    with pytest.raises(ImportError, match=r"libopenblas.so.0.*pip install"):
        import_mxnet()
