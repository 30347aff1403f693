import torch


def top_p_sample(logits, top_p=0.95, temperature=1.0):
    if not 0 < top_p <= 1:
        raise ValueError("top_p is a share of the mass")
    if logits.shape[-1] == 0 or logits.dim() != 2 or not logits.amax(-1).isfinite().all():
        raise ValueError("logits (batch, vocab) with a finite maximum in each row are needed")
    probs, order = torch.softmax(logits.float() / temperature, dim=-1).sort(dim=-1, descending=True)
    probs = probs.masked_fill(probs.cumsum(-1) - probs >= top_p, 0.0)
    return order.gather(-1, torch.multinomial(probs, 1))
