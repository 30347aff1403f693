"""As few lines as will do: one cube of rows in which the first k of each prompt are running and the last k have ended."""

import torch


@torch.no_grad()
def beam_search(model, prompt, beam_width, max_new_tokens, *, length_penalty=1.0, early_stopping=False, eos_id=None, num_return=1):
    k, (B, S), N = beam_width, prompt.shape, max_new_tokens
    if S < 1 or k < 1 or N < 0 or not 1 <= num_return <= k:
        raise ValueError(f"{S=}, {beam_width=}, {max_new_tokens=}, {num_return=}")
    was, _ = model.training, model.eval()
    try:
        x = torch.full((B, 2 * k, S + N), 0 if eos_id is None else eos_id)
        x[:, :, :S] = prompt[:, None]
        s = torch.full((B, 2 * k), -torch.inf, dtype=torch.float64)  # sums of the running, scores of those that have ended
        s[:, 0] = 0
        b, on, rows = torch.arange(B)[:, None], torch.ones(B, 1, dtype=torch.bool), None
        cache = {"cache": model.make_cache()} if hasattr(model, "make_cache") else {}
        for n in range(1, N + 1):
            new = x[:, :k, S + n - 2 if cache and n > 1 else 0 : S + n - 1].flatten(0, 1)
            if cache and n > 1:
                cache["cache"].reorder(rows.flatten())
            out = model(new, **cache)
            lp = (out[0] if type(out) is tuple else out)[:, -1].double().log_softmax(-1).view(B, k, -1)
            top, i = (s[:, :k, None] + lp).flatten(1).topk(2 * k)
            mum, tok = i // lp.shape[2], i % lp.shape[2]
            y = x[b, mum].index_put((torch.arange(B)[:, None], torch.arange(2 * k), torch.tensor(S + n - 1)), tok)
            end = (tok == eos_id) | (n == N) if eos_id is not None else torch.full_like(tok, n == N, dtype=torch.bool)
            enter = end & on & (torch.arange(2 * k) < k)
            pool, j = torch.cat([s[:, k:], (top / n**length_penalty).where(enter, -torch.inf)], 1).topk(k)
            run, r = top.where(~end, -torch.inf).topk(k)
            x, s = torch.cat([y[b, r], torch.cat([x[:, k:], y], 1)[b, j]], 1), torch.cat([run, pool], 1)
            full, better = pool[:, -1:] > -torch.inf, run[:, :1] / n**length_penalty > pool[:, -1:]
            on, rows = on & ~full if early_stopping else on & better, b * k + mum[b, r]
            if not on.any():
                break
        return x[:, k : k + num_return], s[:, k : k + num_return].float()
    finally:
        model.train(was)
