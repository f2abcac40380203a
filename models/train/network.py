"""The backbone of a pack as a torch module: its ONNX graph up to `flat`, read and written again."""

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import helper, numpy_helper

# The last feature map; its mean over the picture is `flat`.
LAST = "t51"


class Backbone(torch.nn.Module):
    """MobileNetV2 with batch norm folded in. Input: float NCHW, 0 to 255, RGB."""

    def __init__(self, path):
        super().__init__()
        self.model = onnx.load(path)
        self.weights = {i.name: numpy_helper.to_array(i) for i in self.model.graph.initializer}
        self.steps = []
        self.learned = torch.nn.ParameterDict()
        for node in self.model.graph.node:
            given = {a.name: helper.get_attribute_value(a) for a in node.attribute}
            if node.op_type == "Conv":
                for name in node.input[1:]:
                    self.learned[name] = torch.nn.Parameter(self.constant(name))
            if node.op_type in ("Conv", "Clip", "Add") and node.output[0] != "x":
                self.steps.append((node.op_type, list(node.input), node.output[0], given))
        self.scale, self.shift = self.constant("k1"), self.constant("k2")
        self.to(memory_format=torch.channels_last)

    def constant(self, name):
        return torch.tensor(self.weights[name].copy())

    def freeze(self, layers):
        """The first convolutions see edges and colours; they stay as they are."""
        for layer in range(layers):
            for part in "wb":
                self.learned[f"c{layer}_{part}"].requires_grad_(False)

    def every_tensor(self, pictures):
        """By its name in the graph, for whoever needs to know how large each becomes."""
        made = {"x": pictures * self.scale + self.shift}
        for kind, names, out, given in self.steps:
            seen = made[names[0]]
            if kind == "Conv":
                made[out] = self.convolved(seen, names, given)
            elif kind == "Clip":
                made[out] = F.hardtanh(seen, 0.0, 6.0)
            else:
                made[out] = seen + made[names[1]]
        return made

    def convolved(self, seen, names, given):
        top, left, bottom, right = given["pads"]
        if top != bottom:
            seen = F.pad(seen, (left, right, top, bottom))
        return F.conv2d(
            seen,
            self.learned[names[1]],
            self.learned[names[2]],
            stride=given["strides"][0],
            padding=top if top == bottom else 0,
            groups=given["group"],
        )

    def forward(self, pictures):
        return self.every_tensor(pictures)[LAST].mean((2, 3))


def write(model, changed, path):
    """`model` with the named weights replaced."""
    for each in model.graph.initializer:
        if each.name in changed:
            values = np.array(changed[each.name], order="C")
            each.CopyFrom(numpy_helper.from_array(values, each.name))
    onnx.save(model, path)


def batch(pictures):
    """uint8 or float HWC arrays of one size → float NCHW."""
    stacked = torch.tensor(np.stack(pictures), dtype=torch.float32)
    return stacked.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)
