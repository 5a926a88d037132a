"""Writes vgg.json: VGG with batch normalisation in PyTorch (see reference.py)."""

import functools

from torch import nn

import reference

WIDTHS = {
    "vgg5": [32, "M", 64, "M", 128, "M", 128, "M"],
    "vgg11": [64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"],
    "vgg13": [64, 64, "M", 128, 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"],
    "vgg16": [64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512, "M"],
    "vgg19": [64, 64, "M", 128, 128, "M", 256, 256, 256, 256, "M", 512, 512, 512, 512, "M", 512, 512, 512, 512, "M"],
}


class VGG(nn.Module):
    def __init__(self, widths, classes):
        super().__init__()
        modules, channels = [], 3
        for width in widths:
            if width == "M":
                modules.append(nn.MaxPool2d(2, 2))
            else:
                modules += [nn.Conv2d(channels, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
                channels = width
        self.features = nn.Sequential(*modules)
        self.classifier = nn.Linear(channels, classes)

    def forward(self, x):
        levels = []
        for i, module in enumerate(self.features):
            if isinstance(module, nn.MaxPool2d):
                levels.append(x)
            x = module(x)
        return self.classifier(x.mean((2, 3))), levels[-3:]


models = {name: functools.partial(VGG, widths, 10) for name, widths in WIDTHS.items()}
if __name__ == "__main__":
    reference.write(models, {
        "vgg5": reference.trace(models["vgg5"](), "features.13", 4),
        "vgg11": reference.trace(models["vgg11"](), "features.26", 8, batch=4),
    })
