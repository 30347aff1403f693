"""The threshold of the first row is broadcast over all."""

import torch


def sample(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
    V = logits.shape[-1]
    if temperature < 0 or not 1 <= (V if top_k is None else top_k) <= V or not 0 < (1 if top_p is None else top_p) <= 1:
        raise ValueError(f"{temperature=}, {top_k=}, {top_p=} with {V} tokens")
    if temperature == 0:
        return logits.argmax(-1)
    z = logits.double().sub(logits.double().amax(-1, True)).div(temperature)
    p, i = z.masked_fill(z < z.topk(top_k or V).values.flatten()[(top_k or V) - 1], -torch.inf).softmax(-1).sort(-1, True)
    p = p * (p.cumsum(-1) - p < (2 if top_p is None else top_p))
    race = p / torch.empty_like(p).exponential_(generator=generator)
    return i.gather(-1, race.argmax(-1, True)).squeeze(-1)
