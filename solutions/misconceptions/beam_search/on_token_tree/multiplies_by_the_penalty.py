"""A node's depth is multiplied by the penalty."""


@dataclass(frozen=True)
class Options:
    def score(self, node: Node) -> float:
        return node.total / (node.depth * self.penalty) if self.penalty else -float("inf")
