"""Writes resnet.json: ResNet of basic blocks in PyTorch (see reference.py)."""

import functools

from torch import nn

import reference


class Block(nn.Module):
    def __init__(self, channels, width, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = None
        if stride != 1 or channels != width:
            self.downsample = nn.Sequential(nn.Conv2d(channels, width, 1, stride, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        y = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu_()))
        return (y + (x if self.downsample is None else self.downsample(x))).relu_()


class ResNet(nn.Module):
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
        self.fc = nn.Linear(channels, classes)

    def forward(self, x):
        x = self.bn1(self.conv1(x)).relu_()
        levels = []
        for stage in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = stage(x)
            levels.append(x)
        return self.fc(x.mean((2, 3))), levels[-3:]


models = {"resnet18": functools.partial(ResNet, [2, 2, 2, 2], 10), "resnet34": functools.partial(ResNet, [3, 4, 6, 3], 10)}
if __name__ == "__main__":
    reference.write(models, {"resnet18": reference.trace(models["resnet18"](), "layer4.1.bn2", 9, batch=4, side=16)})
