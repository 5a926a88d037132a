"""The peer: our architectures and the multi-level MMD loss in PyTorch, the
regulariser written as the method's prototype writes it, with a tensor of
n x n x d differences (docs/method.md)."""

import importlib
import json
import pathlib
import struct
import sys

import numpy
import torch
from torch import nn

sys.path.append(str(pathlib.Path(__file__).parents[2] / "models/testdata"))
FAMILIES = ("vgg", "resnet", "preactresnet", "senet", "mobilenetv2", "densenet")


def model(name):
    """A new model as our tests compare ours with, by its architecture's name; called
    with images it returns logits and levels."""
    family = next(f for f in FAMILIES if name.startswith(f))
    return importlib.import_module(family).models[name]()


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
    logits, levels = model(images)
    loss = nn.functional.cross_entropy(logits, labels)
    if weight and benign.any() and malicious.any():
        loss = loss + weight * sum(mmd(level[benign].flatten(1), level[malicious].flatten(1)) for level in levels)
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
    """The batches that `go run ./bench/peers/export` wrote."""
    stored = read_safetensors(f"{folder}/{'attacked' if attacked else 'clean'}.safetensors")
    batches = []
    for i in range(stored["images"].shape[0]):
        batches.append((
            stored["images"][i].permute(0, 3, 1, 2).contiguous(),
            stored["labels"][i],
            stored["benign"][i].bool(),
            stored["malicious"][i].bool(),
        ))
    return batches
