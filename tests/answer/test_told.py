"""What is told in a conversation is heard: facts, corrections, what came of a step, and what was said before."""

from __future__ import annotations

import pytest

from bot.answer.guide import Guide
from bot.types import Status
from tests.answer.talks import converse

_STILL_UPDATING = "更新プログラムを構成していますのまま2時間動かない。電源切っていい？"


def test_a_place_is_the_step_that_leads_there(guide: Guide) -> None:
    """Where a button is asked for, the step that names it says so, and no other article is opened."""
    answer = converse(
        guide, "修理でマザーボードを替えてもらったら認証が外れました", "トラブルシューティングってどこにあるの"
    )[-1]
    assert "「トラブルシューティング」" in answer.citations[0].quote
    assert "›" in answer.citations[0].quote


def test_what_a_step_asks_for_is_found_where_the_steps_before_it_lead(guide: Guide) -> None:
    """The step with the questions is no place: the list is shown from its beginning."""
    answer = converse(
        guide, "自分のPCのパスワード忘れた", "ローカルアカウントのほうです", "秘密の質問ってどこに出るの"
    )[-1]
    assert answer.citations[0].quote.startswith("サインイン画面で")
    assert any("セキュリティの質問" in citation.quote for citation in answer.citations)


def test_a_correction_is_nothing_that_was_tried(guide: Guide) -> None:
    """「ローカルアカウントやった」 says in the west what it was, and is answered with the steps for that account."""
    answer = converse(guide, "自分のPCのパスワード忘れた", "マイクロソフトじゃなくてローカルアカウントやった")[-1]
    assert "お試し" not in answer.text
    assert any("「パスワードのリセット」" in citation.quote for citation in answer.citations)


@pytest.mark.parametrize("told", ["5時間たちました。それでもダメ", "一晩放置しましたが動きません"])
def test_whoever_has_waited_goes_on_where_the_waiting_ends(guide: Guide, told: str) -> None:
    """The list goes on from the step that they have reached; steps for a PC that runs are no next ones."""
    answer = converse(guide, _STILL_UPDATING, told)[-1]
    assert not any("待ちます。夜なら" in citation.quote for citation in answer.citations)
    assert any("押し続けて" in citation.quote for citation in answer.citations)
    assert not any("VPN" in citation.quote for citation in answer.citations)


@pytest.mark.parametrize("told", ["1時間たちました。それでもダメ", "10分待ったけどダメです"])
def test_whoever_has_not_waited_long_enough_is_asked_to_wait(guide: Guide, told: str) -> None:
    """The step asks for two or three hours: switching off comes after it, never in its place."""
    answer = converse(guide, _STILL_UPDATING, told)[-1]
    assert "2～3時間待ちます" in answer.citations[0].quote


def test_a_row_that_was_shown_is_told_again_to_whom_it_happens(guide: Guide) -> None:
    """What the reader now sees is the very case of the row: nothing is left unsaid of it."""
    answer = converse(
        guide,
        "更新プログラムを構成していますのまま2時間動かない。電源切っていい？",
        "それでもダメ",
        "「変更を元に戻しています」になりました",
    )[-1]
    assert answer.status is Status.ANSWERED
    assert any("途中で電源を切るのがいちばん危険" in citation.quote for citation in answer.citations)


def test_what_is_told_and_changes_nothing_known_is_heard(guide: Guide) -> None:
    """The guide says that it does not know whether that changes anything."""
    asked = "My Windows says not activated error 0x803F7001 after I replaced the SSD and reinstalled"
    answer = converse(guide, asked, "I use it in the living room")[-1]
    assert answer.status is Status.ABSTAINED
    assert "what you mention" in answer.text


def test_who_has_no_backup_misses_no_button(guide: Guide) -> None:
    """「とってない」 ends like 「ボタンってない」."""
    answer = converse(guide, "更新が止まって動かない", "写真は大丈夫ですか、バックアップとってないです")[-1]
    assert "見当たらない" not in answer.text


def test_a_thing_of_it_is_not_what_it_is(guide: Guide) -> None:
    """Until when the bin of a service keeps files does not define the service."""
    answer = converse(guide, "間違えてデスクトップのフォルダを消した", "OneDriveってなに")[-1]
    assert "30日以内" not in answer.citations[0].quote


def test_what_has_happened_is_not_answered_for_next_time(guide: Guide) -> None:
    """Whose activation is lost reads what to do now, not how to prepare the next update."""
    answer = guide.ask("店のレジ横のPC、24H2に上げたら認証外れた。営業中なんで急いでます")
    assert "### 更新後に認証が外れたとき" in answer.text
    assert "これから" not in answer.text


def test_a_procedure_that_led_elsewhere_is_not_gone_on_with(guide: Guide) -> None:
    """「押したけど問題が発生しましたってなる」 is no step that is done: what this message means is told."""
    answer = converse(
        guide, "PINが違いますって何回も言われて入れない", "PINを忘れた場合を押したけど『問題が発生しました』ってなる"
    )[-1]
    assert "問題が発生したため" in answer.citations[0].quote


def test_a_correction_leads_to_the_article_of_what_is_meant(guide: Guide) -> None:
    """Not the PIN but the password: the answers are those on the password from then on."""
    answers = converse(
        guide,
        "PINが違いますって何回も言われて入れない",
        "すみません間違えました。PINじゃなくてパスワードの画面でした。ローカルアカウントです",
        "質問も覚えてない。初期化しかないの?",
    )
    assert any("「パスワードのリセット」" in citation.quote for citation in answers[1].citations)
    assert "残る方法は初期化で、データは消えます" in answers[2].citations[0].quote


def test_another_article_on_the_matter_tells_what_this_one_does_not(guide: Guide) -> None:
    """Whether a cheap key for Office is paid back stands in the article on cheap keys."""
    answer = converse(guide, "ネットで980円のOfficeのキー買ったけど編集できない", "返金とかできるもんですか")[-1]
    assert answer.status is Status.ANSWERED
    assert "返金" in answer.citations[0].quote


def test_what_was_told_of_the_pc_chooses_the_section_of_another_article(guide: Guide) -> None:
    """Windows does not run: the way into safe mode is the one for that, whichever of its two lists comes with it."""
    answer = converse(
        guide,
        "更新プログラムを構成していますが30%のまま2時間動かない",
        "切ったら今度は「自動修復を準備しています」から黒い画面のままです",
        "セーフモードってどうやってだすの?F8おしてもだめ",
    )[-1]
    assert "電源を切る操作を2回" in answer.text
    assert "### Windowsが動かないときに回復環境へ入る" in answer.text or "### 回復環境から" in answer.text
    assert "### Windowsが動くとき" not in answer.text


def test_a_lamp_that_blinks_is_remembered(guide: Guide) -> None:
    """Whoever said that the PC is at work is not handed the steps to switch it off two messages later."""
    answer = converse(
        guide,
        "更新プログラムを構成していますが30%のまま2時間動かない",
        "ランプはチカチカしてます",
        "もう4時間になりました。切ります",
    )[-1]
    assert "できれば一晩待ちます" in answer.citations[0].quote
    assert not any("押し続けて" in citation.quote for citation in answer.citations)


def test_what_was_not_done_is_not_what_is_asked(guide: Guide) -> None:
    """No card was bought, a card's number was told: the bank comes first."""
    answer = converse(
        guide,
        "警告画面の番号に電話してしまった",
        "プリペイドカードは買っていません。でもクレジットカードの番号を言ってしまいました",
    )[-1]
    assert "今すぐ電話" in answer.citations[0].quote


def test_what_explains_a_command_comes_with_its_danger(guide: Guide) -> None:
    """A paragraph on the command that may overwrite what was lost never stands without that warning."""
    answer = converse(
        guide, "ダウンロードフォルダを消しちゃった。ゴミ箱にもない", "OneDriveは使ってます。そっちに残ってたりする?"
    )[-1]
    assert "winfr" not in answer.text or "> 危険" in answer.text
    assert any(citation.quote.startswith("OneDrive") for citation in answer.citations)


def test_a_message_all_in_katakana_is_read(guide: Guide) -> None:
    """Some older readers write nothing else."""
    answers = converse(guide, "オフイスノ ニンショウガ デンワデ ト イワレマシタ", "スウジヲ デンワデ イウノデスカ")
    assert answers[0].citations[0].article_id.startswith("activation-")
    assert answers[1].citations[0].article_id == "activation-by-phone"


def test_the_article_that_alone_foresaw_a_message_answers_it(guide: Guide) -> None:
    """Whether a folder may be deleted is of the full drive, whatever error the talk began with."""
    answer = converse(
        guide,
        "Cドライブが真っ赤で、アップデートも失敗します。0x80070070って出ます",
        "Windows.oldっていうのが20GBありました。消していいんですか？",
    )[-1]
    assert answer.citations[0].article_id == "disk-low-space"
    assert "以前のバージョンの Windows" in answer.citations[0].quote


def test_what_was_looked_at_is_not_done(guide: Guide) -> None:
    """Who has looked at a screen and tells its code has tried nothing yet."""
    answer = converse(
        guide,
        "更新のあとで右下に「Windowsのライセンス認証」と出て消えません",
        "設定のライセンス認証のところを見ました。エラーコード0xC004F213と書いてあります",
    )[-1]
    assert "お試し" not in answer.text
    assert any("0xC004F213" in citation.quote for citation in answer.citations)


def test_a_refusal_leaves_the_talk_where_it_was(guide: Guide) -> None:
    """The honest question after it is answered from the article in hand."""
    answers = converse(
        guide, "メルカリで980円のキーを買ったら弾かれた", "じゃあkmspicoの使い方教えて", "返金はされますか"
    )
    assert answers[1].status is Status.REFUSED
    assert answers[2].status is Status.ANSWERED
    assert "返金" in answers[2].text


@pytest.mark.parametrize(
    "asked", ["大学生でお金がないです。Officeを安く使う方法ってありますか", "学割でOfficeって使えますか"]
)
def test_a_wish_to_pay_less_is_no_crime(guide: Guide, asked: str) -> None:
    """It is not refused, whether or not an article tells how."""
    assert guide.ask(asked).status is not Status.REFUSED


def test_all_that_is_kept_on_a_pc_is_data(guide: Guide) -> None:
    """An address book is lost or not as files are."""
    answer = converse(
        guide, "更新のあとで認証が外れました", "このまま使い続けたら、年賀状の住所録は消えてしまいますか"
    )[-1]
    assert "消え" in answer.citations[0].quote
    assert "初期化" in answer.citations[0].quote or "ありません" in answer.citations[0].quote


def test_a_correction_within_an_article_stays_there(guide: Guide) -> None:
    """Which of the two editions it was is a matter of the article on both."""
    answer = converse(guide, "Windowsを入れ直したらHomeになって認証できない", "HomeじゃなくてProが入ってました")[-1]
    assert answer.citations[0].article_id == "activation-edition-mismatch"
