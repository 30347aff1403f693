"""The reference's attention against torch's own, and its masks."""

import pytest
import torch
from picollm.attention import MultiHeadAttention, causal_mask, scaled_dot_product_attention
from torch.nn import functional as F


def random_inputs(dtype=torch.float64):
    generator = torch.Generator().manual_seed(0)
    query = torch.randn(2, 3, 4, 8, generator=generator, dtype=torch.float64).to(dtype)
    key = torch.randn(2, 3, 6, 8, generator=generator, dtype=torch.float64).to(dtype)
    value = torch.randn(2, 3, 6, 5, generator=generator, dtype=torch.float64).to(dtype)
    mask = torch.rand(4, 6, generator=generator) < 0.6
    mask[:, 0] = True
    return query, key, value, mask


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-12), (torch.float32, 1e-5), (torch.bfloat16, 3e-2)])
@pytest.mark.parametrize("masked", [True, False])
def test_equals_torch(dtype, tolerance, masked):
    query, key, value, mask = random_inputs(dtype)
    got = scaled_dot_product_attention(query, key, value, mask if masked else None)
    exact = F.scaled_dot_product_attention(query.double(), key.double(), value.double(), attn_mask=mask if masked else None)
    assert got.dtype == dtype
    torch.testing.assert_close(got.double(), exact, rtol=tolerance, atol=tolerance)


def test_query_without_keys_gets_zeros_and_finite_gradients():
    query, key, value, mask = random_inputs()
    mask[1] = False
    query.requires_grad_()
    key.requires_grad_()
    result = scaled_dot_product_attention(query, key, value, mask)
    result.sum().backward()
    assert (result[..., 1, :] == 0).all()
    assert result.isfinite().all()
    assert query.grad.isfinite().all()
    assert key.grad.isfinite().all()
    assert (query.grad[..., 1, :] == 0).all()


def test_key_masked_for_all_queries_has_no_influence():
    query, key, value, mask = random_inputs()
    mask[:, 3] = False
    before = scaled_dot_product_attention(query, key, value, mask)
    key[..., 3, :], value[..., 3, :] = 1e30, 1e30
    assert torch.equal(scaled_dot_product_attention(query, key, value, mask), before)


@pytest.mark.parametrize(("queries", "keys"), [(4, None), (1, 1), (2, 5), (1, 4)])
def test_causal_mask(queries, keys):
    mask = causal_mask(queries, keys)
    total = queries if keys is None else keys
    assert mask.dtype == torch.bool
    assert mask.tolist() == [[key <= total - queries + query for key in range(total)] for query in range(queries)]


def test_fewer_keys_than_queries_are_refused():
    with pytest.raises(ValueError, match="2 keys for 3 queries"):
        causal_mask(3, 2)


@pytest.mark.parametrize(("d_model", "n_heads"), [(10, 4), (8, 0)])
def test_sizes_that_do_not_fit_are_refused(d_model, n_heads):
    with pytest.raises(ValueError, match=rf"d_model={d_model} and n_heads={n_heads}"):
        MultiHeadAttention(d_model, n_heads)


def test_heads_equal_a_loop_over_heads():
    torch.manual_seed(0)
    layer = MultiHeadAttention(8, 2).double()
    x = torch.randn(2, 5, 8, dtype=torch.float64)
    query, key, value = layer.query_key_value(x).split(8, dim=-1)
    heads = [
        F.scaled_dot_product_attention(query[..., part], key[..., part], value[..., part], is_causal=True)
        for part in (slice(0, 4), slice(4, 8))
    ]
    torch.testing.assert_close(layer(x), layer.output(torch.cat(heads, dim=-1)))
