#!/usr/bin/env python3
"""The same backbone in 8-bit numbers: fills an 8-bit file of the family with other weights.

    python3 models/train/quantise.py --model y.onnx --like old.int8.onnx \\
        --index index.csv --out y.int8.onnx

Weights −127…127, one scale a channel; what flows between layers 0…255, from the smallest to the
largest seen on `--pictures` pictures (ONNX QuantizeLinear, opset 13).
"""

import argparse

import numpy as np
import onnx
import torch
from onnx import numpy_helper

import network
import pictures

# Of a channel without weights, whose bias must still fit 32 bits.
SCALE_LEAST = 1e-6


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--like", required=True)
    parser.add_argument("--index", required=True)
    parser.add_argument("--split", default="train")
    parser.add_argument("--pictures", type=int, default=128)
    parser.add_argument("--out", required=True)
    return parser.parse_args()


def extremes(net, paths):
    """Of every tensor: smallest and largest value, by name."""
    found = {}
    with torch.no_grad():
        for path in paths:
            seen = network.batch([pictures.centre(pictures.read(path))])
            for name, values in net.every_tensor(seen).items():
                low, high = found.get(name, (0.0, 0.0))
                found[name] = (min(low, values.min().item()), max(high, values.max().item()))
    return found


def steps_of(low, high):
    """Scale and zero point of a tensor that runs from `low` to `high`; 0 is met exactly."""
    scale = (high - low) / 255
    return np.float32(scale), np.uint8(round(-low / scale))


def flowing(like, found):
    changed = {}
    for node in like.graph.node:
        name = node.input[0]
        if node.op_type == "QuantizeLinear" and name in found:
            changed[node.input[1]], changed[node.input[2]] = steps_of(*found[name])
    return changed


def weights(like, net, scales):
    """Each layer's weights by their largest a channel, its bias by the product of both scales."""
    makers = {out: node for node in like.graph.node for out in node.output}
    changed = {}
    for node in like.graph.node:
        if node.op_type != "Conv":
            continue
        source, weight, bias = (makers[name] for name in node.input)
        into = scales[source.input[1]]
        real = net.weights[weight.input[0]]
        largest = np.abs(real).reshape(len(real), -1).max(1)
        scale = np.maximum(largest / 127, SCALE_LEAST).astype(np.float32)
        whole = np.round(real / scale.reshape(-1, *(1,) * (real.ndim - 1)))
        together = (scale * into).astype(np.float32)
        changed[weight.input[0]], changed[weight.input[1]] = whole.astype(np.int8), scale
        offset = np.round(net.weights[bias.input[0]] / together)
        changed[bias.input[0]], changed[bias.input[1]] = offset.astype(np.int32), together
    return changed


def main():
    given = arguments()
    torch.set_num_threads(1)
    like, net = onnx.load(given.like), network.Backbone(given.model)
    rows = pictures.rows(given.index, given.split)
    chosen = [path for path, _ in rows[:: max(1, len(rows) // given.pictures)]]
    scales = {i.name: numpy_helper.to_array(i) for i in like.graph.initializer}
    changed = flowing(like, extremes(net, chosen))
    changed |= weights(like, net, {**scales, **changed})
    network.write(like, changed, given.out)


main()
