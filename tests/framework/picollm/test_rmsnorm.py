"""The reference's RMSNorm against torch's own."""

import pytest
import torch
from picollm.rmsnorm import RMSNorm
from torch.nn import functional as F


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_equals_torch(dtype):
    generator = torch.Generator().manual_seed(0)
    norm = RMSNorm(6, eps=1e-3).to(dtype)
    with torch.no_grad():
        norm.weight.copy_(torch.randn(6, generator=generator))
    x = torch.randn(2, 3, 6, generator=generator, dtype=dtype)
    expected = F.rms_norm(x, (6,), norm.weight, eps=1e-3)
    assert norm(x).dtype == dtype
    torch.testing.assert_close(norm(x), expected)


def test_half_precision_is_computed_in_float32():
    x = torch.tensor([[300.0, 400.0]], dtype=torch.float16)  # the squares overflow in float16
    assert RMSNorm(2)(x).tolist() == [[pytest.approx(0.8485, abs=1e-3), pytest.approx(1.1314, abs=1e-3)]]
    assert RMSNorm(2)(x).dtype == torch.float16


def test_zeros_stay_zeros_with_a_finite_gradient():
    x = torch.zeros(1, 4, requires_grad=True)
    y = RMSNorm(4)(x)
    y.sum().backward()
    assert y.tolist() == [[0.0] * 4]
    assert x.grad.isfinite().all()
