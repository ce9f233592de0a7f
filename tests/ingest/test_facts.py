"""Fields that an article's own text states."""

from __future__ import annotations

from datetime import date

import pytest

from bot.types import Block, BlockKind, CaveatKind, Evidence
from ingest.facts import Facts, facts_of, parse_date
from ingest.facts.dates import dates_of
from ingest.facts.said import sentences_of
from ingest.page import Page, Piece


def page(*lines: str, published: date | None = None, updated: date | None = None) -> Page:
    """Return a page of paragraphs."""
    pieces = tuple(Piece(Block(BlockKind.PARAGRAPH, line)) for line in lines)
    return Page(pieces, published=published, updated=updated)


def facts(title: str, *lines: str) -> Facts:
    """Return the facts of an article of paragraphs."""
    return facts_of(title, [Block(BlockKind.PARAGRAPH, line) for line in lines], page(*lines))


@pytest.mark.parametrize(
    ("title", "lines", "dates"),
    [
        (
            "題【2025/03/17移転】",
            ["元の記事の公開日…2024/12/06"],
            (date(2025, 3, 17), date(2025, 3, 17), date(2024, 12, 6)),
        ),
        ("題【2025/6/1】", [], (date(2025, 6, 1), None, None)),
        ("題【2025年6月1日更新】", ["公開日：2025年5月1日"], (date(2025, 5, 1), date(2025, 6, 1), None)),
        ("題", ["2025.03.17 2024.12.06", "文です。"], (date(2024, 12, 6), date(2025, 3, 17), None)),
        ("題", ["最終更新日: 2025-01-02"], (None, date(2025, 1, 2), None)),
        ("題", ["旧サイトの記事は2020/1/2に公開しました。"], (None, None, date(2020, 1, 2))),
        ("題", ["2025年10月14日にサポートが終わります。"], (None, None, None)),
        ("題【2025/13/45】", [], (None, None, None)),
        ("題", ["2025年10月14日にサポートが終了しました。"], (None, None, None)),
        ("題", ["2024年5月14日の更新で起動しなくなりました。"], (None, None, None)),
        ("題", ["2024/11/20 更新プログラムが配信されました。"], (None, None, None)),
        ("題", ["ドライバーの更新日：2023/05/01 より古いもの"], (None, None, None)),
        ("題", ["※2024/11/20 更新：手順を足しました。"], (None, date(2024, 11, 20), None)),
        ("題", ["2025年3月追記：直りました。"], (None, date(2025, 3, 1), None)),
        ("題", ["追記（2024/12/03）", "追記（2025/01/08）"], (None, date(2025, 1, 8), None)),
    ],
)
def test_dates(title: str, lines: list[str], dates: tuple[date | None, ...]) -> None:
    """Dates of publication, revision and first publication elsewhere are told apart, and from dates in prose."""
    found = page(*lines)
    assert dates_of(found, title, sentences_of(title, [piece.block for piece in found.pieces])) == dates


@pytest.mark.parametrize(
    ("note", "updated"),
    [
        ("最終更新：2024年11月20日", date(2024, 11, 20)),
        ("最終更新：2025年9月1日", date(2025, 3, 17)),
        ("最終更新：2023年12月31日", date(2025, 3, 17)),
        ("2025年3月追記", date(2025, 3, 17)),
        ("2024年5月追記", date(2024, 5, 1)),
        ("2026年1月追記", date(2025, 3, 17)),
    ],
)
def test_an_author_s_date_is_held_against_the_post_s(note: str, updated: date) -> None:
    """A stated revision counts where it lies between the post's publication and its last change."""
    found = page(note, published=date(2024, 1, 1), updated=date(2025, 3, 17))
    sentences = sentences_of("題", [piece.block for piece in found.pieces])
    assert dates_of(found, "題", sentences)[1] == updated


def test_page_data_outranks_text() -> None:
    """What a page's own data says is not overruled by its text."""
    assert dates_of(page(published=date(2025, 1, 1)), "題【2024/1/1】")[0] == date(2025, 1, 1)


@pytest.mark.parametrize(
    ("text", "found"),
    [("2024-12-06T01:00", date(2024, 12, 6)), ("２０２４年１２月６日", date(2024, 12, 6)), ("", None)],
)
def test_parse_date(text: str, found: date | None) -> None:
    """Dates are read in every common spelling."""
    assert parse_date(text) == found


@pytest.mark.parametrize(
    ("title", "text", "systems"),
    [
        ("Win11(24H2)の認証", "Win10でもWin10でも起きます。", ("Windows 11",)),
        ("認証", "Win7/8.1/10から上げたWindows 11とWin11、Win11です。", ("Windows 11",)),
        ("Windows 10/11の更新", "", ("Windows 10", "Windows 11")),
        ("電源", "ケーブルを抜きます。", ()),
        ("Windows 1100", "", ()),
        ("Windows 10からWindows 11への移行", "", ("Windows 10", "Windows 11")),
        ("設定", "Windows 7から上げたWindows 11のPCです。", ("Windows 11",)),
        ("設定", "設定を開きます（Windows 10では「更新とセキュリティ」）。", ()),
        ("設定", "対象：Windows 11", ("Windows 11",)),
    ],
)
def test_windows(title: str, text: str, systems: tuple[str, ...]) -> None:
    """The releases are those of the title, else those the text names most."""
    assert facts(title, text).os == systems


@pytest.mark.parametrize(
    ("title", "text", "versions"),
    [
        ("23H2から24H2に上げたら音が出ない", "", ("24H2",)),
        ("音が出ない", "24H2からは、暗号化が自動で有効です。", ("24H2",)),
        ("音が出ない", "24H2のPCで起きます。23H2では起きません。", ("24H2",)),
        ("音が出ない", "なお、25H2でも同じです。", ()),
        ("音が出ない", "23H2のころは問題ありませんでした。", ()),
        ("24H2で音が出ない", "23H2、23H2、23H2です。", ("24H2",)),
        ("音が出ない", "対象：Windows 11 25H2", ("25H2",)),
    ],
)
def test_releases(title: str, text: str, versions: tuple[str, ...]) -> None:
    """A release counts where an article is about it, not where it is compared with or left behind."""
    assert facts(title, text).versions == versions


def test_identifiers() -> None:
    """Versions, codes and KB numbers are canonical, in order of mention, each once."""
    found = facts("題", "24H2とKB5034441", "0x80070643、23H2、kb5034441、24H2")
    assert (found.versions, found.error_codes, found.kb) == (("24H2", "23H2"), ("0x80070643",), ("KB5034441",))


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("実機で検証しました。", Evidence.TESTED),
        ("手元のPCで再現を確認しました。", Evidence.TESTED),
        ("手元のPCでは怖くて検証できません。", Evidence.UNKNOWN),
        ("お手元のPCで確認してください。", Evidence.UNKNOWN),
        ("実機での検証はしていません。", Evidence.UNKNOWN),
        ("", Evidence.UNKNOWN),
        ("仮想マシンを作って、同じ設定で試してみました。", Evidence.TESTED),
        ("ドライバーを入れ直したところ、音が出るようになりました。", Evidence.TESTED),
        ("再起動してみたら直りました。", Evidence.TESTED),
        ("3台のノートPCで動作確認済みです。", Evidence.TESTED),
        ("Windows 11 Pro 24H2で確認しました。", Evidence.TESTED),
        ("起動時間をストップウォッチで測ってみました。", Evidence.TESTED),
        ("職場のパソコンにも入れて、問題が出ないことを確かめています。", Evidence.TESTED),
        ("検証環境は次のとおりです。", Evidence.TESTED),
        ("設定の画面を確認しました。", Evidence.UNKNOWN),
        ("先に、ほかのPCで試してからにしてください。", Evidence.UNKNOWN),
        ("相談の前に、試したことをメモしておきます。", Evidence.UNKNOWN),
        ("再現したら、画面を写真に撮ります。", Evidence.UNKNOWN),
        ("うまくいくか試したい方は、バックアップを取りましょう。", Evidence.UNKNOWN),
        ("友人が試したところ、直ったそうです。", Evidence.UNKNOWN),
        ("Microsoftが検証した結果を待ちましょう。", Evidence.UNKNOWN),
        ("筆者の手元では再現できていません。", Evidence.UNKNOWN),
        ("Microsoftの公式情報によると、対象はHomeだけです。", Evidence.OFFICIAL),
        ("マイクロソフトが不具合を認めました。", Evidence.OFFICIAL),
        ("Microsoftのサポート文書に、同じ手順が載っています。", Evidence.OFFICIAL),
        ("公式ドキュメントの通りに設定します。", Evidence.OFFICIAL),
        ("Microsoftはまだ何も発表していません。", Evidence.UNKNOWN),
        ("公式の見解は出ていません。", Evidence.UNKNOWN),
        ("Microsoftアカウントでサインインします。", Evidence.UNKNOWN),
        ("公式サイトからダウンロードします。", Evidence.UNKNOWN),
        ("非公式のツールです。", Evidence.UNKNOWN),
        ("更新後に画面が消えるという報告があります。", Evidence.REPORTED),
        ("同じ症状の相談が増えています。", Evidence.REPORTED),
        ("知恵袋で、直ったという投稿を見かけました。", Evidence.REPORTED),
        ("読者の方からコメントで教えていただきました。", Evidence.REPORTED),
        ("同様の報告は見つかりません。", Evidence.UNKNOWN),
        ("症状が出た方は、コメント欄で報告してください。", Evidence.UNKNOWN),
        ("エラー報告を送信する画面が出ます。", Evidence.UNKNOWN),
    ],
)
def test_evidence(text: str, evidence: Evidence) -> None:
    """Only a statement that it was tried counts as tried."""
    assert facts("", text).evidence is evidence


_NONE = None
_OLD, _NEWER, _SOLVED = CaveatKind.OUTDATED, CaveatKind.SUPERSEDED, CaveatKind.RESOLVED
_ENDED, _UNSURE = CaveatKind.ENDED, CaveatKind.UNCONFIRMED


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("この記事は古い情報です。", _OLD),
        ("※本記事の内容は古くなっています。", _OLD),
        ("この記事は2018年時点の情報です。", _OLD),
        ("情報が古い可能性があります。", _OLD),
        ("この記事は、古いパソコンをお使いの方に向けて書きました。", _NONE),
        ("ネットの情報は古いことが多いです。", _NONE),
        ("ドライバーが古い場合は更新します。", _NONE),
        ("こちらの新しい記事に書き直しました。", _NEWER),
        ("最新版の記事はこちらです。", _NEWER),
        ("この記事は新サイトへ移転しました。", _NEWER),
        ("2026年版の解説をご覧ください。", _NEWER),
        ("今後は新しいページをご覧ください。", _NEWER),
        ("この記事は旧ブログから移転したものです。", _NONE),
        ("最新の情報はMicrosoftの公式サイトをご覧ください。", _NONE),
        ("こちらの記事もあわせてご覧ください。", _NONE),
        ("新しいフォルダーに移動しました。", _NONE),
        ("この情報は解決済みです。", _SOLVED),
        ("本件は修正済みです。", _SOLVED),
        ("この不具合は、3月の更新プログラムで修正されました。", _SOLVED),
        ("当該の問題は解消されています。", _SOLVED),
        ("この問題は、ドライバーを戻すことで解決しました。", _NONE),
        ("この問題が解決しない場合は、修理に出します。", _NONE),
        ("この問題は解決しましたか?", _NONE),
        ("現在はこの方法は使えません。", _ENDED),
        ("この手順は2024年に塞がれました。", _ENDED),
        ("このコマンドは、24H2から使えなくなりました。", _ENDED),
        ("もうこの裏技は通用しません。", _ENDED),
        ("この方法はHomeでは使えません。", _NONE),
        ("現在、PINが使えない状態です。", _NONE),
        ("この方法は、今でも使えます。", _NONE),
        ("この機能は、将来使えなくなる可能性があります。", _NONE),
        ("真偽は不明です。", _UNSURE),
        ("未確認の情報です。", _UNSURE),
        ("まだ裏付けが取れていません。", _UNSURE),
        ("未確認のデバイスが表示されます。", _NONE),
        ("原因を確認していない場合は、先に調べます。", _NONE),
    ],
)
def test_caveats(text: str, kind: CaveatKind | None) -> None:
    """What an article says against itself is told from what it says of files, drivers, other sites and hopes."""
    assert [caveat.kind for caveat in facts("題", text).caveats] == ([kind] if kind else [])


def test_a_caveat_keeps_the_words_of_the_article() -> None:
    """A caveat quotes its sentence, full width as it stands."""
    found = facts("題", "お知らせです。この記事は２０１８年の古い情報です。")
    assert [caveat.quote for caveat in found.caveats] == ["この記事は２０１８年の古い情報です。"]


def test_what_is_said_of_one_way_among_others_is_no_caveat() -> None:
    """Far down, 「使えません」 is about one of several ways; there the article must name itself."""
    lines = [f"{number}つ目の確認です。" for number in range(8)]
    assert not facts("題", *lines, "現在は別の手順は使えません。").caveats
    assert facts("題", *lines, "この記事は古い情報です。").caveats
