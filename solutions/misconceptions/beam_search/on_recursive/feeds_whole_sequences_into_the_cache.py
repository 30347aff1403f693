"""The cache is moved, and then given the whole texts."""


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
            output = model(texts, cache=cache)
        logits = output[0] if isinstance(output, tuple) else output
        return logits[:, -1].double().log_softmax(1).tolist()

    return ask
