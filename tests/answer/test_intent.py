"""What kind of answer a question wants, and when a message is mere courtesy."""

from __future__ import annotations

import pytest

from bot.answer.intent import Intent, intent_of
from bot.answer.smalltalk import small_talk


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("電話番号は?", Intent.PHONE),
        ("サポートの連絡先を教えて", Intent.PHONE),
        ("認証が外れました", Intent.HOW),
        ("どうやって直せばいいですか", Intent.HOW),
        ("なんで回復キーを聞かれるの", Intent.WHY),
        ("インストール IDって何", Intent.MEANING),
        ("Windows 10はいつまで使えますか", Intent.WHEN),
        ("更新したらデータは消えますか", Intent.OUTCOME),
        ("認証が外れました。どうなりますか", Intent.OUTCOME),
        ("やってはいけないことは?", Intent.DONT),
        ("What is the phone number of the support?", Intent.PHONE),
        ("phone number for the activation", Intent.PHONE),
        ("There is a phone number on my screen, is that real?", Intent.HOW),
        ("警告に電話番号って書いてある", Intent.HOW),
        ("What should I not do now?", Intent.DONT),
        ("Can I still get patches? until when?", Intent.WHEN),
        ("When will Windows 10 support end?", Intent.WHEN),
        ("How do I get back in", Intent.HOW),
        ("why does it ask for a key", Intent.WHY),
        ("What is a digital license?", Intent.MEANING),
        ("my pc does not boot", Intent.HOW),
    ],
)
def test_intent(question: str, intent: Intent) -> None:
    """A bare description of trouble wants steps; a question word says what else."""
    assert intent_of(question) is intent


@pytest.mark.parametrize(
    "message",
    [
        "ありがとうございました！",
        "こんにちは",
        "直りました！助かりました",
        "Thanks!",
        "おおきに、助かったわ",
        "In English please",
        "Sorry, I can't read Japanese",
        "さっきキー貼っちゃったけどまずかったですか",
        "ここにパスワード書いちゃったけど大丈夫？",
        "ありがとう、閉店後にやってみます",
        "わかりました、明日電話してみますね",
        "わかりました。日曜に息子が来るので、それまでは触らずにおきます。ありがとうございました",
    ],
)
def test_courtesy_gets_a_word(message: str) -> None:
    """Thanks and greetings are not searched for."""
    assert small_talk(message)


@pytest.mark.parametrize(
    "message",
    [
        "ありがとう。でもまだ直らない",
        "認証できました？",
        "わかりました。再起動してもだめなら電話してみます",
        "了解です。とりあえず初期化してみます",
        "ありがとう、別のキーを買ってみます",
        "こんにちは、音が出ません",
        "w" * 5000,
        "ほんでどうするん",
        "How do I change the language to English?",
        "電話の相手にパスワードを教えちゃったけど大丈夫？",
        "回復キーを入れたけど起動しない。大丈夫？",
        "さっき回復キーを入れたけどこれで大丈夫？",
    ],
)
def test_a_question_behind_courtesy_is_a_question(message: str) -> None:
    """Anything beyond courtesy is answered as a question."""
    assert small_talk(message) is None
