"""The training command at tiny size: files, resuming, samples, skipped exercises, errors."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from picollm.train import MODELS, find_device, main

from grader.release.stubs import make_stub

REPOSITORY = Path(__file__).parents[3]
EXERCISES = ("rmsnorm", "kgram_mlp", "nucleus_sampling", "attention", "transformer", "kv_cache", "generation", "beam_search")
TINY = [
    *("--embed_size", "8", "--max_steps_per_epoch", "3", "--batch_size", "4", "--vocab_size", "300", "--n_heads", "2", "--n_blocks", "1"),
    *("--max_new_tokens", "4", "--prompt", "0 1 2 3 4", "--tinystories_weight", "0.0"),
]


@pytest.fixture(autouse=True)
def sequences(tmp_path, monkeypatch):
    """A folder to work in, with the first lines of the bundled sequences."""
    lines = (REPOSITORY / "3seqs.txt").read_text().splitlines(keepends=True)
    (tmp_path / "3seqs.txt").write_text("".join(lines[:60]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read_curve(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_trains_all_models_and_shows_samples(sequences, capsys):
    assert main([*TINY, "--epochs", "2", "--input_files", "3seqs.txt", "--monosemantic_enabled"]) == 0
    shown = capsys.readouterr()
    for name in ("lstm", "kgram_mlp", "transformer"):
        assert f"{name} after 6 steps: loss" in shown.out
        assert (sequences / "runs" / f"{name}.safetensors").exists()
    assert "epoch" not in shown.err  # no progress bars where nobody looks on
    for label in ("greedy", "top-p 0.5", "top-p 0.95", "top-p 1 "):
        assert shown.out.count(f"  {label}") == 3
    assert " is near " in shown.out
    rows = read_curve(sequences / "runs" / "loss.csv")
    assert [row["step"] for row in rows] == [str(step) for step in range(1, 7)] * 3
    assert [bool(row["validation_loss"]) for row in rows] == [False, False, True] * 6
    assert (sequences / "runs" / "loss.png").read_bytes().startswith(b"\x89PNG")


def test_resumed_run_ends_where_the_straight_one_does(sequences, capsys):
    models = ["--models", "transformer"]
    assert main([*TINY, *models, "--epochs", "2", "--out", "straight"]) == 0
    straight = capsys.readouterr().out
    assert main([*TINY, *models, "--epochs", "1", "--out", "stopped"]) == 0
    capsys.readouterr()
    torch.manual_seed(99)
    assert main([*TINY, *models, "--epochs", "2", "--out", "stopped", "--resume"]) == 0
    assert capsys.readouterr().out == straight.replace("straight", "stopped")
    for name in ("transformer.safetensors", "loss.csv", "tokenizer.json"):
        assert (sequences / "straight" / name).read_bytes() == (sequences / "stopped" / name).read_bytes()


def test_resumed_run_keeps_its_tokenizer_when_the_text_has_changed(sequences, capsys):
    assert main([*TINY, "--models", "lstm", "--epochs", "1"]) == 0
    before = (sequences / "runs" / "tokenizer.json").read_bytes()
    (sequences / "3seqs.txt").write_text("other words, other words\n" * 5)
    assert main([*TINY, "--models", "lstm", "--epochs", "2", "--resume"]) == 0
    assert (sequences / "runs" / "tokenizer.json").read_bytes() == before
    assert "lstm after 6 steps" in capsys.readouterr().out


def test_progress_bars_on_a_terminal(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert main([*TINY, "--epochs", "1", "--models", "lstm"]) == 0
    assert "lstm epoch 1/1: 100%" in capsys.readouterr().err


def test_a_run_that_trains_nothing_writes_nothing(sequences, monkeypatch, capsys):
    def unstarted(options, vocab_size):
        raise NotImplementedError("exercise kgram_mlp is not started")

    monkeypatch.setitem(MODELS, "kgram_mlp", unstarted)
    nothing = [*TINY, "--epochs", "1", "--models", "kgram_mlp"]
    assert main(nothing) == 0
    assert not (sequences / "runs").exists()
    assert main([*TINY, "--epochs", "1", "--models", "lstm"]) == 0
    before = {path.name: path.read_bytes() for path in (sequences / "runs").iterdir()}
    capsys.readouterr()
    assert main([*nothing, "--vocab_size", "290"]) == 0
    assert main([*TINY, "--epochs", "0", "--models", "lstm"]) == 0
    shown = capsys.readouterr()
    assert shown.out.count("nothing was trained, so nothing was written\n") == 2
    assert shown.err == ""
    assert {path.name: path.read_bytes() for path in (sequences / "runs").iterdir()} == before


def test_curves_of_other_models_are_kept_and_named(sequences, capsys):
    curve = sequences / "runs" / "loss.csv"
    assert main([*TINY, "--epochs", "1", "--models", "lstm"]) == 0
    lstm = read_curve(curve)
    assert main([*TINY, "--epochs", "1", "--models", "kgram_mlp"]) == 0
    assert "; kept from earlier runs: lstm\n" in capsys.readouterr().out
    both = read_curve(curve)
    assert both[:3] == lstm
    assert [row["model"] for row in both] == ["lstm"] * 3 + ["kgram_mlp"] * 3
    assert main([*TINY, "--epochs", "1", "--models", "lstm", "kgram_mlp"]) == 0
    assert read_curve(curve) == both


def test_a_file_that_holds_no_curves_is_not_overwritten(sequences, capsys):
    (sequences / "runs").mkdir()
    (sequences / "runs" / "loss.csv").write_text("day,rain\n1,2\n")
    assert main([*TINY, "--epochs", "1", "--models", "lstm"]) == 1
    assert "loss.csv does not hold loss curves" in capsys.readouterr().err
    assert (sequences / "runs" / "loss.csv").read_text() == "day,rain\n1,2\n"


def run_copy(folder, broken, mistake, *arguments):
    """The command in a copy of the package in which one module ends with a mistake; and the number of that line."""
    package = folder / "picollm"
    shutil.copytree(REPOSITORY / "solutions" / "picollm", package, ignore=shutil.ignore_patterns("__pycache__"))
    text = (package / broken).read_text()
    (package / broken).write_text(f"{text}{mistake}\n")
    environment = {**os.environ, "PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "picollm.train", *TINY, "--epochs", "1", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done, len(text.splitlines()) + 1


@pytest.mark.parametrize(
    ("broken", "mistake", "models", "line_shown", "reason"),
    [
        (
            "kgram_mlp.py",
            "x = = 1",
            "lstm kgram_mlp",
            "kgram_mlp: skipped, it cannot be imported: kgram_mlp.py, line {}:",
            "invalid syntax",
        ),
        (
            "attention.py",
            "nowhere",
            "lstm transformer",
            "transformer: skipped, it cannot be imported: attention.py, line {}:",
            "NameError: name 'nowhere'",
        ),
        (
            "nucleus_sampling.py",
            "x = = 1",
            "lstm",
            "  no samples: they need a module that cannot be imported: nucleus_sampling.py, line {}:",
            "invalid",
        ),
    ],
)
def test_a_mistake_in_one_module_stops_only_what_needs_it(sequences, broken, mistake, models, line_shown, reason):
    done, line = run_copy(sequences, broken, mistake, "--models", *models.split())
    assert done.returncode == 0, done.stderr
    assert f"{line_shown.format(line)} {reason}" in done.stdout
    assert "lstm after 3 steps: loss" in done.stdout
    assert "Traceback" not in done.stderr


def test_works_without_matplotlib(sequences, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert main([*TINY, "--epochs", "1", "--models", "lstm"]) == 0
    assert "matplotlib is not installed" in capsys.readouterr().out
    assert not (sequences / "runs" / "loss.png").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--input_files", "missing.txt"], "cannot read missing.txt"),
        (["--input_files"], "nothing to train on"),
        (["--tinystories_weight", "1.5"], "between 0 and 1, got 1.5"),
        (["--device_id", "cuda:7"], "there is no device 'cuda:7' here"),
        (["--device_id", "abacus"], "--device_id may be cpu"),
        (["--block_size", "1"], "got 1"),
        (["--embed_size", "9", "--models", "transformer"], "d_model=9 and n_heads=2"),
    ],
)
def test_mistakes_are_told_in_one_sentence(arguments, words, capsys):
    assert main([*TINY, *arguments]) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert words in error


def test_resuming_with_other_settings_is_refused(capsys):
    assert main([*TINY, "--epochs", "1", "--models", "lstm"]) == 0
    assert main([*TINY, "--epochs", "2", "--models", "lstm", "--resume", "--seed", "5"]) == 1
    assert "seed 0, now 5" in capsys.readouterr().err


def test_the_processor_is_a_device():
    assert find_device("cpu") == torch.device("cpu")


def test_untouched_starter_trains_the_lstm_and_names_what_it_skips(sequences):
    package = sequences / "picollm"
    package.mkdir()
    for path in sorted((REPOSITORY / "solutions" / "picollm").glob("*.py")):
        message = f"exercise {path.stem} is not started"
        (package / path.name).write_text(make_stub(path.read_bytes(), path.name, lambda _, message=message: message).text)
        assert ("NotImplementedError" in (package / path.name).read_text()) == (path.stem in (*EXERCISES, "train", "samples"))
    environment = {**os.environ, "PYTHONPATH": str(sequences), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "picollm.train", *TINY, "--epochs", "1"]
    done = subprocess.run(command, cwd=sequences, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "lstm after 3 steps: loss" in done.stdout
    assert "greedy only: top-p samples need nucleus_sampling (exercise nucleus_sampling is not started)" in done.stdout
    assert "kgram_mlp: skipped, not implemented yet (exercise kgram_mlp is not started)" in done.stdout
    assert "transformer: skipped, not implemented yet (exercise" in done.stdout
    assert "Traceback" not in done.stderr
    assert {row["model"] for row in read_curve(sequences / "runs" / "loss.csv")} == {"lstm"}
