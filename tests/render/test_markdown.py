"""Foreign text in Markdown, judged by a renderer of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from ecrtui.render.markdown import cell, code, fenced
from ecrtui.render.text import safe
from tests import worlds

RENDERER = MarkdownIt("commonmark").enable("table").enable("strikethrough")
_SIGNS = st.text(st.sampled_from(list("`*_[]()<>~#@&$!|\\:abc1 .-/=+")), max_size=40)
_TEXT = (_SIGNS | st.text(max_size=40) | st.sampled_from(worlds.HOSTILE)).map(safe)


def inlines(text: str) -> list[Token]:
    """The pieces of running text in a document."""
    return [token for token in RENDERER.parse(text) if token.type == "inline"]


@given(st.lists(_TEXT, min_size=2, max_size=4))
def test_a_table_shows_each_cell_as_it_is(texts: list[str]) -> None:
    row = "| " + " | ".join(map(cell, texts)) + " |"
    head = "|" + " H |" * len(texts)
    found = inlines(f"{head}\n|{' --- |' * len(texts)}\n{row}\n")
    cells = found[len(texts) :]
    assert len(cells) == len(texts)
    for token, text in zip(cells, texts, strict=True):
        children = token.children or []
        assert {child.type for child in children} <= {"text", "code_inline"}
        assert " ".join("".join(child.content for child in children).split()) == " ".join(
            text.split()
        )


@pytest.mark.parametrize("text", ["@team", "#12", ":tada:", "https://x.example", "$x$", "a @b"])
def test_what_github_would_act_on_is_code(text: str) -> None:
    assert cell(text) == code(text) == f"`{text}`"


@pytest.mark.parametrize("text", ["team/app", "my_app", "v1.2-rc.1", "sha256:ab12", "2026-01-02"])
def test_usual_names_stay_plain(text: str) -> None:
    assert cell(text) == text


@given(st.lists(_TEXT.map(lambda text: " ".join(text.splitlines()))))
def test_a_block_ends_where_it_should(lines: list[str]) -> None:
    tokens = RENDERER.parse("\n".join([*fenced(lines), "", "after"]))
    assert [token.type for token in tokens] == [
        "fence",
        "paragraph_open",
        "inline",
        "paragraph_close",
    ]
