"""What the scripts of the families share: how a model in PyTorch becomes JSON.

Each family's script writes the file of its name: python3 vgg.py > vgg.json
"""

import json

import numpy as np
import torch
from torch import nn


def uniform(seed, n):
    """n numbers in [0, 1) with 24 bits, hashed from seed and place."""
    x = (np.arange(n, dtype=np.uint64) + np.uint64(seed << 20)).astype(np.uint32)
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x7FEB352D)
    x ^= x >> np.uint32(15)
    x *= np.uint32(0x846CA68B)
    x ^= x >> np.uint32(16)
    return (x >> np.uint32(8)).astype(np.float64) / 2**24


def rounded(v):
    return float("%.9g" % v)


def listed(x):
    return [rounded(v) for v in np.asarray(x, dtype=np.float64).reshape(-1)]


def fill(model):
    """Sets every parameter to numbers hashed from its place."""
    with torch.no_grad():
        for i, (name, p) in enumerate(model.named_parameters()):
            # He's bound keeps activations alive; vectors lie around 1/2.
            bound = (6 / p[0].numel()) ** 0.5 if p.dim() > 1 else 1
            values = np.float32(uniform(i, p.numel()) * 2 - 1) * np.float32(bound)
            if p.dim() == 1:
                values = np.float32(uniform(i, p.numel()))
            p.copy_(torch.from_numpy(values.astype(np.float64)).view_as(p))


def trace(model, last_norm, activations, batch=6, side=32, first=8, term=lambda levels: 0):
    """One training pass and one inference pass in float64, on batch images of
    side×side pixels, with parameters and images hashed from their places; the
    first elements of every gradient and of the variance that last_norm keeps. The loss is
    the cross-entropy and a term of the levels.
    activations is the number of the model's ReLUs, a block counting as one.

    A batch in which a ReLU's argument is 0 but for rounding compares no better
    than to 1e-3, in PyTorch's own float32 too: take another."""
    classes = 10
    model = model.double()
    fill(model)
    # The images are hashed in the order sample, row, column, channel.
    images = uniform(100, batch * side * side * 3).reshape(batch, side, side, 3).transpose(0, 3, 1, 2).copy()
    labels = torch.tensor([i * 3 % classes for i in range(batch)])
    x = torch.from_numpy(images)
    model.train()
    logits, levels = model(x)
    loss = nn.functional.cross_entropy(logits, labels) + term(levels)
    loss.backward()
    model.eval()
    with torch.no_grad():
        inferred, _ = model(x)
    return {
        "batch": batch,
        "side": side,
        "logits": listed(logits.detach()),
        "loss": rounded(loss.item()),
        "inferred": listed(inferred),
        "levels": [{"dims": list(v.shape), "norm": rounded(v.norm().item())} for v in levels],
        "gradients": {
            name: {"norm": rounded(p.grad.norm().item()), "first": listed(p.grad.reshape(-1)[:first])}
            for name, p in model.named_parameters()
        },
        "activations": activations,
        "last_norm": last_norm,
        "running_var": listed(model.get_submodule(last_norm).running_var[:8]),
    }


def write(models, traces):
    """Prints the state_dict of every model, names and dimensions, its number of
    parameters, and the traces of some. Models are made by what their names have."""
    models = {name: make() for name, make in models.items()}
    print(json.dumps({
        "entries": {name: [[k, list(v.shape)] for k, v in m.state_dict().items()] for name, m in models.items()},
        "parameters": {name: sum(p.numel() for p in m.parameters()) for name, m in models.items()},
        "traces": traces,
    }, separators=(",", ":")))
