"""From a trained network to the files that the reader loads: int8 ONNX and a tokenizer."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from positions.training.network import Reader

OUTPUTS = ("stance", "kind", "mode", "condition")


def ship(model: Reader, tokenizer: Path, out: Path) -> None:
    """Write model.onnx (weights in int8) and tokenizer.json into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    model.eval()
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        _export(model, full)
        quantize_dynamic(full, out / "model.onnx", weight_type=QuantType.QInt8, per_channel=True)
    if tokenizer.resolve() != (out / "tokenizer.json").resolve():
        shutil.copyfile(tokenizer, out / "tokenizer.json")


def _export(model: Reader, path: Path) -> None:
    ids = torch.tensor([[101, 11, 2097, 102], [101, 4, 11, 102]])
    asked = torch.tensor([0, 0, 1])
    inputs = (ids, torch.ones_like(ids), asked, asked + 11, asked + 31)
    names = ["ids", "mask", "row", "holder", "topic"]
    many = {name: {0: "questions"} for name in ("row", "holder", "topic", *OUTPUTS)}
    torch.onnx.export(
        model, inputs, path, input_names=names, output_names=list(OUTPUTS),
        dynamic_axes=many | {name: {0: "sheets", 1: "length"} for name in ("ids", "mask")},
        opset_version=17, dynamo=False,
    )  # fmt: skip
