"""Writes inputaware.json: what PyTorch makes in float64 of images with generators of
given weights: the pixels of single images; and of a batch the images, the loss and
its gradients where the loss is the attack's own and 3 times the sum of the images.
"""
import json

import numpy as np
import torch

from streams import image

EPSILON, DENSITY, DIVERSITY, NORM, HEIGHT, SHARPNESS = 0.1, 0.032, 1, 100, 1.85, 10


def generator(c, out, step):
    net = torch.nn.Sequential(
        torch.nn.Conv2d(c, 16, 3, padding=1), torch.nn.ReLU(),
        torch.nn.Conv2d(16, 16, 3, padding=1), torch.nn.ReLU(),
        torch.nn.Conv2d(16, out, 3, padding=1)).double()
    for p in net.parameters():
        p.data = ((torch.arange(p.numel(), dtype=torch.float64) * step % 41 - 19.625) / 64).reshape(p.shape)
    return net


def made(x, patterns, masks):
    h = masks(x)
    z = (h - h.mean((1, 2, 3), keepdim=True)) / (h.var((1, 2, 3), keepdim=True, unbiased=False) + 1e-5).sqrt()
    return torch.sigmoid(patterns(x)), torch.sigmoid(SHARPNESS * (z - HEIGHT))


def tensor(h, w, c):
    return torch.from_numpy(image(h, w, c)).double().permute(2, 0, 1)[None] / 255


def diversity(x, g):
    def rms(v):
        return (v - v.roll(-1, 0)).square().mean((1, 2, 3)).sqrt()
    return (rms(x) / (rms(g) + EPSILON)).mean()


out = {"single": []}
for h, w, c in [(32, 32, 3), (28, 28, 1), (9, 7, 3)]:
    patterns, masks = generator(c, c, 1), generator(c, 1, 3)
    x = tensor(h, w, c)
    with torch.no_grad():
        p, m = made(x, patterns, masks)
    levels = ((x + (p - x) * m)[0].permute(1, 2, 0).numpy() * 255)
    out["single"].append({"h": h, "w": w, "c": c, "pixels": np.floor(levels + 0.5).astype(int).ravel().tolist()})

# A batch: a poisoned image, a cover with the next one's, a clean one, and a cover with the first one's.
patterns, masks = generator(3, 3, 1), generator(3, 1, 3)
x = tensor(32, 8, 3).reshape(3, 4, 8, 8).permute(1, 0, 2, 3)
p, m = made(x, patterns, masks)
source = [0, 2, 2, 0]
laid = x + (p[source] - x) * m.detach()[source]
laid = torch.stack([laid[0], laid[1], x[2], laid[3]])
own = DIVERSITY * (diversity(x, p) + diversity(x, m)) + NORM * torch.relu(m.mean((1, 2, 3)) - DENSITY).mean()
(own + 3 * laid.sum()).backward()
out["shown"] = laid.detach().permute(0, 2, 3, 1).numpy().ravel().tolist()
out["loss"] = own.item()
out["gradients"] = {prefix + name: q.grad.numpy().ravel().tolist()
                    for prefix, net in (("pattern.", patterns), ("mask.", masks)) for name, q in net.named_parameters()}


def rounded(v):
    if isinstance(v, float):
        return float(f"{v:.8g}")
    if isinstance(v, list):
        return [rounded(e) for e in v]
    return {k: rounded(e) for k, e in v.items()} if isinstance(v, dict) else v


with open("inputaware.json", "w") as f:
    json.dump(rounded(out), f, separators=(",", ":"))
    f.write("\n")
