"""Writes senet.json: squeeze-and-excitation networks in PyTorch (see reference.py)."""

import functools

from torch import nn

import reference


class Block(nn.Module):
    def __init__(self, channels, width, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv1 = nn.Conv2d(channels, width, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.shortcut = None
        if stride != 1 or channels != width:
            self.shortcut = nn.Sequential(nn.Conv2d(channels, width, 1, stride, bias=False))
        self.fc1 = nn.Conv2d(width, width // 16, 1)
        self.fc2 = nn.Conv2d(width // 16, width, 1)

    def forward(self, x):
        a = self.bn1(x).relu_()
        self.activation = self.bn2(self.conv1(a)).relu_()
        y = self.conv2(self.activation)
        s = self.fc2(self.fc1(y.mean((2, 3), keepdim=True)).relu_()).sigmoid()
        return y * s + (x if self.shortcut is None else self.shortcut(a))


class SENet(nn.Module):
    def __init__(self, blocks, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        channels = 64
        for stage, count in enumerate(blocks):
            width, modules = 64 << stage, []
            for i in range(count):
                modules.append(Block(channels, width, 2 if stage and not i else 1))
                channels = width
            setattr(self, f"layer{stage + 1}", nn.Sequential(*modules))
        self.linear = nn.Linear(channels, classes)

    def forward(self, x):
        x = self.bn1(self.conv1(x)).relu_()
        levels = []
        for stage in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = stage(x)
            levels.append(stage[-1].activation)
        return self.linear(x.mean((2, 3))), levels[-3:]


models = {"senet18": functools.partial(SENet, [2, 2, 2, 2], 10)}
if __name__ == "__main__":
    reference.write(models, {"senet18": reference.trace(models["senet18"](), "layer4.1.bn2", 9, batch=4, side=16, first=3)})
