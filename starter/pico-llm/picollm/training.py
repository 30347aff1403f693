"""Given: the training loop, and the loss curve it leaves as CSV and, where matplotlib is installed, as PNG."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import AdamW
from tqdm import tqdm

from picollm.checkpoint import LossRecord, Progress, load_checkpoint, save_checkpoint
from picollm.data import Mixture, pad_batch
from picollm.loss import next_token_loss
from picollm.tokenizer import PAD


@dataclass(frozen=True)
class Schedule:
    """How long and how fast a model is trained. ``epochs`` counts from the start of training, resumed or not."""

    epochs: int
    steps_per_epoch: int
    learning_rate: float


def train_model(
    model: nn.Module,
    name: str,
    batches: Mixture,
    validation: Sequence[Tensor],
    schedule: Schedule,
    checkpoint: Path,
    settings: dict[str, Any],
    *,
    resume: bool,
) -> Progress:
    """Train the model with AdamW on next-token loss, and save a checkpoint after each epoch.

    Args:
        model: trained on the device where it is.
        name: stands before the progress bar.
        batches: numbered batches.
        validation: batches (batch, seq) that are only measured, after each epoch; may be empty.
        schedule: how long, how fast.
        checkpoint: file to write, and with ``resume`` to go on from, if it is there.
        settings: with what the model was made.
        resume: go on from the checkpoint.

    Raises:
        ValueError: the checkpoint does not fit.
    """
    optimizer = AdamW(model.parameters(), lr=schedule.learning_rate)
    progress = load_checkpoint(checkpoint, model, optimizer, settings) if resume and checkpoint.exists() else Progress()
    device = next(model.parameters()).device
    while progress.epochs < schedule.epochs:
        model.train()
        label = f"{name} epoch {progress.epochs + 1}/{schedule.epochs}"
        with tqdm(total=schedule.steps_per_epoch, desc=label, unit="step", disable=None) as bar:  # None: off where stderr is no terminal
            for _ in range(schedule.steps_per_epoch):
                tokens = batches.batch(progress.steps).to(device)
                loss = next_token_loss(model(tokens), tokens, ignore_index=PAD)
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
                optimizer.step()
                progress.steps += 1
                progress.losses.append(LossRecord(progress.steps, loss.item()))
                bar.set_postfix(loss=f"{loss.item():.3f}")
                bar.update()
        progress.epochs += 1
        if validation:
            progress.losses[-1] = replace(progress.losses[-1], validation=mean_loss(model, validation))
        save_checkpoint(checkpoint, model, optimizer, progress, settings)
    return progress


@torch.no_grad()
def mean_loss(model: nn.Module, batches: Sequence[Tensor]) -> float:
    """Mean loss per scored token, in nats, over batches (batch, seq), in evaluation mode."""
    device = next(model.parameters()).device
    model.eval()
    total, scored = 0.0, 0
    for batch in batches:
        tokens = batch.to(device)
        count = int((tokens[:, 1:] != PAD).sum())
        total += next_token_loss(model(tokens), tokens, ignore_index=PAD).item() * count
        scored += count
    return total / scored


def make_batches(blocks: Sequence[Tensor], batch_size: int) -> list[Tensor]:
    """Blocks in order as padded batches, each (batch, longest) int64."""
    return [pad_batch(blocks[start : start + batch_size]) for start in range(0, len(blocks), batch_size)]


def read_loss_csv(path: Path) -> dict[str, Progress]:
    """The losses that write_loss_csv left there, by model; none without the file. Raises ValueError for a file that is not one of those."""
    curves: dict[str, Progress] = {}
    if not path.exists():
        return curves
    try:
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file, strict=True):
                validation = float(row["validation_loss"]) if row["validation_loss"] else None
                record = LossRecord(int(row["step"]), float(row["training_loss"]), validation)
                curves.setdefault(row["model"], Progress()).losses.append(record)
    except (ValueError, KeyError, TypeError, csv.Error) as error:
        raise ValueError(f"{path} does not hold loss curves ({error}); move it away, or choose another --out") from error
    return curves


def write_loss_csv(path: Path, curves: Mapping[str, Progress]) -> None:
    """One row per step of each model: model, step, training_loss, validation_loss (empty but at the end of an epoch)."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["model", "step", "training_loss", "validation_loss"])
        for name, progress in curves.items():
            writer.writerows([name, record.step, record.training, record.validation] for record in progress.losses)


def draw_loss_curves(path: Path, curves: Mapping[str, Progress]) -> bool:
    """Draw the curves as PNG. Returns whether matplotlib is there to do so."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return False
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    for name, progress in curves.items():
        (line,) = axes.plot([record.step for record in progress.losses], [record.training for record in progress.losses], label=name)
        measured = [(record.step, record.validation) for record in progress.losses if record.validation is not None]
        if measured:
            axes.plot(
                [step for step, _ in measured],
                [loss for _, loss in measured],
                "o--",
                color=line.get_color(),
                label=f"{name}, held out",
            )
    axes.set(xlabel="step", ylabel="loss (nats per token)", title="Next-token loss")
    axes.legend()
    figure.savefig(path)
    return True
