"""A tree is over only when nothing is left to grow."""


class Tree:
    def _is_over(self, best: Node | None) -> bool:
        return best is None
