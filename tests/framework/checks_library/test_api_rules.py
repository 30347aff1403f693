"""Forbidden library names: each way of writing one is found, what only looks like one is not, and the guard meets the rest."""

from __future__ import annotations

import importlib.util
import textwrap
import time
from pathlib import Path
from types import ModuleType

import pytest
import torch
from torch import nn

from grader.checks.api_rules import TOO_TANGLED, ForbiddenApi, guard, scan_source
from grader.checks.plan import ApiRules

DENY = ApiRules(names=("torch.nn.RMSNorm", "torch.nn.functional.rms_norm", "torch.nn.MultiheadAttention", "torch.nn.Transformer*"))
ALLOW = ApiRules(
    kind="allow",
    names=("torch.nn.Module", "torch.nn.Parameter", "torch.nn.Linear", "torch.nn.functional.relu"),
    scope=("torch.nn",),
)


BELOW = ApiRules(names=(*DENY.names, "torch.ops", "torch._C", "torch._VF", "torch._scaled_dot_product_*"))


def found(source: str, rules: ApiRules = DENY) -> list[tuple[str, int]]:
    return [
        (finding.name.removeprefix("torch.nn."), finding.line) for finding in scan_source(textwrap.dedent(source).encode(), "m.py", rules)
    ]


@pytest.mark.parametrize(
    "source",
    [
        "import torch\nx = torch.nn.RMSNorm(8)",
        "import torch.nn as n\nx = n.RMSNorm(8)",
        "from torch import nn as n\nx = n.RMSNorm(8)",
        "import torch.nn.modules.normalization as m\nx = m.RMSNorm(8)",
        "from torch import nn\nx = nn.modules.RMSNorm(8)",
        "from torch import nn\nx = getattr(nn, 'RMSNorm')(8)",
        "from torch import nn\nx = getattr(nn, 'RMS' + 'Norm', None)(8)",
        "from torch import nn\nx = nn.__dict__['RMSNorm'](8)",
        "from torch import nn\nx = vars(nn)['RMSNorm'](8)",
        "import importlib\nx = importlib.import_module('torch.nn').RMSNorm(8)",
        "from importlib import import_module as load\nx = load('torch.nn').RMSNorm(8)",
        "t = __import__('torch')\nx = t.nn.RMSNorm(8)",
        "import sys\nx = sys.modules['torch.nn'].RMSNorm(8)",
        "from torch.nn import *\nx = RMSNorm(8)",
        "from torch import nn\nnorm = nn.RMSNorm",
        "import torch\nt = torch; n = t.nn; m = n.RMSNorm",
        "from torch import nn\na, b = 1, nn.RMSNorm",
        "from torch import nn\nx = (nn.RMSNorm if True else None)(8)",
        "from torch import nn\nclass A(nn.RMSNorm): pass",
        "from torch import nn\nf = lambda d: nn.RMSNorm(d)",
        "from torch import nn\ndef f(d=nn.RMSNorm): pass",
        "from torch import nn\ny = nn.RMSNorm.forward",
        "from torch import nn\nif (m := nn).RMSNorm(8): pass",
    ],
)
def test_each_way_of_naming_a_class_is_found(source: str) -> None:
    assert ("RMSNorm", 2) in found(source), source


def test_an_import_of_a_forbidden_name_is_found_where_it_stands_and_where_it_is_used() -> None:
    assert found("from torch.nn import RMSNorm as R\n\nx = R(8)") == [("RMSNorm", 1), ("RMSNorm", 3)]


def test_functions_and_name_patterns_are_found() -> None:
    source = """
    import torch.nn.functional as F
    from torch import nn
    class Block(nn.Module):
        def forward(self, x):
            layer = nn.TransformerEncoderLayer(8, 2)
            return F.rms_norm(layer(x), (8,))
    """
    assert found(source) == [("TransformerEncoderLayer", 6), ("functional.rms_norm", 7)]


def test_a_finding_says_where_and_quotes_the_line() -> None:
    (finding,) = scan_source(b"from torch import nn\n\n    # note\nnorm = nn.RMSNorm(8)  # mine\n", "picollm/rmsnorm.py", DENY)
    assert (finding.filename, finding.line, finding.column) == ("picollm/rmsnorm.py", 4, 7)
    assert finding.text == "norm = nn.RMSNorm(8)  # mine"


@pytest.mark.parametrize(
    "source",
    [
        "# nn.RMSNorm\nx = 'torch.nn.RMSNorm'",
        '"""Like torch.nn.RMSNorm."""',
        "from torch import nn\nclass RMSNorm(nn.Module): pass\nx = RMSNorm(8)",
        "from torch.nn import *\nclass RMSNorm(Module): pass\nx = RMSNorm(8)",
        "from picollm.rmsnorm import RMSNorm\nx = RMSNorm(8)",
        "from .nn import RMSNorm\nx = RMSNorm(8)",
        "def f(nn): return nn.RMSNorm(8)",
        "from torch import nn\nx = nn.LayerNorm(8)",
        "class own: RMSNorm = 1\nx = own.RMSNorm",
        "from torch import nn\nself.norm = nn.Linear(8, 8)\nself.RMSNorm = 1",
        "import torch\ntorch.transformer = 1",
        "from torch import nn\nx = getattr(nn, name)",
    ],
)
def test_what_only_looks_like_a_forbidden_name_is_not_found(source: str) -> None:
    assert found(source) == []


def test_the_names_of_a_class_body_are_not_those_of_its_methods() -> None:
    source = """
    from torch import nn as library
    class A:
        norm = library.RMSNorm
        other = norm
        def f(self):
            return norm(8)
    """
    assert found(source) == [("RMSNorm", 4), ("RMSNorm", 5)]


def test_an_allow_list_permits_its_names_and_what_is_outside_its_scope() -> None:
    source = """
    import torch
    import torch.nn.functional as F
    from torch import nn
    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Linear(2, 2)
            self.b = nn.modules.linear.Linear(2, 2)
            self.c = nn.LayerNorm(2)
        def forward(self, x):
            return F.softmax(F.relu(torch.exp(x)), -1)
    """
    assert found(source, ALLOW) == [("LayerNorm", 10), ("functional.softmax", 12)]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import torch\nx = torch.ops.aten.rms_norm(y, [8])", "torch.ops"),
        ("import torch\nops = torch.ops", "torch.ops"),
        ("from torch import ops as o\nx = o.aten", "torch.ops"),
        ("import torch\nx = torch._ops.ops.aten.rms_norm(y, [8])", "torch.ops"),
        ("import torch\nx = torch._C._nn.scaled_dot_product_attention(q, k, v)", "torch._C"),
        ("import torch\nfrom torch._C._nn import *", "torch._C"),
        ("from torch import nn\nx = nn.functional.torch._C", "torch._C"),
        ("import torch\nx = torch._VF.rms_norm", "torch._VF"),
        ("import torch\nx = torch._scaled_dot_product_attention_math(q, k, v)", "torch._scaled_dot_product_attention_math"),
    ],
)
def test_ways_below_the_public_library_are_found(source: str, name: str) -> None:
    assert (name, 2) in found(source, BELOW)


def test_a_denied_module_leaves_what_is_public_elsewhere_alone() -> None:
    source = "import torch\nx = torch.Generator()\ny = torch.matmul(a, b)\nz = torch.nn.functional.linear(a, b)\n"
    assert found(source, BELOW) == []


DOUBLING = "import torch as x0\n" + "\n".join(f"x{n} = x{n - 1}.a or x{n - 1}.b" for n in range(1, 41))
TANGLES = {
    "doubling aliases": DOUBLING,
    "long alias chain": "import torch as x0\n" + "\n".join(f"x{n} = x{n - 1}.a" for n in range(1, 400)),
    "long dotted name": "import torch\nx = torch" + ".a" * 300,
    "long dotted import": "import torch" + ".a" * 300,
    "very many names": "import torch as t\n" + "\n".join(f"t.a{n}.b.c.d.e" for n in range(12_000)),
    "very many star imports": "\n".join(f"from m{n} import *" for n in range(1000)) + "\n" + "\n".join(f"q{n}" for n in range(5000)),
    "a sum too long to be walked": "import torch\nx = " + "+".join(["1"] * 3000) + "\ny = torch.nn.RMSNorm(8)",
    "an expression too deep to be parsed": "x = " + "-" * 100_000 + "1",
}


@pytest.mark.parametrize("source", TANGLES.values(), ids=TANGLES)
def test_source_made_to_be_slow_is_reported_and_takes_little_time(source: str) -> None:
    start = time.process_time()
    names = [finding.name for finding in scan_source(source.encode(), "m.py", DENY)]
    assert names == [TOO_TANGLED]
    assert time.process_time() - start < 5


def test_repeated_star_imports_are_read_once() -> None:
    source = "from torch.nn import *\n" * 1000 + "\n".join(f"q{n}" for n in range(3000)) + "\nx = RMSNorm(8)"
    assert found(source) == [("RMSNorm", 4001)]


def test_what_was_found_before_a_tangle_is_kept() -> None:
    tangle = "def f():\n" + textwrap.indent(DOUBLING, "    ")
    assert found(f"from torch import nn\nx = nn.RMSNorm(8)\n{tangle}") == [("RMSNorm", 2), (TOO_TANGLED, 9)]


def load(folder: Path, source: str, name: str = "student") -> ModuleType:
    path = folder / f"{name}.py"
    path.write_text(textwrap.dedent(source), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("return nn.RMSNorm(8)(x)", 6),
        ("return getattr(nn, ''.join(['RMS', 'Norm']))(8)(x)", 6),
        ("return torch.nn.modules.normalization.RMSNorm(8)(x)", 6),
        ("return F.rms_norm(x, (8,))", 6),
        ("return functools.partial(F.rms_norm, normalized_shape=(8,))(x)", 6),
        ("return type('Mine', (nn.RMSNorm,), {})(8)(x)", 6),
        ("return nn.TransformerEncoderLayer(8, 2)(x)", 6),
    ],
)
def test_the_guard_stops_use_from_the_students_files_and_says_where(tmp_path: Path, body: str, line: int) -> None:
    head = "import functools\nimport torch\nimport torch.nn.functional as F\nfrom torch import nn\ndef f(x):\n    "
    with guard(DENY, tmp_path):
        module = load(tmp_path, head + body)
        with pytest.raises(ForbiddenApi) as caught:
            module.f(torch.ones(2, 8))
    assert (caught.value.filename, caught.value.line) == ("student.py", line)
    assert caught.value.forbidden_api.startswith("torch.nn.")
    assert module.f(torch.ones(2, 8)).shape == (2, 8), "undone afterwards, for names that were imported too"


@pytest.mark.parametrize("call", ["rms_norm(x, [8])", "rms_norm.default(x, [8])"])
def test_the_guard_stops_operators_called_from_the_students_files(tmp_path: Path, call: str) -> None:
    source = f"import torch\ndef f(x):\n    return getattr(torch, 'op' + str('s')).aten.{call}\n"
    with guard(BELOW, tmp_path):
        module = load(tmp_path, source)
        assert torch.ops.aten.rms_norm(torch.ones(2, 8), [8]).shape == (2, 8), "others go on using them"
        with pytest.raises(ForbiddenApi, match=r"torch\.ops\.aten\.rms_norm"):
            module.f(torch.ones(2, 8))
    assert module.f(torch.ones(2, 8)).shape == (2, 8)


def test_the_checks_and_the_environment_in_a_students_folder_are_not_the_students(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "import torch\ndef f(x):\n    return torch.ops.aten.rms_norm(x, [8])\n"
    library, checks = tmp_path / ".venv/lib/site-packages/torch", tmp_path / "grader"
    monkeypatch.setattr("grader.checks.api_rules._OUR_OWN", checks)
    for folder in (library, checks):
        folder.mkdir(parents=True)
        with guard(BELOW, tmp_path):
            assert load(folder, source).f(torch.ones(2, 8)).shape == (2, 8)


def test_there_is_no_way_round_a_stand_in(tmp_path: Path) -> None:
    with guard(DENY, tmp_path):
        assert not hasattr(nn.functional.rms_norm, "__wrapped__")
        assert not hasattr(nn.RMSNorm.__init__, "__wrapped__")


def test_the_guard_stops_a_subclass_where_it_is_defined(tmp_path: Path) -> None:
    source = "from torch import nn\nclass Mine(nn.RMSNorm):\n    def __init__(self):\n        pass\n"
    with guard(DENY, tmp_path), pytest.raises(ForbiddenApi) as caught:
        load(tmp_path, source)
    assert caught.value.line == 2
    assert load(tmp_path, source).Mine() is not None


def test_the_guard_is_not_swallowed_by_a_broad_except(tmp_path: Path) -> None:
    source = """
    from torch import nn
    def f():
        try:
            return nn.RMSNorm(8)
        except Exception:
            return None
    """
    with guard(DENY, tmp_path), pytest.raises(ForbiddenApi):
        load(tmp_path, source).f()


def test_the_library_and_others_go_on_using_the_names(tmp_path: Path) -> None:
    rules = ApiRules(names=("torch.nn.LayerNorm", "torch.nn.functional.layer_norm", "torch.nn.functional.relu"))
    source = """
    from torch import nn
    def f(x):
        return nn.TransformerEncoderLayer(8, 2, dropout=0.0)(x)
    """
    with guard(rules, tmp_path):
        assert load(tmp_path, source).f(torch.ones(1, 3, 8)).shape == (1, 3, 8)
        norm = nn.LayerNorm(8)
        assert isinstance(norm, nn.LayerNorm)
        assert nn.functional.relu(norm(torch.ones(1, 8))).shape == (1, 8)


def test_the_guard_leaves_nothing_behind(tmp_path: Path) -> None:
    before = (nn.RMSNorm.__init__, "__init_subclass__" in vars(nn.RMSNorm), nn.functional.rms_norm, nn.modules.RMSNorm)
    with guard(DENY, tmp_path):
        assert nn.RMSNorm.__init__ is not before[0]
        assert nn.functional.rms_norm is not before[2]
    assert (nn.RMSNorm.__init__, "__init_subclass__" in vars(nn.RMSNorm), nn.functional.rms_norm, nn.modules.RMSNorm) == before


def test_a_name_imported_under_guard_is_free_again_afterwards(tmp_path: Path) -> None:
    with guard(DENY, tmp_path):
        module = load(tmp_path, "from torch.nn.functional import rms_norm\ndef f(x):\n    return rms_norm(x, (8,))\n")
        with pytest.raises(ForbiddenApi):
            module.f(torch.ones(2, 8))
    assert module.f(torch.ones(2, 8)).shape == (2, 8)


def test_the_guard_keeps_to_an_allow_list(tmp_path: Path) -> None:
    source = """
    import torch
    from torch import nn
    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Linear(2, 2)
        def forward(self, x):
            return nn.functional.relu(self.a(torch.exp(x)))
    def bad():
        return nn.LayerNorm(2)
    def also_bad(x):
        return nn.functional.softmax(x, -1)
    """
    with guard(ALLOW, tmp_path):
        module = load(tmp_path, source)
        assert module.M()(torch.ones(1, 2)).shape == (1, 2)
        with pytest.raises(ForbiddenApi):
            module.bad()
        with pytest.raises(ForbiddenApi):
            module.also_bad(torch.ones(2))
