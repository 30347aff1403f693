"""Writes the bundled story corpus: data/stories/train.txt and valid.txt. The same bytes every time; no network, no language model.

python data/make_stories.py [--into FOLDER]
"""

import argparse
from pathlib import Path

from stories_maker.corpus import corpus, stories

TRAIN_BYTES = 2_600_000
VALID_BYTES = 220_000


def make(folder: Path, train_bytes: int = TRAIN_BYTES, valid_bytes: int = VALID_BYTES) -> None:
    """Both files; the held-out stories come first, so that a smaller corpus begins like the whole one."""
    texts = stories()
    folder.mkdir(parents=True, exist_ok=True)
    for name, size in (("valid.txt", valid_bytes), ("train.txt", train_bytes)):
        (folder / name).write_bytes(corpus(texts, size).encode("ascii"))


def main() -> None:
    """The command line described at the top."""
    parser = argparse.ArgumentParser(description="Write the bundled story corpus.")
    parser.add_argument("--into", type=Path, default=Path(__file__).parent / "stories")
    make(parser.parse_args().into)


if __name__ == "__main__":
    main()
