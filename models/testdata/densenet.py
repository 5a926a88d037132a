"""Writes densenet.json: DenseNet in PyTorch (see reference.py)."""

import functools

import torch
from torch import nn

import reference


class Layer(nn.Module):
    def __init__(self, channels, growth):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv1 = nn.Conv2d(channels, 4 * growth, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(4 * growth)
        self.conv2 = nn.Conv2d(4 * growth, growth, 3, padding=1, bias=False)

    def forward(self, x):
        y = self.conv1(self.bn1(x).relu_())
        return torch.cat([self.conv2(self.bn2(y).relu_()), x], 1)


class Transition(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.bn = nn.BatchNorm2d(channels)
        self.conv = nn.Conv2d(channels, channels // 2, 1, bias=False)

    def forward(self, x):
        self.activation = self.bn(x).relu_()
        return nn.functional.avg_pool2d(self.conv(self.activation), 2)


class DenseNet(nn.Module):
    def __init__(self, counts, growth, classes):
        super().__init__()
        channels, self.blocks = 2 * growth, len(counts)
        self.conv1 = nn.Conv2d(3, channels, 3, padding=1, bias=False)
        for i, count in enumerate(counts, 1):
            setattr(self, f"dense{i}", nn.Sequential(*(Layer(channels + j * growth, growth) for j in range(count))))
            channels += count * growth
            if i < self.blocks:
                setattr(self, f"trans{i}", Transition(channels))
                channels //= 2
        self.bn = nn.BatchNorm2d(channels)
        self.linear = nn.Linear(channels, classes)

    def forward(self, x):
        x = self.conv1(x)
        levels = []
        for i in range(1, self.blocks):
            transition = getattr(self, f"trans{i}")
            x = transition(getattr(self, f"dense{i}")(x))
            levels.append(transition.activation)
        x = self.bn(getattr(self, f"dense{self.blocks}")(x)).relu_()
        return self.linear(x.mean((2, 3))), (levels + [x])[-3:]


models = {"densenet121": functools.partial(DenseNet, [6, 12, 24, 16], 32, 10)}
if __name__ == "__main__":
    reference.write(models, {"densenet121": reference.trace(models["densenet121"](), "bn", 62, batch=4, side=16, first=2)})
