"""Chunking: whole blocks under their headings, nothing lost, nothing torn that belongs together."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.types import Article, Block, BlockKind
from ingest.chunk import chunk

P, H = BlockKind.PARAGRAPH, BlockKind.HEADING
STEP, BULLET, CAUTION = BlockKind.STEP, BlockKind.BULLET, BlockKind.CAUTION


def article(*blocks: Block, title: str = "題") -> Article:
    """Return an article of these blocks."""
    return Article(id="a", title=title, blocks=blocks)


def head(level: int, text: str) -> Block:
    """Return a heading."""
    return Block(H, text, level=level)


def sentence(length: int, name: str = "文") -> str:
    """Return a sentence of so many characters."""
    return (name * length)[: length - 1] + "。"


def test_ids_headings_and_hashes() -> None:
    """Ids count in reading order, headings are the path above, and the hash changes with any of what it stands for."""
    blocks = (
        Block(P, "導入です。"),
        head(2, "手順"),
        head(3, "設定から"),
        Block(STEP, "開く", number=1),
        head(2, "終わり"),
        Block(P, "以上。"),
    )
    chunks = chunk(article(*blocks))
    assert [(c.id, c.ordinal, c.heading) for c in chunks] == [
        ("a#0", 0, ()),
        ("a#1", 1, ("手順", "設定から")),
        ("a#2", 2, ("終わり",)),
    ]
    assert chunk(article(*blocks)) == chunks
    hashes = {c.hash for c in chunks} | {c.hash for c in chunk(article(*blocks, title="別"))}
    assert len(hashes) == 6
    assert all(len(h) == 32 for h in hashes)


def test_title_is_no_heading() -> None:
    """A first-level heading that repeats the title is not part of the path."""
    (only,) = chunk(article(head(1, "題"), head(2, "章"), Block(P, "文です。")))
    assert only.heading == ("章",)


def test_sections_are_not_mixed() -> None:
    """However short, blocks of two second-level sections are in two chunks."""
    chunks = chunk(
        article(head(2, "一"), Block(P, "文。"), head(2, "二"), Block(P, "文。"), head(3, "三"), Block(P, "文。"))
    )
    assert [c.heading for c in chunks] == [("一",), ("二", "三")]


def test_short_introduction_joins_its_sub_section() -> None:
    """A sentence above the first sub-section goes with it, a list there does not."""
    joined = chunk(article(head(2, "手順"), Block(P, "次です。"), head(3, "甲"), Block(STEP, "開く", number=1)))
    assert [(c.heading, len(c.blocks)) for c in joined] == [(("手順", "甲"), 2)]
    apart = chunk(article(head(2, "方法"), Block(BULLET, "電話"), head(3, "電話"), Block(P, "平日だけです。")))
    assert [c.heading for c in apart] == [("方法",), ("方法", "電話")]


def test_paragraphs_fill_chunks() -> None:
    """Paragraphs share a chunk up to the size; a last crumb joins the chunk before it."""
    chunks = chunk(article(*[Block(P, sentence(180))] * 5, Block(P, "短い。")), size=500)
    assert [len(c.blocks) for c in chunks] == [2, 2, 2]
    assert [len(c.blocks) for c in chunk(article(*[Block(P, sentence(240))] * 4, Block(P, "短い。")), size=500)] == [
        2,
        3,
    ]


def test_steps_stay_together() -> None:
    """A procedure that fits into one chunk is not torn to fill the chunk before it."""
    steps = [Block(STEP, sentence(80), number=n) for n in range(1, 6)]
    chunks = chunk(article(Block(P, sentence(200)), *steps), size=500)
    assert [len(c.blocks) for c in chunks] == [1, 5]


@pytest.mark.parametrize("filler", range(300, 520, 20))
def test_warning_stays_with_its_step(filler: int) -> None:
    """Wherever the chunk's end falls, a warning, and the line that announces a list, go with what follows."""
    chunks = chunk(
        article(
            Block(P, sentence(filler)),
            Block(P, "手順は次のとおりです。"),
            Block(CAUTION, "注意: " + sentence(60)),
            Block(STEP, sentence(90), number=1),
            Block(STEP, sentence(90), number=2),
            Block(CAUTION, "危険: " + sentence(60)),
            Block(STEP, sentence(90), number=3),
        ),
        size=500,
    )
    for part in chunks:
        assert part.blocks[-1].kind is not CAUTION
        assert part.blocks[-1].text != "手順は次のとおりです。"


def test_warning_above_a_sub_heading() -> None:
    """A warning right above the sub-section whose first step it guards goes there."""
    chunks = chunk(
        article(
            head(2, "手順"),
            Block(P, sentence(300)),
            Block(CAUTION, "危険: 消えます。"),
            head(3, "甲"),
            Block(STEP, "消す", number=1),
        )
    )
    assert [b.kind for b in chunks[-1].blocks] == [CAUTION, STEP]
    assert chunks[-1].heading == ("手順", "甲")


def test_long_table_repeats_its_header() -> None:
    """A table is divided between rows, and each part has the header."""
    rows = [f"コード{n} | {sentence(40)}" for n in range(40)]
    chunks = chunk(article(Block(BlockKind.TABLE, "\n".join(["コード | 意味", *rows]), header_rows=1)), size=500)
    assert len(chunks) > 3
    assert all(c.text.startswith("コード | 意味\n") and len(c.text) <= 500 for c in chunks)
    assert [row for c in chunks for row in c.text.split("\n")[1:]] == rows


def test_table_with_an_enormous_header() -> None:
    """A header that would fill every part is not repeated."""
    chunks = chunk(
        article(Block(BlockKind.TABLE, "\n".join([sentence(600), *[sentence(50)] * 20]), header_rows=1)), size=500
    )
    assert sum(c.text.count(sentence(600)[:50]) for c in chunks) <= len(sentence(600)) // 50 + 1
    assert all(len(c.text) <= 625 for c in chunks)


def test_long_paragraph_is_divided_at_sentences() -> None:
    """Parts end where sentences end, are of similar length, and put together are the paragraph."""
    text = "".join(sentence(70, name) for name in "甲乙丙丁戊己庚辛壬癸")
    chunks = chunk(article(Block(P, text)), size=300)
    assert "".join(b.text for c in chunks for b in c.blocks) == text
    assert all(c.text.endswith("。") and 150 <= len(c.text) <= 300 for c in chunks)


def test_code_is_divided_between_lines_only() -> None:
    """A listing keeps every line whole, even one longer than a chunk."""
    lines = ["Get-Item " + "x" * 90] * 12 + ["reg add " + "y" * 900]
    chunks = chunk(article(Block(BlockKind.CODE, "\n".join(lines))), size=300)
    assert [line for c in chunks for b in c.blocks for line in b.text.split("\n")] == lines


def test_no_text() -> None:
    """An article of headings alone, or of nothing, has no chunks."""
    assert chunk(article()) == chunk(article(head(2, "章"))) == []


def test_torch_is_not_loaded() -> None:
    """Dividing a paragraph loads the splitter, but neither torch nor transformers."""
    code = (
        "import sys\nfrom bot.types import *\nfrom ingest.chunk import chunk\n"
        "assert 'langchain_text_splitters' not in sys.modules\n"
        "chunk(Article('a', 'b', (Block(BlockKind.PARAGRAPH, '文です。' * 999),)))\n"
        "assert 'langchain_text_splitters' in sys.modules\n"
        "assert not {'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_fast_enough() -> None:
    """Thousands of ordinary articles take seconds, and one of megabytes does not take minutes."""
    ordinary = article(
        *[Block(P, sentence(120)), head(2, "章"), *[Block(STEP, sentence(60), number=n) for n in range(8)]] * 2
    )
    start = time.process_time()
    for _ in range(400):
        chunk(ordinary)
    chunk(article(Block(P, sentence(50) * 20_000)))
    assert time.process_time() - start < 5


KINDS = st.sampled_from([P, P, STEP, STEP, BULLET, CAUTION, CAUTION, BlockKind.CODE, BlockKind.TABLE])
TEXTS = st.text(alphabet="あ漢a、。 ", min_size=1, max_size=40).filter(str.strip) | st.integers(50, 900).map(sentence)


@st.composite
def any_block(draw: st.DrawFn) -> Block:
    """Draw a block of any kind and length."""
    if draw(st.integers(0, 4)) == 0:
        return head(draw(st.integers(1, 6)), draw(st.sampled_from(["甲", "乙", "丙"])))
    kind = draw(KINDS)
    if kind in {BlockKind.TABLE, BlockKind.CODE}:
        lines = draw(st.lists(TEXTS, min_size=1, max_size=12))
        return Block(kind, "\n".join(lines), header_rows=draw(st.integers(0, 1)) if kind is BlockKind.TABLE else 0)
    return Block(kind, draw(TEXTS), number=1 if kind is STEP else 0)


def squeezed(blocks: list[Block], kind: BlockKind) -> str:
    """Return all text of one kind without white space."""
    return "".join("".join(b.text.split()) for b in blocks if b.kind is kind)


@given(st.lists(any_block(), max_size=20), st.sampled_from([60, 200, 500]))
def test_nothing_is_lost(blocks: list[Block], size: int) -> None:
    """The chunks' blocks are the article's, in order: none lost, repeated (table headers aside), moved or emptied."""
    chunks = chunk(article(*blocks), size=size)
    found = [block for part in chunks for block in part.blocks]
    texts = [b for b in blocks if b.kind is not H]
    for kind in (P, STEP, BULLET, CAUTION, BlockKind.CODE):
        assert squeezed(found, kind) == squeezed(texts, kind)
    order = [b.kind for i, b in enumerate(found) if i == 0 or found[i - 1].kind is not b.kind]
    assert order == [b.kind for i, b in enumerate(texts) if i == 0 or texts[i - 1].kind is not b.kind]
    rows = [row for b in found if b.kind is BlockKind.TABLE for row in b.text.split("\n")]
    for block in texts:
        if block.kind is BlockKind.TABLE:
            assert all(row.strip()[:10] in "".join(rows) for row in block.text.split("\n"))
    assert all(part.blocks and all(b.text.strip() for b in part.blocks) for part in chunks)
    assert [part.id for part in chunks] == [f"a#{n}" for n in range(len(chunks))]


@given(st.lists(any_block(), max_size=20), st.sampled_from([60, 200, 500]))
def test_warnings_before_steps(blocks: list[Block], size: int) -> None:
    """No chunk ends in a warning when the next block, in the same second-level section, is the step it guards."""
    chunks = chunk(article(*blocks), size=size)
    tops: list[int] = []
    top = 0
    for block in blocks:
        top += block.kind is H and block.level <= 2
        if block.kind is not H:
            tops.append(top)
    texts = [b for b in blocks if b.kind is not H]
    guarded = {
        i
        for i in range(len(texts) - 1)
        if texts[i].kind is CAUTION and texts[i + 1].kind is STEP and tops[i] == tops[i + 1]
    }
    if len([block for part in chunks for block in part.blocks]) != len(texts):
        return  # divided blocks shift positions; the examples above cover them
    position = 0
    for part in chunks:
        position += len(part.blocks)
        assert position - 1 not in guarded
