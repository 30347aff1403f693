"""A step is a function that calls itself with the next beams; nothing is kept in variables that change. Probabilities are in float64.

Finished hypotheses travel along as an argument, one list for each prompt. The rows of the batch are found anew in every step.
"""

import torch


def beam_search(model, prompt, beam_width, max_new_tokens, *, length_penalty=1.0, early_stopping=False, eos_id=None, num_return=1):
    if not prompt.shape[1]:
        raise ValueError("the prompt has no token to begin with")
    if beam_width < 1 or num_return < 1 or num_return > beam_width:
        raise ValueError(f"{num_return} results of a beam of {beam_width}")
    if max_new_tokens < 0:
        raise ValueError(f"{max_new_tokens} new tokens")

    ask = _asker(model)

    def step(length, feed, rows, beams, pools):
        """Finished pools, from the beams (sum, tokens) of each prompt that are to be extended; ``feed`` and ``rows`` are for the model."""
        odds = iter(ask(feed, rows))
        ranked = [sorted(_grown(own, odds), reverse=True, key=lambda item: item[0])[: 2 * beam_width] for own in beams]
        ends = [[token == eos_id or length == max_new_tokens for _, (*_, token), _ in candidates] for candidates in ranked]
        pools = [
            _best([*pool, *((total / length**length_penalty, tokens) for total, tokens, _ in _where(found[:beam_width], end))], beam_width)
            for pool, found, end in zip(pools, ranked, ends, strict=True)
        ]
        running = [
            [] if _is_over(own, pool, length) else own
            for own, pool in zip(
                ([_where(f, [not e for e in end])[:beam_width] for f, end in zip(ranked, ends, strict=True)]), pools, strict=True
            )
        ]
        if not any(running):
            return pools
        alive = [hypothesis for own in running for hypothesis in own]
        numbers = iter(range(len(alive)))
        return step(
            length + 1,
            torch.tensor([tokens for _, tokens, _ in alive]),
            torch.tensor([row for _, _, row in alive]),
            [[(total, tokens, next(numbers)) for total, tokens, _ in own] for own in running],
            pools,
        )

    def _is_over(running, pool, length):
        full = len(pool) == beam_width
        return not running or (full and (early_stopping or running[0][0] / length**length_penalty <= pool[-1][0]))

    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            start = [[(0.0, tuple(row), number)] for number, row in enumerate(prompt.tolist())]
            pools = step(1, prompt, None, start, [[] for _ in prompt])
    finally:
        model.train(was_training)
    longest = max(len(tokens) for pool in pools for _, tokens in pool[:num_return])
    texts = [[[*tokens, *[eos_id] * (longest - len(tokens))] for _, tokens in pool[:num_return]] for pool in pools]
    return torch.tensor(texts), torch.tensor([[score for score, _ in pool[:num_return]] for pool in pools])


def _asker(model):
    """Whole texts and the rows that they come from -> log-probabilities of what follows each, a list of lists."""
    cache = model.make_cache() if hasattr(model, "make_cache") else None

    def ask(texts, rows):
        if cache is None:
            output = model(texts)
        elif rows is None:
            output = model(texts, cache=cache)
        else:
            cache.reorder(rows)
            output = model(texts[:, -1:], cache=cache)
        logits = output[0] if isinstance(output, tuple) else output
        return logits[:, -1].double().log_softmax(1).tolist()

    return ask


def _grown(beams, odds):
    return [(total + value, (*tokens, token), row) for total, tokens, row in beams for token, value in enumerate(next(odds))]


def _where(items, chosen):
    return [item for item, yes in zip(items, chosen, strict=False) if yes]


def _best(pool, number):
    return sorted(pool, reverse=True)[:number]
