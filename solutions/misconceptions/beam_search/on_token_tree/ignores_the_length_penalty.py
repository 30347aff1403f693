"""A node's score is its sum."""


@dataclass(frozen=True)
class Options:
    def score(self, node: Node) -> float:
        return node.total
