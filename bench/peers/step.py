"""Times training steps in PyTorch and prints one JSON line.

    step.py DIR --model vgg11 --batch 256 --lambda 0.1 --layout channels_last --steps 5 --threads 2
"""

import argparse
import json
import resource
import statistics
import time

import torch

import mmdr

LAYOUTS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}
parser = argparse.ArgumentParser()
parser.add_argument("folder")
parser.add_argument("--model", default="vgg11")
parser.add_argument("--batch", type=int, default=256)
parser.add_argument("--lambda", dest="weight", type=float, default=0.0)
parser.add_argument("--layout", choices=LAYOUTS, default="contiguous")
parser.add_argument("--steps", type=int, default=5)
parser.add_argument("--threads", type=int, default=2)
args = parser.parse_args()

torch.set_num_threads(args.threads)
layout = LAYOUTS[args.layout]
model = mmdr.model(args.model).train().to(memory_format=layout)
batches = [[images[: args.batch].contiguous(memory_format=layout), *(kind[: args.batch] for kind in kinds)]
           for images, *kinds in mmdr.load(args.folder, attacked=args.weight > 0)]
optimizer, seconds = mmdr.sgd(model), []
for i in range(args.steps + 2):  # the first two warm up
    batch = batches[i % len(batches)]
    begin = time.perf_counter()
    optimizer.zero_grad()
    loss = mmdr.loss_of(model, batch, args.weight)
    loss.backward()
    optimizer.step()
    if i >= 2:
        seconds.append(time.perf_counter() - begin)
step = statistics.median(seconds)
print(json.dumps({
    "step_s": step,
    "img_per_s": args.batch / step,
    "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
