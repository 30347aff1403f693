"""As few lines as will do: topk as threshold, a race of exponentials instead of a draw; whether a row has ended is read off its text."""

import torch


def sample(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
    V = logits.shape[-1]
    if temperature < 0 or not 1 <= (V if top_k is None else top_k) <= V or not 0 < (1 if top_p is None else top_p) <= 1:
        raise ValueError(f"{temperature=}, {top_k=}, {top_p=} with {V} tokens")
    if temperature == 0:
        return logits.argmax(-1)
    z = logits.double().sub(logits.double().amax(-1, True)).div(temperature)
    p, i = z.masked_fill(z < z.topk(top_k or V).values[..., -1:], -torch.inf).softmax(-1).sort(-1, True)
    p = p * (p.cumsum(-1) - p < (2 if top_p is None else top_p))
    race = p / torch.empty_like(p).exponential_(generator=generator)
    return i.gather(-1, race.argmax(-1, True)).squeeze(-1)


@torch.no_grad()
def generate(model, prompt, max_new_tokens, *, eos_id=None, use_cache=True, **how):
    if not prompt.numel() or max_new_tokens < 0:
        raise ValueError(f"{tuple(prompt.shape)=}, {max_new_tokens=}")
    how = {"temperature": 1.0, "top_k": None, "top_p": None, "generator": None} | how
    was = model.training
    cache = {"cache": model.make_cache()} if use_cache and hasattr(model, "make_cache") else {}
    x, fed = prompt, 0
    try:
        model.eval()
        for _ in range(max_new_tokens):
            out = model(x[:, fed:], **cache)
            fed = x.shape[1] if cache else 0
            new = sample((out[0] if type(out) is tuple else out)[:, -1], **how)
            if eos_id is not None:
                over = (x[:, prompt.shape[1] :] == eos_id).any(1)
                new = torch.where(over, eos_id, new)
            x = torch.cat([x, new[:, None]], 1)
            if eos_id is not None and (x[:, prompt.shape[1] :] == eos_id).any(1).all():
                break
    finally:
        model.train(was)
    return x
