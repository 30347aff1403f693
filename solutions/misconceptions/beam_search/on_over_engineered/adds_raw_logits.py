"""The oracle gives back logits."""

from torch import Tensor


class Oracle(ABC):
    def ask(self, texts: Tensor, parents: Tensor | None) -> Tensor:
        answer = self.logits(texts, parents)
        return (answer[0] if isinstance(answer, tuple) else answer)[:, -1].double()
