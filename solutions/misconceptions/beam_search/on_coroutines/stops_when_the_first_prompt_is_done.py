"""The driver ends with the first coroutine that does."""

import torch


def drive(model, searches: list[Search]) -> list[Heap]:
    """Runs all searches to their end, one call of the model for each step."""
    cache = model.make_cache() if hasattr(model, "make_cache") else None
    wishes = {number: next(one) for number, one in enumerate(searches)}
    first_row = {number: number for number in wishes}
    pools: list[Heap] = [[] for _ in searches]
    while len(wishes) == len(searches):
        texts = torch.cat([texts for texts, _ in wishes.values()])
        if cache is None:
            output = model(texts)
        else:
            if cache.length:
                cache.reorder(torch.cat([rows + first_row[number] for number, (_, rows) in wishes.items()]))
            output = model(texts[:, cache.length :], cache=cache)
        logits = (output[0] if isinstance(output, tuple) else output)[:, -1]
        answers = torch.log_softmax(logits.double(), dim=-1).split([len(texts) for texts, _ in wishes.values()])
        row, asked, wishes_before = 0, {}, list(wishes)
        for number, answer in zip(wishes_before, answers, strict=True):
            first_row[number] = row
            row += len(answer)
            try:
                asked[number] = searches[number].send(answer)
            except StopIteration as end:
                pools[number] = end.value
        wishes = asked
    return pools
