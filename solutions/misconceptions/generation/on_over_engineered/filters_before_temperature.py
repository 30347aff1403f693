"""The temperature is the last filter of the pipeline."""


@dataclass(frozen=True)
class SamplingPlan:
    def chooser(self, vocab: int) -> Chooser:
        filters: list[Filter] = []
        if self.top_k is not None:
            filters.append(TopK(self.top_k, vocab))
        if self.top_p is not None:
            filters.append(TopP(self.top_p))
        filters.append(Temperature(self.temperature))
        return Largest() if self.temperature == 0 else Drawn(filters, self.generator)
