"""The probes against hand-counted costs, torch's own answers, and models that are wrong in one known way; none leaves a trace."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.checkpoint import checkpoint

from grader.checks import given
from grader.checks.probes.client import Probes, feed, reorder, reset
from grader.checks.probes.registry import PROBES
from grader.checks.probes.results import Counts


@pytest.fixture
def probes() -> Probes:
    return Probes(lambda name, args, kwargs: PROBES[name](*args, **kwargs))


class Tiny(nn.Module):
    """An embedding, a linear layer, an unused and a frozen parameter, a buffer that counts calls, a dropout."""

    def __init__(self, vocab: int = 5, dim: int = 4) -> None:
        super().__init__()
        self.embed = nn.Embedding(vocab, dim)
        self.head = nn.Linear(dim, vocab, bias=False)
        self.gain = nn.Parameter(torch.ones(dim))
        self.unused = nn.Parameter(torch.zeros(2, 2))
        self.frozen = nn.Parameter(torch.ones(dim), requires_grad=False)
        self.dropout = nn.Dropout(0.5)
        self.register_buffer("calls", torch.zeros((), dtype=torch.int64))

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        self.calls += 1
        return self.head(self.dropout(self.embed(tokens)) * self.gain * self.frozen)


def attention(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    return torch.softmax(q @ k.transpose(-1, -2), -1) @ v


# --- count -----------------------------------------------------------------------------------------------------------


def test_flops_of_a_product_and_its_backward_pass(probes: Probes) -> None:
    a, b = torch.ones(3, 4, requires_grad=True), torch.ones(4, 5, requires_grad=True)
    assert probes.count(torch.matmul, a, b).flops == 2 * 3 * 4 * 5
    assert probes.count(torch.matmul, a, b, backward=True).flops == 3 * 2 * 3 * 4 * 5


def test_fused_attention_costs_what_written_out_attention_costs(probes: Probes) -> None:
    q, k, v = (torch.rand(2, 3, length, 8, requires_grad=True) for length in (4, 6, 6))
    by_hand = 2 * (2 * 3) * (4 * 8 * 6) * 2
    assert probes.count(attention, q, k, v).flops == by_hand
    assert probes.count(F.scaled_dot_product_attention, q, k, v).flops == by_hand
    assert probes.count(F.scaled_dot_product_attention, q, k, v, backward=True).flops >= 2 * by_hand


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_counts_are_the_same_without_gradients(probes: Probes, mode: Any) -> None:
    x, layer = torch.rand(2, 7, 4), nn.Linear(4, 5)
    plain = probes.count(layer, x)

    def call() -> torch.Tensor:
        with mode():
            return layer(x)

    counted = probes.count(call)
    assert (counted.flops, counted.elements) == (plain.flops, plain.elements) == (2 * 2 * 7 * 4 * 5, 2 * 7 * 5)


def test_elements_are_those_written_and_views_write_none(probes: Probes) -> None:
    x = torch.ones(4, 6)
    assert probes.count(lambda: x + 1).elements == 24
    assert probes.count(lambda: x.t().reshape(-1)).elements == 24
    assert probes.count(lambda: x.view(24)[:3].unsqueeze(0).expand(100, 3)).elements == 0
    assert probes.count(lambda: x.clone().add_(1)).elements == 48
    assert probes.count(lambda: torch.tensor([1, 2, 3])).elements == 3
    assert probes.count(torch.sort, x).elements == 48


def test_operations_are_those_dispatched(probes: Probes) -> None:
    x = torch.ones(3)
    assert probes.count(lambda: (x + 1) * 2).operations == 2
    assert probes.count(lambda: [x + 1 for _ in range(10)]).operations == 10


@pytest.mark.parametrize(
    "escape",
    [
        lambda x: x.tolist(),
        lambda x: x.numpy(),
        lambda x: np.asarray(x),
        lambda x: np.from_dlpack(x),
        lambda x: x[0].item(),
        lambda x: float(x[0]),
        lambda x: int(x.argmax()),
        lambda x: bool(x[0] > 0),
        lambda x: [0, 1, 2][x[0].long()],
        lambda x: 1 if x.sum() > 0 else 0,
        lambda x: bytes(x.untyped_storage()),
    ],
)
def test_each_way_out_of_torch_is_an_escape(probes: Probes, escape: Any) -> None:
    assert probes.count(escape, torch.ones(3)).escapes >= 1


def test_escapes_count_calls_and_pure_tensor_work_has_none(probes: Probes) -> None:
    x = torch.arange(6.0)
    assert probes.count(lambda: [value.item() for value in x]).escapes == 6
    assert probes.count(lambda: [float(value) for value in x]).escapes == 6
    assert probes.count(lambda: x.tolist()).escapes == 1
    assert probes.count(lambda: torch.multinomial(x, 1)).escapes == 0
    assert probes.count(lambda: F.softmax(x.sort(descending=True).values.cumsum(0), 0)).escapes == 0


def test_counts_are_identical_on_repeats_and_carry_the_value(probes: Probes) -> None:
    model, tokens = Tiny(), torch.tensor([[1, 2, 3]])
    first, second = (probes.count(model, tokens, backward=True) for _ in range(2))
    assert isinstance(first, Counts)
    assert replace(first, value=None) == replace(second, value=None)
    assert first.value.shape == (1, 3, 5)


# --- memory ----------------------------------------------------------------------------------------------------------


def test_peak_is_what_is_alive_at_one_time(probes: Probes) -> None:
    x = torch.ones(1000)

    def one_after_the_other() -> torch.Tensor:
        for _ in range(5):
            y = x + 1
            del y
        return x.sum()

    assert probes.memory(one_after_the_other).peak_bytes == 4000
    assert probes.memory(lambda: [x + 1 for _ in range(5)]).peak_bytes == 20_000
    assert probes.memory(lambda: x.view(10, 100).t()).peak_bytes == 0


def test_the_one_hot_trap_is_seen(probes: Probes) -> None:
    tokens, table = torch.zeros(10, dtype=torch.int64), torch.ones(1000, 8)
    assert probes.memory(F.embedding, tokens, table).peak_bytes == 10 * 8 * 4
    assert probes.memory(lambda: F.one_hot(tokens, 1000).float() @ table).peak_bytes > 10 * 1000 * 8


def test_saved_bytes_count_each_storage_once_and_no_inputs(probes: Probes) -> None:
    x = torch.ones(100, requires_grad=True)
    assert probes.memory(lambda: x * x).saved_bytes == 0
    assert probes.memory(lambda: x.exp()).saved_bytes == 400
    assert probes.memory(lambda: (y := x.exp()) * y).saved_bytes == 400
    with torch.no_grad():
        assert probes.memory(lambda: x.exp()).saved_bytes == 0


def test_checkpointing_saves_less_and_costs_more(probes: Probes) -> None:
    layers = nn.Sequential(*[nn.Sequential(nn.Linear(32, 32), nn.Tanh()) for _ in range(6)])
    x = torch.ones(50, 32)

    def checkpointed(x: torch.Tensor) -> torch.Tensor:
        for layer in layers:
            x = checkpoint(layer, x, use_reentrant=False)
        return x

    plain, less = probes.memory(layers, x, backward=True), probes.memory(checkpointed, x, backward=True)
    assert plain.saved_bytes == 6 * 50 * 32 * 4
    assert less.saved_bytes <= 5 * 50 * 32 * 4
    assert probes.count(checkpointed, x, backward=True).flops > probes.count(layers, x, backward=True).flops
    assert plain.held_bytes == 0
    assert plain == probes.memory(layers, x, backward=True), "deterministic"


def test_held_bytes_are_what_is_kept_after_the_result_is_gone(probes: Probes) -> None:
    kept = []

    def leaky(x: torch.Tensor) -> torch.Tensor:
        kept.append(x + 1)
        return x + 2

    def cyclic(x: torch.Tensor) -> torch.Tensor:
        ring: list[Any] = [x + 1]
        ring.append(ring)
        return x + 2

    assert probes.memory(leaky, torch.ones(10)).held_bytes == 40
    assert probes.memory(cyclic, torch.ones(10)).held_bytes == 0


def test_a_storage_that_grows_in_place_counts(probes: Probes) -> None:
    assert probes.memory(lambda: torch.empty(0).resize_(100)).peak_bytes == 400


# --- gradients -------------------------------------------------------------------------------------------------------


def test_gradients_name_what_is_reached_and_what_is_not(probes: Probes) -> None:
    model = Tiny().eval()
    rows = {row.name: row for row in probes.gradients(model, torch.tensor([[1, 2]]))}
    assert list(rows) == [name for name, _ in model.named_parameters()]
    assert rows["unused"].norm is None
    assert rows["frozen"].norm is None
    assert rows["gain"].shape == (4,)
    assert all(rows[name].norm and rows[name].finite for name in ("embed.weight", "head.weight", "gain"))


def test_gradients_are_those_of_autograd_and_the_same_each_time(probes: Probes) -> None:
    model, tokens = Tiny().eval(), torch.tensor([[1, 2]])
    first = probes.gradients(model, tokens)
    assert first == probes.gradients(model, tokens)
    # Linear in the last layer: its gradient norm scales with its input.
    with torch.no_grad():
        model.gain.mul_(3)
    before, after = ({row.name: row.norm for row in rows}["head.weight"] for rows in (first, probes.gradients(model, tokens)))
    assert before is not None and after == pytest.approx(3 * before, rel=1e-5)


def test_gradients_of_inputs_of_functions_and_tuples(probes: Probes) -> None:
    q, k = torch.rand(2, 4), torch.rand(3, 4)
    rows = probes.gradients(lambda q, k, scale: ((q @ k.T) * scale.detach(), None), q, k=k, scale=torch.ones(1), input_gradients=True)
    assert [(row.name, row.norm is None) for row in rows] == [("args[0]", False), ("k", False), ("scale", True)]
    assert not q.requires_grad and q.grad is None


def test_gradients_see_infinities_and_detached_outputs(probes: Probes) -> None:
    (row,) = probes.gradients(torch.sqrt, torch.zeros(1), input_gradients=True)
    assert row.norm is not None and not row.finite
    (row,) = probes.gradients(torch.detach, torch.zeros(1), input_gradients=True)
    assert row.norm is None and row.finite
    with pytest.raises(TypeError, match="returned NoneType"):
        probes.gradients(lambda: None)


# --- parameters, state -----------------------------------------------------------------------------------------------


def test_randomize_parameters_in_place_with_its_own_generator(probes: Probes) -> None:
    model, twin = Tiny(dim=400), Tiny(dim=400)
    before = torch.get_rng_state()
    for each in (model, twin):
        probes.randomize_parameters(each, seed=3, std=0.1)
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), twin.parameters(), strict=True))
    assert model.gain.mean().item() == pytest.approx(1.0, abs=0.03)
    assert model.gain.std().item() == pytest.approx(0.1, rel=0.2)
    assert model.embed.weight.std().item() == pytest.approx(0.1, rel=0.1)
    assert bool(model.unused.any())
    probes.randomize_parameters(twin, seed=4)
    assert not torch.equal(model.head.weight, twin.head.weight)


@pytest.mark.parametrize("shape", [(), (400,), (1, 1, 400), (20, 20)])
def test_what_is_all_ones_is_a_gain_in_any_shape(probes: Probes, shape: tuple[int, ...]) -> None:
    class Scale(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.gain = nn.Parameter(torch.ones(shape))
            self.almost = nn.Parameter(torch.cat((torch.ones(399), torch.zeros(1))))

    model = Scale()
    probes.randomize_parameters(model, seed=3, std=0.01)
    assert torch.allclose(model.gain, torch.ones(shape), atol=0.1) and not torch.equal(model.gain, torch.ones(shape))
    assert model.almost.mean().item() == pytest.approx(0.0, abs=0.01)


def test_cast_copies(probes: Probes) -> None:
    model = Tiny()
    copied = probes.cast(model, torch.float64)
    assert copied.head.weight.dtype is torch.float64 and model.head.weight.dtype is torch.float32
    assert copied.calls.dtype is torch.int64


def test_state_notices_each_kind_of_change(probes: Probes) -> None:
    model = Tiny()
    before = probes.state(model)
    assert probes.state(model) == before
    assert {row.name for row in before.buffers} == {"calls"}
    assert before.parameters[0].shape == (4,) and before.parameters[0].dtype == "float32"

    def changed_by(change: Any) -> bool:
        change()
        nonlocal before
        after = probes.state(model)
        before, previous = after, before
        return after != previous

    with torch.no_grad():
        assert changed_by(lambda: model.gain.add_(1))
    assert changed_by(model.eval)
    assert changed_by(lambda: model.calls.add_(1))
    assert changed_by(lambda: torch.rand(1))
    assert changed_by(lambda: np.random.rand())
    assert changed_by(random.random)
    assert changed_by(lambda: model.gain.requires_grad_(False))
    assert not changed_by(lambda: None)


@pytest.mark.parametrize("probe", ["state", "train_steps", "cast", "randomize_parameters"])
def test_what_needs_a_module_says_so(probe: str) -> None:
    arguments = {"train_steps": ([],), "cast": ("float64",)}.get(probe, ())
    with pytest.raises(TypeError, match=f"{probe} needs a torch.nn.Module, not function"):
        PROBES[probe](lambda: None, *arguments)


def test_tied_half_precision_and_scalar_parameters_have_a_state(probes: Probes) -> None:
    model = Tiny()
    model.scalar = nn.Parameter(torch.tensor(1.0))
    assert len(probes.state(model.to(torch.bfloat16)).parameters) == 6


# --- draws, iterate, decode_cached, train_steps ----------------------------------------------------------------------


def test_draws_come_from_one_stream(probes: Probes) -> None:
    def draw(generator: torch.Generator) -> torch.Tensor:
        return torch.multinomial(torch.ones(50), 1, generator=generator)[0]

    drawn = probes.draws(draw, torch.Generator().manual_seed(1), n=40)
    stream = torch.Generator().manual_seed(1)
    assert drawn.tolist() == [int(draw(stream)) for _ in range(40)]
    assert (drawn.dtype, tuple(drawn.shape)) == (torch.int64, (40,))


def test_draws_accept_ints_and_batches_and_refuse_the_rest(probes: Probes) -> None:
    assert probes.draws(lambda: 3, n=2).tolist() == [3, 3]
    assert tuple(probes.draws(lambda: torch.zeros(4, dtype=torch.int32), n=3).shape) == (3, 4)
    with pytest.raises(TypeError, match=r"must be an integer, not torch\.float32"):
        probes.draws(lambda: torch.zeros(1), n=2)
    lengths = iter([1, 2])
    with pytest.raises(ValueError, match="differ in shape"):
        probes.draws(lambda: torch.zeros(next(lengths), dtype=torch.int64), n=2)


def test_iterate_takes_the_first_values_of_an_endless_iterator(probes: Probes) -> None:
    assert probes.iterate(iter(int, 1), 3) == [0, 0, 0]
    assert probes.iterate([1, 2], 5) == [1, 2]


def test_decode_cached_runs_its_steps(probes: Probes) -> None:
    model = given.prefix_model(7).build()
    cache = model.make_cache()  # type: ignore[operator]
    a, b = torch.tensor([[1, 2], [3, 4]]), torch.tensor([[5], [6]])
    run = probes.decode_cached(model, cache, [feed(a), reorder([1, 0]), feed(b), reset(), feed(b)])
    assert run.lengths == (2, 2, 3, 0, 1)
    assert torch.equal(run.logits[0], model(a))
    assert torch.equal(run.logits[1], model(torch.cat([a[[1, 0]], b], 1))[:, 2:])
    assert torch.equal(run.logits[2], model(b))
    assert not any(logits.requires_grad for logits in run.logits)


def test_decode_cached_says_what_a_length_should_be(probes: Probes) -> None:
    class Cache:
        def length(self) -> int:
            return 0

    with pytest.raises(TypeError, match=r"cache\.length should be an int"):
        probes.decode_cached(lambda tokens, cache: (tokens, cache), Cache(), [feed(torch.zeros(1, 1))])


def test_train_steps_are_those_of_torch(probes: Probes) -> None:
    torch.manual_seed(0)
    model, twin = Tiny().eval(), Tiny().eval()
    twin.load_state_dict(model.state_dict())
    batches = [torch.randint(5, (2, 6)) for _ in range(8)]
    losses = probes.train_steps(model, batches, lr=0.05)
    optimizer = torch.optim.AdamW(twin.parameters(), lr=0.05)
    for tokens, loss in zip(batches, losses, strict=True):
        expected = F.cross_entropy(twin(tokens)[:, :-1].reshape(-1, 5), tokens[:, 1:].reshape(-1))
        assert loss == pytest.approx(expected.item(), rel=1e-5)
        optimizer.zero_grad()
        expected.backward()
        optimizer.step()
    assert torch.allclose(model.head.weight, twin.head.weight, atol=1e-6)
    assert losses[0] != losses[-1]


# --- no traces -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("probe", ["count", "memory", "gradients"])
def test_measuring_leaves_no_trace(probes: Probes, probe: str) -> None:
    model, tokens = Tiny(), torch.tensor([[1, 2, 3]])
    model.head.eval()
    model.gain.grad = torch.full((4,), 7.0)
    before = probes.state(model)
    getattr(probes, probe)(model, tokens, **({} if probe == "gradients" else {"backward": True}))
    assert probes.state(model) == before
    assert [module.training for module in model.children()] == [True, False, True]
    assert model.gain.grad is not None and model.gain.grad.tolist() == [7.0] * 4
    assert model.head.weight.grad is None


def test_a_call_that_switches_modes_is_undone(probes: Probes) -> None:
    class Switching(Tiny):
        def forward(self, tokens: torch.Tensor) -> torch.Tensor:
            self.eval()
            return super().forward(tokens)

    model = Switching()
    probes.gradients(model, torch.tensor([[1]]))
    assert all(module.training for module in model.modules())


def test_a_failing_call_leaves_no_trace_either(probes: Probes) -> None:
    model = Tiny()
    before = probes.state(model)
    with pytest.raises(IndexError):
        probes.count(model, torch.tensor([[99]]))
    with pytest.raises(IndexError):
        probes.memory(model, torch.tensor([[99]]))
    assert probes.state(model) == before


def test_training_changes_parameters_only(probes: Probes) -> None:
    model = Tiny()
    model.gain.grad = torch.full((4,), 7.0)
    before = probes.state(model)
    probes.train_steps(model, [torch.tensor([[1, 2, 3]])])
    after = probes.state(model)
    assert after.rng_digest == before.rng_digest and after.training == before.training
    changed = {a.name for a, b in zip(before.parameters, after.parameters, strict=True) if a != b}
    assert changed == {"embed.weight", "head.weight", "gain"}
    assert model.gain.grad is not None and model.head.weight.grad is None


FRESH = """
import sys
import torch
from grader.checks.probes.registry import PROBES
layer, x = torch.nn.Linear(2, 2), torch.ones(1, 2)
for name in ("count", "memory"):
    PROBES[name](layer, x, backward=True)
PROBES["gradients"](layer, x)
PROBES["train_steps"](torch.nn.Sequential(torch.nn.Embedding(3, 3)), [torch.tensor([[0, 1, 2]])])
print("torch._dynamo" in sys.modules)
"""


def test_no_probe_imports_the_compiler() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run([sys.executable, "-c", FRESH], capture_output=True, text=True, check=True, env=environment)
    assert ran.stdout == "False\n"
