"""A token is kept if the mass up to and including it stays below p."""


def _kept(odds, top_k, top_p):
    """Which tokens the filters keep, (rows, vocab): a rank below top_k, and less than p of what top_k keeps standing before it."""
    order = odds.argsort(dim=1, descending=True, stable=True)
    rank = order.argsort(dim=1)
    kept = rank < (odds.shape[1] if top_k is None else top_k)
    if top_p is not None:
        ordered = (odds * kept).gather(1, order)
        upto = ordered.cumsum(dim=1).gather(1, rank)
        kept = kept & ((upto <= top_p * (odds * kept).sum(dim=1, keepdim=True)) | (rank == 0))
    return kept
