"""The peer: VGG-11 with batch norm and the multi-level MMD loss in PyTorch,
the regulariser written as the method's prototype writes it, with a tensor of
n x n x d differences (docs/method.md)."""

import json
import struct

import numpy
import torch
from torch import nn

WIDTHS = [64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"]
LEVELS = (4, 6, 8)  # counted in ReLUs


class VGG11(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        layers, channels = [], 3
        for width in WIDTHS:
            if width == "M":
                layers.append(nn.MaxPool2d(2, 2))
                continue
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
            channels = width
        layers.append(nn.AvgPool2d(1, 1))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Linear(512, classes)

    def forward(self, x, levels):
        relus = 0
        for layer in self.features:
            x = layer(x)
            if isinstance(layer, nn.ReLU):
                relus += 1
                if relus in LEVELS:
                    levels.append(x.flatten(1))
        return self.classifier(x.flatten(1))


class Block(nn.Module):
    def __init__(self, channels, width, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(channels, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width)
        self.downsample = None if stride == 1 else nn.Sequential(
            nn.Conv2d(channels, width, 1, stride, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        y = self.bn2(self.conv2(nn.functional.relu(self.bn1(self.conv1(x)), inplace=True)))
        return nn.functional.relu(y + (self.downsample(x) if self.downsample else x), inplace=True)


class ResNet18(nn.Module):
    """With the stem for 32x32 images, under torchvision's names."""

    def __init__(self, classes=10):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64)
        channels = 64
        for stage in range(4):
            width = 64 << stage
            blocks = nn.Sequential(Block(channels, width, 2 if stage else 1), Block(width, width, 1))
            setattr(self, f"layer{stage + 1}", blocks)
            channels = width
        self.fc = nn.Linear(channels, classes)

    def forward(self, x, levels):
        x = nn.functional.relu(self.bn1(self.conv1(x)), inplace=True)
        for stage in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = stage(x)
        return self.fc(x.mean((2, 3)))


def mmd(benign, malicious):
    both = torch.cat([benign, malicious])
    n, m = len(both), len(benign)
    difference = both.unsqueeze(0).expand(n, n, -1) - both.unsqueeze(1).expand(n, n, -1)
    distance = (difference**2).sum(2)
    bandwidth = distance.detach().sum() / (n * n - n) / 4
    kernel = sum(torch.exp(-distance / (bandwidth * 2**i)) for i in range(5))
    return kernel[:m, :m].mean() + kernel[m:, m:].mean() - kernel[:m, m:].mean() - kernel[m:, :m].mean()


def loss_of(model, batch, weight):
    images, labels, benign, malicious = batch
    levels = []
    loss = nn.functional.cross_entropy(model(images, levels), labels)
    if weight and benign.any() and malicious.any():
        loss = loss + weight * sum(mmd(level[benign], level[malicious]) for level in levels)
    return loss


def sgd(model):
    # The learning rate is bench.Step's, see there.
    return torch.optim.SGD(model.parameters(), lr=0.001, momentum=0.9, weight_decay=5e-4)


TYPES = {"F32": numpy.float32, "I64": numpy.int64}


def read_safetensors(path):
    with open(path, "rb") as f:
        (length,) = struct.unpack("<Q", f.read(8))
        header = json.loads(f.read(length))
        data = f.read()
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        array = numpy.frombuffer(data[begin:end], TYPES[entry["dtype"]]).reshape(entry["shape"])
        tensors[name] = torch.from_numpy(array.copy())
    return tensors


def write_safetensors(path, tensors):
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in tensors.items():
        array = tensor.detach().contiguous().numpy()
        kind = {"float32": "F32", "int64": "I64"}[str(array.dtype)]
        end = len(data) + array.nbytes
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [len(data), end]}
        data += array.tobytes()
    text = json.dumps(header).encode()
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + data)


def load(folder, attacked):
    """The model and the batches that `go run ./bench/peers/export` wrote."""
    model = VGG11()
    model.load_state_dict(read_safetensors(f"{folder}/weights.safetensors"), strict=True)
    model.train()
    stored = read_safetensors(f"{folder}/{'attacked' if attacked else 'clean'}.safetensors")
    batches = []
    for i in range(stored["images"].shape[0]):
        batches.append((
            stored["images"][i].permute(0, 3, 1, 2).contiguous(),
            stored["labels"][i],
            stored["benign"][i].bool(),
            stored["malicious"][i].bool(),
        ))
    return model, batches
