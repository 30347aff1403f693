"""A node has its own log-probability for a total."""


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
            (Node(token, leaf, odd, leaf.depth + 1), place)
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
