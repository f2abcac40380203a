#!/usr/bin/env python3
"""Trains a pack's backbone further: Debian's python3-torch, python3-onnx and python3-pil, no GPU.

    python3 models/train/backbone.py --start x.onnx --index index.csv --split train --out y.onnx

About two minutes a pass over 2,640 pictures on one core. `yike model refit` then makes the pack.
"""

import argparse
import math
import os
import queue
import random
import sys
import threading
import time

# Large tensors come from a heap that is kept: fetching them anew is a third of the time.
KEPT = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "20000000000"}
if os.environ.get("MALLOC_MMAP_MAX_") is None:
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **KEPT})

import numpy as np  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

import network  # noqa: E402
import pictures  # noqa: E402

LAYERS_KEPT = 7
RATE, DECAY = 2e-4, 0.02
# `refit` makes the head anew, so it may move faster than what stays.
HEAD_RATE = 6e-4
TEMPERATURE = 0.05
# Share of the batches whose pictures are mixed, and of a name that is given to all the others.
MIXED, SMOOTHED = 0.5, 0.1
WARM_UP_STEPS = 100
# Of the moving average, a step: what is written is the mean of the last few passes.
AVERAGE = 0.998


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--start", required=True, help="ONNX file of the family")
    parser.add_argument("--index", required=True, help="CSV with path,split,fine")
    parser.add_argument("--split", default="train")
    parser.add_argument("--without", default="", help="items not to be learned, for honest tests")
    parser.add_argument("--out", required=True)
    parser.add_argument("--passes", type=int, default=24)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--size", type=int, default=176, help="side of a picture in training")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def shown(images, labels, given, dice, steps, ready):
    """Fills `ready` with batches, in a thread of its own."""
    order, made = list(range(len(images))), 0
    while made < steps:
        dice.shuffle(order)
        for start in range(0, len(order) - given.batch + 1, given.batch):
            chosen = order[start : start + given.batch]
            seen = [pictures.seen(images[at], given.size, dice) for at in chosen]
            ready.put((network.batch(seen), labels[chosen]))
            made += 1


def mixed(seen, wanted, dice):
    """Two pictures laid over each other, or a piece of one in the other; so are their names."""
    if dice.random() >= MIXED:
        return seen, wanted
    other, share = torch.randperm(len(seen)), dice.random()
    if dice.random() < 0.5:
        seen = share * seen + (1 - share) * seen[other]
    else:
        size = seen.shape[-1]
        reach = int(size * math.sqrt(1 - share)) // 2
        y, x = dice.randrange(size), dice.randrange(size)
        top, bottom = max(0, y - reach), min(size, y + reach)
        left, right = max(0, x - reach), min(size, x + reach)
        seen[:, :, top:bottom, left:right] = seen[other][:, :, top:bottom, left:right]
        share = 1 - (bottom - top) * (right - left) / size**2
    seen = seen.contiguous(memory_format=torch.channels_last)
    return seen, share * wanted + (1 - share) * wanted[other]


class Head(torch.nn.Module):
    """The old projection, and one direction an item: the mean of its pictures to begin with."""

    def __init__(self, net, images, labels):
        super().__init__()
        self.turn = torch.nn.Parameter(net.constant("pw"))
        self.bias = torch.nn.Parameter(net.constant("pb"))
        with torch.no_grad():
            parts = [self.placed(net, images[at : at + 32]) for at in range(0, len(images), 32)]
            placed = torch.cat(parts)
            items = [torch.tensor(labels == item) for item in range(labels.max() + 1)]
        self.items = torch.nn.Parameter(torch.stack([placed[item].mean(0) for item in items]))

    def placed(self, net, images):
        return self.turned(net(network.batch([pictures.centre(image) for image in images])))

    def turned(self, features):
        return F.normalize(features @ self.turn + self.bias, dim=1)

    def forward(self, features):
        turned = self.turned(F.dropout(features, 0.2, self.training))
        return turned @ F.normalize(self.items, dim=1).T / TEMPERATURE


def learn(net, head, ready, steps, dice):
    """Returns the moving average of the weights."""
    moving = [each for each in net.learned.values() if each.requires_grad]
    groups = [(moving, RATE, DECAY), (list(head.parameters()), HEAD_RATE, 0.0)]
    optimiser = torch.optim.AdamW(
        [{"params": params, "lr": rate, "weight_decay": decay} for params, rate, decay in groups]
    )
    kept = {name: each.detach().clone() for name, each in net.learned.items()}
    began, items = time.monotonic(), len(head.items)
    for step in range(steps):
        pace = min(1, step / WARM_UP_STEPS) * (0.5 + 0.5 * math.cos(math.pi * step / steps))
        for group, (_, rate, _) in zip(optimiser.param_groups, groups):
            group["lr"] = rate * pace
        seen, labels = ready.get()
        seen, wanted = mixed(seen, F.one_hot(torch.tensor(labels), items).float(), dice)
        wanted = wanted * (1 - SMOOTHED) + SMOOTHED / items
        loss = -(wanted * F.log_softmax(head(net(seen)), 1)).sum(1).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(moving, 5.0)
        optimiser.step()
        share = min(AVERAGE, (step + 1) / (step + 20))
        with torch.no_grad():
            for name, each in net.learned.items():
                kept[name].lerp_(each, 1 - share)
        if step % 40 == 0:
            seconds = round(time.monotonic() - began)
            print(f"step {step} of {steps}, loss {loss.item():.3f}, {seconds} s", flush=True)
    return kept


def main():
    given = arguments()
    dice = random.Random(given.seed)
    torch.manual_seed(given.seed)
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    rows = pictures.rows(given.index, given.split, given.without.split(","))
    names = sorted({name for _, name in rows})
    labels = np.array([names.index(name) for _, name in rows])
    images = [pictures.read(path) for path, _ in rows]
    net = network.Backbone(given.start)
    net.freeze(LAYERS_KEPT)
    head = Head(net, images, labels)
    steps, ready = given.passes * (len(rows) // given.batch), queue.Queue(4)
    work = (images, labels, given, random.Random(given.seed), steps, ready)
    threading.Thread(target=shown, args=work, daemon=True).start()
    kept = learn(net, head, ready, steps, dice)
    kept |= {"pw": head.turn, "pb": head.bias}
    changed = {name: each.detach().numpy() for name, each in kept.items()}
    network.write(net.model, changed, given.out)


main()
