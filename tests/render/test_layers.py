"""Layers as lines: what there is room for, how far reading is, where waste leads."""

from __future__ import annotations

import pytest

from ecrtui.compare.waste import LayerUse, Waste, WastedPath
from ecrtui.model.manifest import Layer
from ecrtui.render.layers import LayersView, layer_lines
from ecrtui.render.text import safe, width

LAYERS = (Layer(1, "sha256:" + "1" * 64, 3_000), Layer(2, "sha256:" + "2" * 64, 1_000))
LONG = "/very/long/" + "directory/" * 30 + "end"


def view(columns: int) -> LayersView:
    wasted = (WastedPath(LONG, 2, 900, (0, 1)), WastedPath("/宽/字符" + "表" * 50, 2, 5, (1,)))
    uses = (LayerUse(3, 9_000, 400), LayerUse(1, 10, 0))
    return LayersView(LAYERS, columns, uses, waste=Waste(0.5, 905, wasted))


@pytest.mark.parametrize("columns", [42, 60, 76, 120])
def test_wasted_space_fits_and_leads_to_its_file(columns: int) -> None:
    long, wide = (line for line in layer_lines(view(columns)) if line.leads.startswith("waste"))
    assert width(safe(long.text)) <= columns
    assert width(safe(wide.text)) <= columns
    assert "end  in layers 1, 2" in long.text
    assert "twice in layer 2" in wide.text
    assert long.leads == f"waste:2:{LONG}"
    assert long.copy == LONG


def test_columns_come_with_room() -> None:
    heads = {columns: layer_lines(view(columns))[0].text.split() for columns in (40, 76, 120)}
    assert heads == {
        40: ["#", "SIZE", "UNSEEN", "COMMAND"],
        76: ["#", "SIZE", "UNSEEN", "SHARE", "COMMAND"],
        120: ["#", "SIZE", "UNSEEN", "SHARE", "DIGEST", "COMMAND"],
    }


def test_while_a_layer_is_read_its_part_is_told() -> None:
    read = {LAYERS[0].digest: 750}
    first, second = layer_lines(LayersView(LAYERS, 80, read=read))[1:3]
    assert "READ" in layer_lines(LayersView(LAYERS, 80, read=read))[0].text
    assert "25 %" in first.text
    assert "%" not in second.text
    assert (first.leads, first.copy) == ("layer:1", LAYERS[0].digest)
