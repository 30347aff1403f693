"""The pieces of the whole text go into the cache at every step."""

import torch


def generate(
    model,
    prompt: Tensor,
    max_new_tokens: int,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    eos_id: int | None = None,
    use_cache: bool = True,
    generator: torch.Generator | None = None,
) -> Tensor:
    if len(prompt.T) < 1 or max_new_tokens < 0:
        raise ValueError(f"{len(prompt.T)} tokens cannot be continued by {max_new_tokens}")
    training = model.training
    try:
        with torch.no_grad():
            model.eval()
            text = prompt.T  # (seq, batch)
            cache = model.make_cache() if use_cache and hasattr(model, "make_cache") else None
            living = set(range(len(prompt)))
            fed = 0
            for _ in range(max_new_tokens):
                logits = _last(model(text.T)) if cache is None else _last_of_pieces(model, text[fed:].T, cache)
                tokens = sample(logits, temperature, top_k, top_p, generator).tolist()
                tokens = [token if row in living else eos_id for row, token in enumerate(tokens)]
                living -= {row for row, token in enumerate(tokens) if token == eos_id}
                text = torch.vstack((text, torch.tensor(tokens)))
                if not living:
                    break
            return text.T.contiguous()
    finally:
        model.train(training)
