"""Loads weights of ours strictly into a model of PyTorch, compares its logits
with ours, trains one step, and writes the weights and logits that it then has:

    weights.py MODEL FOLDER

FOLDER holds weights.safetensors, and batch.safetensors with images (N x H x W x
3), labels and logits; back.safetensors and back_logits.safetensors are written
there. Prints the largest difference of the logits.
"""

import sys

import torch

import mmdr

name, folder = sys.argv[1:]
model = mmdr.model(name)
model.load_state_dict(mmdr.read_safetensors(f"{folder}/weights.safetensors"), strict=True)
batch = mmdr.read_safetensors(f"{folder}/batch.safetensors")
images = batch["images"].permute(0, 3, 1, 2).contiguous()


def logits():
    model.eval()
    with torch.no_grad():
        return model(images)[0]


print((logits() - batch["logits"]).abs().max().item())

model.train()
optimizer = mmdr.sgd(model)
torch.nn.functional.cross_entropy(model(images)[0], batch["labels"]).backward()
optimizer.step()
mmdr.write_safetensors(f"{folder}/back.safetensors", model.state_dict())
mmdr.write_safetensors(f"{folder}/back_logits.safetensors", {"logits": logits()})
