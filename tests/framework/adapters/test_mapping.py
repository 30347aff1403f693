"""From signatures to names of the course: what is taken, what is refused, and why."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from grader.intake.adapters.adapter import ADAPTERS, BATCH_FIRST, SINGLE_FILE
from grader.intake.adapters.definitions import MAX_DEFINITIONS, definitions
from grader.intake.adapters.layout import Layout, layout_of, window_ends_before
from grader.intake.adapters.mapping import Mapped, Unmapped, map_one
from grader.intake.adapters.place import import_from, private_paths
from grader.intake.adapters.wanted import WANTED

TRANSFORMER, ATTENTION, NORM, NUCLEUS, GENERATE = (
    next(wanted for wanted in WANTED if wanted.symbol == symbol)
    for symbol in ("TransformerModel", "MultiHeadAttention", "RMSNorm", "nucleus_sampling", "generate")
)


def module(init: str, forward: str = "self, x", name: str = "Net", body: str = "pass", bases: str = "nn.Module") -> str:
    return f"class {name}({bases}):\n    def __init__(self, {init}):\n        {body}\n    def forward({forward}):\n        return x\n"


def found(wanted: object, *sources: str) -> Mapped | Unmapped:
    files = {f"handed_in/file{number}.py": source.encode() for number, source in enumerate(sources)}
    return map_one(wanted, definitions(files), "exercise")  # type: ignore[arg-type]


def theirs(outcome: Mapped | Unmapped) -> Mapping[str, str]:
    assert isinstance(outcome, Mapped), outcome
    return dict(outcome.binding.theirs)


@pytest.mark.parametrize(
    ("wanted", "source", "expected"),
    [
        (TRANSFORMER, module("vocab_size, d_model, n_heads, n_blocks"), {"vocab_size", "d_model", "n_heads", "n_blocks"}),
        (TRANSFORMER, module("n_vocab, n_ctx, width, heads, layers"), {"n_vocab", "n_ctx", "width", "heads", "layers"}),
        (TRANSFORMER, module("vocab_size, dim, heads, depth, window=None, flash=False"), {"vocab_size", "dim", "heads", "depth"}),
        (NORM, module("hidden_size, eps=1e-6", name="LlamaRMSNorm"), {"hidden_size", "eps"}),
        (
            ATTENTION,
            module("d_in, d_out, context_length, dropout, num_heads", name="SelfAttn"),
            {"d_in", "d_out", "context_length", "num_heads"},
        ),
        (NUCLEUS, "def top_p_sampling(logits, threshold=0.9, *, generator=None): pass\n", {"logits", "threshold", "generator"}),
        (
            GENERATE,
            "def generate_ids(model, idx, max_new_tokens, context_size): pass\n",
            {"model", "idx", "max_new_tokens", "context_size"},
        ),
    ],
)
def test_other_names_are_known(wanted: object, source: str, expected: set[str]) -> None:
    assert set(theirs(found(wanted, source))) == expected


@pytest.mark.parametrize(
    ("wanted", "source", "why"),
    [
        (TRANSFORMER, module("vocab_size, d_model, n_heads, n_blocks, n_experts"), "looked for one class whose constructor takes"),
        (NORM, module("dim", "self, x, residual", name="RMSNorm"), "needs more than one tensor in forward (residual)"),
        (NORM, module("dim, group", name="RMSNorm"), "needs group, of which the course knows nothing"),
        (
            NORM,
            "class RMSNorm:\n    def __init__(self, dim): pass\n    def __call__(self, x): pass\n",
            "has no forward that takes a tensor",
        ),
        (NORM, module("eps", name="RMSNorm"), "has no parameter for dim"),
        (ATTENTION, module("d_model, n_heads", "self, q, k, v", name="Attention"), "needs more than one tensor in forward (k, v)"),
        (NUCLEUS, "def nucleus(probabilities, p): pass\n", "has no parameter for logits"),
    ],
)
def test_what_could_not_be_called_is_not_taken(wanted: object, source: str, why: str) -> None:
    outcome = found(wanted, source)
    assert isinstance(outcome, Unmapped) and why in outcome.why


def test_of_two_the_one_with_our_name_is_taken_and_otherwise_none() -> None:
    one, other = module("dim", name="RMSNorm"), module("dim", name="FastRMSNorm")
    assert isinstance(found(NORM, other, other.replace("Fast", "Slow")), Unmapped)
    outcome = found(NORM, other, one)
    assert isinstance(outcome, Mapped) and outcome.definition.file == "handed_in/file1.py"


def test_a_model_is_taken_and_not_the_blocks_it_is_built_of() -> None:
    config = "@dataclass\nclass Config:\n    vocab_size: int = 5\n    n_embd: int = 4\n    n_head: int = 2\n    n_layer: int = 1\n"
    block = module("config", name="Block")
    model = module("config: Config", name="LM", body="self.blocks = [Block(config) for _ in range(config.n_layer)]")
    outcome = found(TRANSFORMER, config, block, model)
    assert isinstance(outcome, Mapped) and outcome.definition.name == "LM"
    assert not isinstance(outcome.config, str) and outcome.config.name == "Config"


def test_settings_in_a_dictionary_are_found_where_they_are_read() -> None:
    model = module("cfg", name="LM", body='self.parts = [cfg["vocab_size"], cfg["emb_dim"], cfg["n_layers"], Part(cfg)]')
    part = module("cfg", name="Part", body='self.sizes = cfg["emb_dim"], cfg["n_heads"], cfg["drop_rate"]')
    outcome = found(TRANSFORMER, model, part)
    assert theirs(outcome).keys() == {"vocab_size", "emb_dim", "n_layers", "n_heads"}
    assert isinstance(outcome, Mapped) and outcome.config == "dict" and outcome.binding.constants == (("drop_rate", 0.0),)


def test_what_the_course_does_not_know_gets_a_value_that_changes_nothing() -> None:
    outcome = found(TRANSFORMER, module("vocab_size, d_model, num_heads, num_layers, d_ff, dropout, rope_theta, device='cuda'"))
    assert isinstance(outcome, Mapped)
    assert dict(outcome.binding.constants) == {"dropout": 0.0, "rope_theta": 10000.0, "device": "cpu"}
    assert outcome.binding.multiples == (("d_ff", "d_model", 4),)


FORWARD = """
class KGramMLPSeqModel(nn.Module):
    def __init__(self, vocab_size, k): pass
    def forward(self, tokens_seq):
        {before}
        for t in range({positions}):
            use({window})
"""


@pytest.mark.parametrize(
    ("before", "positions", "window", "expected"),
    [
        ("start = 0", "start, end", "tokens_seq[t - self.k : t, b]", True),
        ("pass", "seq_len", "tokens_seq[t - k : t]", True),
        ("pass", "0, seq_len", "tokens_seq[t - self.k : t]", True),
        ("pass", "seq_len", "tokens_seq[t - self.k + 1 : t + 1]", False),
        ("pass", "1, seq_len + 1", "tokens_seq[t - self.k : t]", False),
        ("start = 1", "start, end", "tokens_seq[t - self.k : t]", False),
        ("padded = pad(tokens_seq)", "seq_len", "padded[t - self.k : t]", False),
        ("tokens_seq = pad(tokens_seq)", "seq_len", "tokens_seq[t - self.k : t]", False),
        ("pass", "seq_len + 1", "tokens_seq[t - self.k : t]", False),
    ],
)
def test_only_the_window_as_it_is_handed_out_is_read_later(before: str, positions: str, window: str, expected: bool) -> None:
    source = FORWARD.format(before=before, positions=positions, window=window)
    (definition,) = definitions({"handed_in/a.py": source.encode()})
    assert window_ends_before(definition) is expected


@pytest.mark.parametrize(
    ("first", "body", "layout"),
    [
        ("tokens_seq", "pass", Layout.SEQUENCE_FIRST),
        ("idx", "B, T = idx.shape", Layout.BATCH_FIRST),
        ("idx", "b, t = idx.size()", Layout.BATCH_FIRST),
        ("x", "T, B, C = x.shape", Layout.SEQUENCE_FIRST),
        ("x", "a, c = x.shape", Layout.UNSAID),
        ("x", "B, T = other.shape", Layout.UNSAID),
    ],
)
def test_the_layout_is_read_from_the_codes_own_names(first: str, body: str, layout: Layout) -> None:
    source = f"class Net:\n    def forward(self, {first}):\n        {body}\n"
    (definition,) = definitions({"handed_in/a.py": source.encode()})
    assert layout_of(definition) is layout


@pytest.mark.parametrize(
    ("first", "body", "recognised"),
    [("tokens_seq", "pass", [SINGLE_FILE]), ("idx", "B, T = idx.shape", [BATCH_FIRST]), ("x", "pass", [])],
)
def test_a_layout_is_recognised_only_where_it_is_said(first: str, body: str, recognised: list[object]) -> None:
    source = module("vocab_size, d_model, n_heads, n_blocks", f"self, {first}").replace("return x", body)
    outcome = found(TRANSFORMER, source)
    assert isinstance(outcome, Mapped)
    assert [adapter for adapter in ADAPTERS if adapter.recognises([outcome])] == recognised


def test_files_that_python_cannot_import_get_names_that_it_can() -> None:
    sent = ["pico-llm.py", "pico_llm.py", "3d model.py", "a b/x.py"]
    placed = private_paths(sent, set())
    assert placed["handed_in/pico_llm.py"] == "pico_llm.py" and sorted(placed.values()) == sorted(sent)
    assert all(path.rpartition("/")[2].removesuffix(".py").isidentifier() for path in placed)


def test_a_file_that_is_called_like_the_course_does_not_stand_in_its_way() -> None:
    sent = ["picollm.py", "gpt/__init__.py", "gpt/picollm.py"]
    assert set(private_paths(sent, {"picollm"})) == {"handed_in/picollm_.py", "handed_in/gpt/__init__.py", "handed_in/gpt/picollm.py"}


@pytest.mark.parametrize(
    ("file", "files", "expected"),
    [
        ("handed_in/model.py", {}, (("handed_in",), "model")),
        ("handed_in/src/gpt/model.py", {"handed_in/src/gpt/__init__.py": b""}, (("handed_in/src", "handed_in"), "gpt.model")),
        ("handed_in/llm/gpt.py", {}, (("handed_in/llm", "handed_in"), "gpt")),
        ("handed_in/llm/gpt.py", {"handed_in/llm/gpt.py": b"from .blocks import Block\n"}, (("handed_in",), "llm.gpt")),
        ("handed_in/llm/gpt.py", {"handed_in/llm/gpt.py": b"def broken(:\n"}, (("handed_in/llm", "handed_in"), "gpt")),
    ],
)
def test_a_file_is_imported_as_its_own_imports_need_it(file: str, files: dict[str, bytes], expected: tuple[tuple[str, ...], str]) -> None:
    sources = {file: b"import torch\n", **files}
    assert import_from(file, sources, sources) == expected


def test_a_file_made_to_be_slow_is_cut() -> None:
    source = "".join(f"class A{number}:\n    def __init__(self, config): pass\n    def forward(self, x): pass\n" for number in range(1500))
    many = definitions({"handed_in/a.py": source.encode()})
    assert len(many) == MAX_DEFINITIONS and isinstance(map_one(TRANSFORMER, many, "transformer"), Unmapped)


def test_what_cannot_be_parsed_defines_nothing() -> None:
    assert definitions({"handed_in/a.py": b"class Broken(:\n", "handed_in/b.py": b"\x00"}) == ()
