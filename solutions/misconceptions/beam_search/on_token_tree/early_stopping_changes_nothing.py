"""The option is not asked for."""


class Tree:
    def _is_over(self, best: Node | None) -> bool:
        if best is None:
            return True
        pool = self.pool()
        if len(pool) < self.options.width:
            return False
        return self.options.score(best) <= self.options.score(pool[-1])
