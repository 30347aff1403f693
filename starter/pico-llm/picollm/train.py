"""Given: the training command, ``python -m picollm.train``. It trains the models that are implemented and shows what they write."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from picollm.checkpoint import Progress
from picollm.data import DataUnavailable, Mixture, Source, make_blocks, read_documents, read_tinystories, split_documents
from picollm.lstm import LSTMSeqModel
from picollm.neighbours import show_neighbours
from picollm.tokenizer import Tokenizer, train_tokenizer
from picollm.training import Schedule, draw_loss_curves, make_batches, read_loss_csv, train_model, write_loss_csv

TINYSTORIES_LIMIT = 20_000


def _at_least_one(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, got {value}")
    return value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m picollm.train", description="Train small language models and show what they write.")
    data = parser.add_argument_group("data")
    data.add_argument("--input_files", nargs="*", type=Path, default=[Path("3seqs.txt")], help="text files (default: 3seqs.txt)")
    data.add_argument("--tinystories_weight", type=float, default=0.0, help="share of examples from TinyStories, 0 to 1 (default: 0)")
    data.add_argument("--block_size", type=int, default=64, help="most tokens of an example (default: 64)")
    data.add_argument("--vocab_size", type=int, default=2048, help="most tokens of the tokenizer (default: 2048)")
    model = parser.add_argument_group("models")
    model.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS), help="which to train (default: all)")
    model.add_argument("--embed_size", type=_at_least_one, default=96, help="size of embeddings and hidden layers (default: 96)")
    model.add_argument("--kgram_k", type=int, default=3, help="tokens the k-gram model sees (default: 3)")
    model.add_argument("--kgram_chunk_size", type=int, default=16, help="positions the k-gram model computes at once (default: 16)")
    model.add_argument("--num_inner_mlp_layers", type=int, default=1, help="further hidden layers of the k-gram model (default: 1)")
    model.add_argument("--n_heads", type=_at_least_one, default=4, help="attention heads of the transformer (default: 4)")
    model.add_argument("--n_blocks", type=_at_least_one, default=2, help="blocks of the transformer (default: 2)")
    training = parser.add_argument_group("training")
    training.add_argument("--epochs", type=int, default=3, help="epochs in all, those of a resumed run included (default: 3)")
    training.add_argument("--max_steps_per_epoch", type=_at_least_one, default=120, help="batches per epoch (default: 120)")
    training.add_argument("--batch_size", type=_at_least_one, default=32, help="examples per batch (default: 32)")
    training.add_argument("--learning_rate", type=float, default=2e-3, help="of AdamW (default: 0.002)")
    training.add_argument("--seed", type=int, default=0, help="of initial weights, batches and samples (default: 0)")
    training.add_argument("--device_id", default="cpu", help="cpu, cuda:0, mps (default: cpu)")
    training.add_argument(
        "--cpu_threads", type=_at_least_one, default=1, help="more help a large model on an idle machine only (default: 1)"
    )
    training.add_argument("--out", type=Path, default=Path("runs"), help="folder for checkpoints and loss curves (default: runs)")
    training.add_argument("--resume", action="store_true", help="go on from the checkpoints in --out")
    samples = parser.add_argument_group("samples")
    samples.add_argument("--prompt", default="0 1 2 3 4", help='text to continue (default: "0 1 2 3 4")')
    samples.add_argument("--max_new_tokens", type=int, default=20, help="most tokens of a continuation (default: 20)")
    samples.add_argument("--monosemantic_enabled", action="store_true", help="show the neighbours of generated tokens in embedding space")
    return parser


class CannotImport(Exception):
    """A module fails while it is imported; the message says where and why, in one line."""


@contextmanager
def _importing() -> Iterator[None]:
    """Around the import of an exercise, so that a mistake in one module stops only what needs that module. Raises CannotImport."""
    try:
        yield
    except SyntaxError as error:
        raise CannotImport(f"{Path(error.filename or '?').name}, line {error.lineno}: {error.msg}") from error
    except Exception as error:  # a module may raise anything
        last = traceback.extract_tb(error.__traceback__)[-1]
        reason = " ".join(str(error).split())
        raise CannotImport(f"{Path(last.filename).name}, line {last.lineno}: {type(error).__name__}: {reason}") from error


def _lstm(options: argparse.Namespace, vocab_size: int) -> nn.Module:
    return LSTMSeqModel(vocab_size, embed_size=options.embed_size, hidden_size=options.embed_size)


def _kgram_mlp(options: argparse.Namespace, vocab_size: int) -> nn.Module:
    with _importing():
        from picollm.kgram_mlp import KGramMLPSeqModel
    return KGramMLPSeqModel(
        vocab_size,
        k=options.kgram_k,
        embed_size=options.embed_size,
        num_inner_layers=options.num_inner_mlp_layers,
        chunk_size=options.kgram_chunk_size,
    )


def _transformer(options: argparse.Namespace, vocab_size: int) -> nn.Module:
    with _importing():
        from picollm.transformer import TransformerModel
    return TransformerModel(vocab_size, options.embed_size, options.n_heads, options.n_blocks, max_seq_len=options.block_size)


MODELS: dict[str, Callable[[argparse.Namespace, int], nn.Module]] = {"lstm": _lstm, "kgram_mlp": _kgram_mlp, "transformer": _transformer}
# With these a model and its data are made; a resumed run must use the same.
_MODEL_SETTINGS = ("block_size", "batch_size", "embed_size", "kgram_k", "num_inner_mlp_layers", "n_heads", "n_blocks", "seed")


def find_device(device_id: str) -> torch.device:
    """The device of that name. Raises ValueError for one that is not there."""
    try:
        device = torch.device(device_id)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:  # torch without CUDA asserts
        there = ["cpu", *(f"cuda:{index}" for index in range(torch.cuda.device_count()))]
        if torch.backends.mps.is_available():
            there.append("mps")
        reason = str(error).splitlines()[0]
        raise ValueError(f"there is no device {device_id!r} here ({reason}); --device_id may be {', '.join(there)}") from None
    return device


def read_sources(options: argparse.Namespace) -> tuple[list[Source], tuple[str, ...]]:
    """The sources of training examples, and the held-out documents of all. Raises ValueError and DataUnavailable."""
    weight = options.tinystories_weight
    if not 0 <= weight <= 1:
        raise ValueError(f"--tinystories_weight must be between 0 and 1, got {weight}")
    if weight < 1 and not options.input_files:
        raise ValueError("there is nothing to train on: name --input_files, or give TinyStories all the weight: --tinystories_weight 1")
    corpora: list[tuple[float, tuple[str, ...]]] = []
    if weight > 0:
        corpora.append((weight, read_tinystories(TINYSTORIES_LIMIT)))
    if weight < 1:
        corpora.append((1 - weight, read_documents(options.input_files)))
    sources: list[Source] = []
    held_out: tuple[str, ...] = ()
    for share, documents in corpora:
        training, validation = split_documents(documents)
        sources.append(Source(training, share))
        held_out += validation
    return sources, held_out


def _tokenizer(options: argparse.Namespace, sources: Sequence[Source]) -> Tokenizer:
    path = options.out / "tokenizer.json"
    if options.resume and path.exists():
        return Tokenizer.load(path)
    return train_tokenizer((document for source in sources for document in source.documents), options.vocab_size)


def _make_model(name: str, options: argparse.Namespace, tokenizer: Tokenizer, tokens: Tensor) -> nn.Module | None:
    """The model, on the device of tokens (batch, seq) and tried on them; None, and a line that says why, if it cannot be trained yet."""
    torch.manual_seed(options.seed)
    try:
        model = MODELS[name](options, tokenizer.vocab_size).to(tokens.device)
        with torch.no_grad():
            model(tokens)
    except CannotImport as reason:
        print(f"{name}: skipped, it cannot be imported: {reason}")
        return None
    except NotImplementedError as missing:
        print(f"{name}: skipped, not implemented yet ({missing})")
        return None
    return model


def _train_one(
    model: nn.Module, name: str, options: argparse.Namespace, tokenizer: Tokenizer, batches: Mixture, validation: Sequence[Tensor]
) -> Progress:
    """Train one model and show its samples."""
    torch.manual_seed(options.seed)
    settings: dict[str, Any] = {key: getattr(options, key) for key in _MODEL_SETTINGS} | {"vocab_size": tokenizer.vocab_size}
    schedule = Schedule(options.epochs, options.max_steps_per_epoch, options.learning_rate)
    checkpoint = options.out / f"{name}.safetensors"
    progress = train_model(model, name, batches, validation, schedule, checkpoint, settings, resume=options.resume)
    print(f"{name} after {progress.steps} steps: loss {progress.losses[-1].training:.3f}" if progress.losses else f"{name}, not trained:")
    try:
        with _importing():
            from picollm.samples import show_samples
    except CannotImport as reason:
        print(f"  no samples: they need a module that cannot be imported: {reason}")
        return progress
    generated = show_samples(model, tokenizer, options.prompt, options.max_new_tokens, options.block_size, options.seed)
    if options.monosemantic_enabled:
        show_neighbours(model, tokenizer, generated)
    return progress


def _save_curves(out: Path, earlier: dict[str, Progress], trained: dict[str, Progress]) -> None:
    curves = earlier | trained
    write_loss_csv(out / "loss.csv", curves)
    drawn = draw_loss_curves(out / "loss.png", curves)
    kept = [name for name in earlier if name not in trained]
    print(
        f"loss curves: {out / 'loss.csv'}"
        + (f" and {out / 'loss.png'}" if drawn else " (no picture: matplotlib is not installed)")
        + (f"; kept from earlier runs: {', '.join(kept)}" if kept else "")
    )


def run(options: argparse.Namespace) -> None:
    """Train as the options say. Raises ValueError and DataUnavailable."""
    device = find_device(options.device_id)
    torch.set_num_threads(options.cpu_threads)  # on a busy machine torch's own choice can be many times slower than one thread
    sources, held_out = read_sources(options)
    tokenizer = _tokenizer(options, sources)
    batches = Mixture(sources, tokenizer, options.block_size, options.batch_size, options.seed)
    validation = make_batches(make_blocks(held_out, tokenizer, options.block_size), options.batch_size)
    earlier = read_loss_csv(options.out / "loss.csv")  # before hours of training, not after
    example = batches.batch(0).to(device)
    made = {name: _make_model(name, options, tokenizer, example) for name in options.models}
    models = {name: model for name, model in made.items() if model is not None}
    if models and options.epochs > 0:
        options.out.mkdir(parents=True, exist_ok=True)
        tokenizer.save(options.out / "tokenizer.json")
    trained = {name: _train_one(model, name, options, tokenizer, batches, validation) for name, model in models.items()}
    trained = {name: progress for name, progress in trained.items() if progress.losses}
    if trained:
        _save_curves(options.out, earlier, trained)
    else:
        print("nothing was trained, so nothing was written")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Exit status 0, or 1 after a plain sentence on what is wrong."""
    options = _parser().parse_args(arguments)
    try:
        run(options)
    except (ValueError, DataUnavailable) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
