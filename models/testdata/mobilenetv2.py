"""Writes mobilenetv2.json: MobileNetV2 in PyTorch (see reference.py)."""

import functools

from torch import nn

import reference

# expansion, channels, blocks, stride of the first
GROUPS = [(1, 16, 1, 1), (6, 24, 2, 1), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]


class Block(nn.Module):
    def __init__(self, channels, width, expansion, stride):
        super().__init__()
        wide = channels * expansion
        self.conv1 = nn.Conv2d(channels, wide, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(wide)
        self.conv2 = nn.Conv2d(wide, wide, 3, stride, 1, groups=wide, bias=False)
        self.bn2 = nn.BatchNorm2d(wide)
        self.conv3 = nn.Conv2d(wide, width, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(width)
        self.stride, self.shortcut = stride, nn.Sequential()
        if stride == 1 and channels != width:
            self.shortcut = nn.Sequential(nn.Conv2d(channels, width, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        y = self.bn1(self.conv1(x)).relu_()
        self.activation = self.bn2(self.conv2(y)).relu_()
        y = self.bn3(self.conv3(self.activation))
        return y + self.shortcut(x) if self.stride == 1 else y


class MobileNetV2(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(32)
        channels, blocks = 32, []
        for expansion, width, count, stride in GROUPS:
            for i in range(count):
                blocks.append(Block(channels, width, expansion, 1 if i else stride))
                channels = width
        self.layers = nn.Sequential(*blocks)
        self.conv2 = nn.Conv2d(channels, 1280, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(1280)
        self.linear = nn.Linear(1280, classes)

    def forward(self, x):
        x = self.layers(self.bn1(self.conv1(x)).relu_())
        # The groups of 32 and of 96 channels end with blocks 5 and 12.
        x = self.bn2(self.conv2(x)).relu_()
        return self.linear(x.mean((2, 3))), [self.layers[5].activation, self.layers[12].activation, x]


models = {"mobilenetv2": functools.partial(MobileNetV2, 10)}
if __name__ == "__main__":
    reference.write(models, {"mobilenetv2": reference.trace(models["mobilenetv2"](), "bn2", 19, batch=6, side=16, first=3)})
