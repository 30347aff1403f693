"""Hypotheses are leaves of a tree of tokens, linked to their parents, and are read back by walking up. Sums are Python floats.

Nothing is ever removed: all that was admitted stays in a list, and the pool is what a sort of it puts first. All candidates are sorted,
not only the best looked for. A prompt whose search is over keeps its rows in the batch until the last one is over.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Node:
    """A token after its parent's tokens."""

    token: int
    parent: Node | None
    total: float
    depth: int

    def tokens(self) -> list[int]:
        node, found = self, []
        while node.parent is not None:
            found.append(node.token)
            node = node.parent
        found.reverse()
        return found


@dataclass(frozen=True)
class Options:
    width: int
    steps: int
    penalty: float
    early: bool
    eos: int | None

    def score(self, node: Node) -> float:
        return node.total / math.pow(node.depth, self.penalty)


class Tree:
    """The search for one prompt."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.leaves = [Node(-1, None, 0.0, 0)]
        self.admitted: list[Node] = []
        self.over = False

    def pool(self) -> list[Node]:
        return sorted(self.admitted, key=self.options.score, reverse=True)[: self.options.width]

    def grow(self, odds: list[list[float]]) -> list[int]:
        """One step with the log-probabilities that follow each leaf -> for each new leaf the place of its parent."""
        width = self.options.width
        children = [
            (Node(token, leaf, leaf.total + odd, leaf.depth + 1), place)
            for place, (leaf, row) in enumerate(zip(self.leaves, odds, strict=True))
            for token, odd in enumerate(row)
        ]
        children.sort(key=lambda child: -child[0].total)
        ended = [child for child in children[:width] if self._ends(child[0])]
        running = [child for child in children[: 2 * width] if not self._ends(child[0])][:width]
        if not self.over:
            self.admitted += [node for node, _ in ended]
            self.over = self._is_over(running[0][0] if running else None)
        if running:
            self.leaves = [node for node, _ in running]
        return [place for _, place in running]

    def _ends(self, node: Node) -> bool:
        return node.token == self.options.eos or node.depth == self.options.steps

    def _is_over(self, best: Node | None) -> bool:
        if best is None:
            return True
        pool = self.pool()
        if len(pool) < self.options.width:
            return False
        return self.options.early or self.options.score(best) <= self.options.score(pool[-1])


def beam_search(
    model,
    prompt: Tensor,
    beam_width: int,
    max_new_tokens: int,
    *,
    length_penalty: float = 1.0,
    early_stopping: bool = False,
    eos_id: int | None = None,
    num_return: int = 1,
) -> tuple[Tensor, Tensor]:
    for wrong, complaint in (
        (prompt.numel() == 0, "an empty prompt"),
        (beam_width < 1, f"a beam {beam_width} wide"),
        (max_new_tokens < 0, f"{max_new_tokens} tokens to add"),
        (num_return not in range(1, beam_width + 1), f"{num_return} results from a beam {beam_width} wide"),
    ):
        if wrong:
            raise ValueError(f"beam_search was called with {complaint}")
    options = Options(beam_width, max_new_tokens, length_penalty, early_stopping, eos_id)
    trees = [Tree(options) for _ in prompt]
    mode = model.training
    try:
        model.eval()
        with torch.no_grad():
            _grow_all(model, prompt, trees)
    finally:
        model.train(mode)
    result = torch.full((len(prompt), num_return, prompt.shape[1] + max_new_tokens), eos_id if eos_id is not None else 0)
    scores = torch.empty(len(prompt), num_return, dtype=torch.float64)
    for row, tree in enumerate(trees):
        for place, node in enumerate(tree.pool()[:num_return]):
            text = prompt[row].tolist() + node.tokens()
            result[row, place, : len(text)] = torch.tensor(text)
            scores[row, place] = options.score(node)
    return result, scores


def _grow_all(model, prompt: Tensor, trees: list[Tree]) -> None:
    cache = getattr(model, "make_cache", lambda: None)()
    feed = prompt
    while not all(tree.over for tree in trees):
        answer = model(feed) if cache is None else model(feed, cache=cache)
        logits = answer[0] if isinstance(answer, tuple) else answer
        odds = torch.log_softmax(logits[:, -1, :].to(torch.float64), -1).tolist()
        rows, start = [], 0
        for tree in trees:
            size = len(tree.leaves)
            rows += [start + place for place in tree.grow(odds[start : start + size])]
            start += size
        if not rows:
            return
        if cache is None:
            feed = torch.tensor([start.tolist() + leaf.tokens() for start, tree in zip(prompt, trees, strict=True) for leaf in tree.leaves])
        else:
            cache.reorder(torch.tensor(rows))
            feed = torch.tensor([[leaf.token] for tree in trees for leaf in tree.leaves])
