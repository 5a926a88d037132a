"""Writes the losses of ten PyTorch steps to standard output, as bench/testdata/pytorch_trace.json
stores them: without the MMD term and with it at weight 0.1.

    go run ./bench/peers/export DIR && python3 bench/peers/trace.py DIR > bench/testdata/pytorch_trace.json
"""

import json
import sys

import torch

import mmdr

trace = {"torch": torch.__version__, "model": "vgg11"}
for name, weight in (("lambda_0", 0.0), ("lambda_0.1", 0.1)):
    model, batches = mmdr.model("vgg11"), mmdr.load(sys.argv[1], attacked=weight > 0)
    model.load_state_dict(mmdr.read_safetensors(f"{sys.argv[1]}/weights.safetensors"), strict=True)
    model.train()
    optimizer, losses = mmdr.sgd(model), []
    for batch in batches:
        optimizer.zero_grad()
        loss = mmdr.loss_of(model, batch, weight)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    trace[name] = losses
json.dump(trace, sys.stdout, indent=1)
print()
