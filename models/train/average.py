#!/usr/bin/env python3
"""The mean of backbones trained from the same start: better than each, at the cost of one.

    python3 models/train/average.py --out mean.onnx a.onnx b.onnx

(Wortsman and others, "Model soups", ICML 2022: runs from one start lie in one valley.)
"""

import argparse

import network


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    parser.add_argument("backbones", nargs="+")
    given = parser.parse_args()
    nets = [network.Backbone(path) for path in given.backbones]
    first = nets[0]
    learned = [*first.learned, "pw", "pb"]
    mean = {name: sum(net.weights[name] for net in nets) / len(nets) for name in learned}
    network.write(first.model, mean, given.out)


main()
