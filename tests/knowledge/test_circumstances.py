"""What readers say of their situation: when it holds, and what the file may say."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import CorpusError
from bot.knowledge import Knowledge
from bot.knowledge.circumstances import Circumstances, load_circumstances


@pytest.fixture(scope="module")
def circumstances(knowledge: Knowledge) -> Circumstances:
    """Return the bundled circumstances."""
    return knowledge.circumstances


@pytest.mark.parametrize(
    ("message", "held"),
    [
        ("会社から借りているノートPCです", "managed-pc"),
        ("これは職場のパソコンなんです", "managed-pc"),
        ("ノートが会社のなので", "managed-pc"),
        ("大学から借りてるノート", "managed-pc"),
        ("学校で配られたタブレット", "managed-pc"),
        ("職場で使っているパソコン", "managed-pc"),
        ("ＨＤＤから変な音がする", "noisy-drive"),
        ("中から カチカチ と音がします", "noisy-drive"),
        ("My hard drive is making a clicking noise", "noisy-drive"),
        ("メルカリで買いました", "marketplace"),
        ("格安のキーです", "cheap-key"),
        ("販売者から返事がない", "seller-silent"),
        ("SSDに換装した", "drive-replaced"),
        ("最初からWindows 11が入っていました", "origin-newer"),
        ("Windows 7から無償で上げました", "free-upgrade"),
        ("ウィンドウズ8.1の頃からずっと使ってます", "free-upgrade"),
        ("Homeなのに間違えてProのキーを買った", "home-with-pro-key"),
        ("修理から戻ったらProが入ってた、買ったのはHome", "pro-with-home-key"),
        ("スマホは持っていません", "no-smartphone"),
        ("ガラケーです", "no-smartphone"),
        ("ほかのパソコンはありません", "no-other-pc"),
        ("メルカリで安いキーがあったけど、あれでいい？", "cheap-key"),
        ("会社のPCではないです", "own-pc"),
        ("会社のパソコンじゃなくて自分のです", "own-pc"),
        ("買い替えは無理です", "no-replacement"),
        ("新しいパソコンを買うお金はちょっと。買い替えるお金もない", "no-replacement"),
        ("有線でつないでいます", "wired"),
        ("マイクロソフトアカウントです", "microsoft-account"),
        ("ローカルアカウントで使っています", "local-account"),
        ("スマホに確認コードが届かない", "no-contact"),
        ("会社とちゃうで", "own-pc"),
        ("前にリンクしました", "linked"),
        ("メールも見られないし電話番号も変わった", "no-contact"),
        ("プロダクトキーがない", "no-key"),
        ("リンクしてなかった", "not-linked"),
        ("自作PCです", "self-built"),
        ("ファイルが全部.mkpになった", "files-renamed"),
        ("きのうの夜更新が入ってから", "after-update"),
        ("マザーボードを交換しました", "board-replaced"),
        ("自作機のマザボを替えたら認証が外れた", "board-of-own-pc"),
        ("新品です", "new-pc"),
    ],
)
def test_what_a_message_tells(circumstances: Circumstances, message: str, held: str) -> None:
    """Each circumstance is found in the words of readers, whatever their spelling."""
    assert held in circumstances.after((), message)


@pytest.mark.parametrize(
    "message",
    [
        "キーボードがカチカチ音がする",
        "プリンターの電話番号が変わった",
        "買い替えたほうがいいですか",
        "マイクロソフトアカウントかもしれません",
        "回復キーがない",
        "SSDは前のまま載せ替えています",
        "写真が全部heicになった",
        "更新に失敗しました",
        "電源が入らない",
        "パソコンから音が出ない",
        "会社名を入力する欄がある",
        "学校の宿題をパソコンでやっていたら固まった",
        "会社に出す書類をノートに写したい",
        "メーカーに修理してもらった",
    ],
)
def test_what_a_message_does_not_tell(circumstances: Circumstances, message: str) -> None:
    """Words alike say nothing of the situation."""
    assert circumstances.after((), message) == ()


@pytest.mark.parametrize(
    ("messages", "holds", "not_"),
    [
        (["設定には「デジタル ライセンスによって認証」、キーの紙がない"], "activated", "no-key"),
        (["格安のキーを買った", "もう認証は通ってます"], "activated-by-cheap-key", ""),
        (["認証されていたのに外れました"], "", "activated"),
        (["かいしゃのぱそこんを家で使ってます"], "managed-pc", ""),
        (["前はHomeだったのに入れ直したらProが入ってしまった"], "pro-with-home-key", "home-with-pro-key"),
        (["警告の番号に電話をかけてしまいました"], "remote-controlled", ""),
        (["警告に番号が出ているけど、まだ電話はかけていません"], "", "remote-controlled"),
        (["遠隔操作のソフトを入れさせられた", "写真が開けない、身代金を払えと出た"], "", "remote-controlled"),
        (["I replaced the board myself", "it is a self-built PC"], "board-of-own-pc", ""),
        (["画面が真っ暗です。仕事の写真が全部入ってるのに"], "fears-for-data", ""),
        (["写真消えたらどうしよう"], "fears-for-data", ""),
        (["写真を間違って消してしまった。消えたら困るのに"], "", "fears-for-data"),
        (["データは別のPCに入っています"], "", "fears-for-data"),
        (["PINもパスワードも忘れた"], "password-lost", ""),
        (["PINは忘れたけどパスワードはわかる"], "", "password-lost"),
    ],
)
def test_what_holds_after_messages(circumstances: Circumstances, messages: list[str], holds: str, not_: str) -> None:
    """What holds goes on holding over messages that say nothing of it, and is not read into words alike."""
    held: tuple[str, ...] = ()
    for message in messages:
        held = circumstances.after(held, message)
    assert not holds or holds in held
    assert not_ not in held


def test_a_circumstance_is_taken_back(circumstances: Circumstances) -> None:
    """It holds until the reader says otherwise, and two together make a third."""
    held = circumstances.after((), "会社のPCです")
    assert circumstances.after(held, "プリンターが動きません") == held
    assert circumstances.after(held, "あ、会社のPCじゃないです") == ("own-pc",)
    assert circumstances.after(("microsoft-account",), "やっぱりローカルアカウントでした") == ("local-account",)
    phone = circumstances.after((), "スマホはないです")
    assert circumstances.after(phone, "ほかのパソコンもありません") == ("no-smartphone", "no-other-pc", "no-device")


def test_only_what_is_of_the_reader_lasts(circumstances: Circumstances) -> None:
    """Another trouble may be another drive's; the reader has no smartphone all the same."""
    assert circumstances.lasting(("noisy-drive", "no-smartphone")) == ("no-smartphone",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- {id: a, said: '(', source: x}", "no regular expression"),
        ("- {id: a, said: 'x*', source: x}", "match everything"),
        ("- {id: a, said: ＰＣ, source: x}", "NFKC"),
        ("- {id: a, source: x}", "needs said"),
        ("- {id: a, said: x}", "source"),
        ("- {id: a, said: x, says: い, source: x}", "one language"),
        ("- {id: a, said: x, source: x}\n  - {id: a, said: y, source: x}", "two circumstances"),
        ("- {id: a, when: [b], source: x}", "no circumstance b"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    """Whoever edits the file learns what is wrong and where."""
    path = tmp_path / "circumstances.yaml"
    path.write_text(f"circumstances:\n  {text}\n", "utf-8")
    with pytest.raises(CorpusError, match=r"circumstances.yaml:\d") as caught:
        load_circumstances(path)
    assert says.lower() in str(caught.value).lower()


def test_a_corpus_may_have_none(tmp_path: Path) -> None:
    """An owner's knowledge folder of before still loads."""
    assert load_circumstances(tmp_path / "circumstances.yaml") == Circumstances()
