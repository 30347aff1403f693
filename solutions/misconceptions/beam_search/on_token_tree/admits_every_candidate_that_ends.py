"""All 2k children that end are admitted."""


class Tree:
    def grow(self, odds: list[list[float]]) -> list[int]:
        """One step with the log-probabilities that follow each leaf -> for each new leaf the place of its parent."""
        width = self.options.width
        children = [
            (Node(token, leaf, leaf.total + odd, leaf.depth + 1), place)
            for place, (leaf, row) in enumerate(zip(self.leaves, odds, strict=True))
            for token, odd in enumerate(row)
        ]
        children.sort(key=lambda child: -child[0].total)
        ended = [child for child in children[: 2 * width] if self._ends(child[0])]
        running = [child for child in children[: 2 * width] if not self._ends(child[0])][:width]
        if not self.over:
            self.admitted += [node for node, _ in ended]
            self.over = self._is_over(running[0][0] if running else None)
        if running:
            self.leaves = [node for node, _ in running]
        return [place for _, place in running]
