"""Slow and clear: what a sampled token may be and how likely it is, and what greedy decoding writes. In float64, without a cache."""

import torch


def distribution(logits, temperature=1.0, top_k=None, top_p=None):
    """The odds after the filters, in the handout's order: (vocab,) -> (vocab,) float64 that sums to one."""
    odds = torch.softmax(logits.double() / temperature, dim=-1)
    order = odds.argsort(descending=True).tolist()
    if top_k is not None:
        odds = keep(odds, order[:top_k])
    if top_p is not None:
        mass, nucleus = 0.0, []
        for token in order:
            nucleus.append(token)
            mass += float(odds[token])
            if mass >= top_p:
                break
        odds = keep(odds, nucleus)
    return odds


def keep(odds, tokens):
    """Only these tokens, renormalised."""
    kept = torch.zeros_like(odds)
    kept[tokens] = odds[tokens]
    return kept / kept.sum()


def greedy(model, prompt, n, eos_id=None):
    """Each row by itself: prompt (batch, seq) and a built given model -> list of rows, each with up to n tokens more, eos included."""
    rows = []
    for row in prompt:
        tokens = row.tolist()
        for _ in range(n):
            tokens.append(int(logits_after(model, tokens).argmax()))
            if tokens[-1] == eos_id:
                break
        rows.append(tokens)
    return rows


def logits_after(model, tokens):
    """The logits for the token that follows a list of tokens, (vocab,)."""
    model.eval()
    with torch.no_grad():
        output = model(torch.tensor([tokens]))
    return (output[0] if isinstance(output, tuple) else output)[0, -1]


def padded(rows, fill):
    """Rows of different lengths as one tensor, filled up at the end."""
    width = max(map(len, rows))
    return torch.tensor([row + [fill] * (width - len(row)) for row in rows])
