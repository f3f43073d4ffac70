"""From a trained network to the files that the reader loads: int8 ONNX and a tokenizer."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from positions.training.network import Reader


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
    ids = torch.tensor([[101, 2, 102, 4, 2054, 5, 102]])
    inputs = (ids, torch.ones_like(ids), torch.zeros_like(ids))
    names = ["ids", "mask", "segments"]
    axes = {name: {0: "batch", 1: "length"} for name in names}
    torch.onnx.export(
        model, inputs, path, input_names=names, output_names=["stance", "kind"],
        dynamic_axes=axes | {"stance": {0: "batch"}, "kind": {0: "batch"}}, opset_version=17, dynamo=False,
    )  # fmt: skip
