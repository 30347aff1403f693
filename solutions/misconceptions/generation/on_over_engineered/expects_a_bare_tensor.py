"""The feeder selects from the answer, whatever it is."""

from torch import Tensor, nn


class Feeder(ABC):
    """Asks a model for the logits that follow a text, (batch, vocab)."""

    def __init__(self, model: nn.Module) -> None:
        self.model = model

    @abstractmethod
    def ask(self, text: Tensor) -> Tensor | tuple[Tensor, ...]: ...

    def after(self, text: Tensor) -> Tensor:
        answer = self.ask(text)
        return answer.select(1, -1)
