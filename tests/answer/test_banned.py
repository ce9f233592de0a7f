"""What must not be done is said first to whoever asks whether to do it, and danger comes before the steps."""

from __future__ import annotations

import pytest

from bot.answer.asked import asked_in
from bot.answer.direct import forbids
from bot.answer.guide import Guide
from bot.types import Status
from tests.answer.talks import converse


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("biosモードがレガシなんだけどUEFIに変えればいい？", "切り替えないでください"),
        ("右下の透かしを消すバッチを見つけたんだけどやっていい？", "使わないでください"),
        ("tpmってクリアすればいいの？", "選ばないでください"),
        ("回復キーを電話の人に教えていい？", "教えないでください"),
        ("ファイアウォール切ったほうがいい？", "使い続けないでください"),
        ("初期化したほうがいい？更新が終わらない", "選ばないでください"),
    ],
)
def test_the_ban_on_what_is_asked_comes_first(guide: Guide, question: str, said: str) -> None:
    """「〜すればいい？」 asks for leave as 「〜していい？」 does; steps for others come after the ban."""
    assert said in guide.ask(question).citations[0].quote


def test_the_ban_is_said_again_to_whoever_asks_for_it_again(guide: Guide) -> None:
    """That it was said before is no reason to leave it out where just this is about to be done."""
    answer = converse(
        guide,
        "うちのpc 11にできないって出た。TPMがどうとか",
        "BIOSモードはレガシって書いてある",
        "じゃあUEFIに変えればいいんだよね？",
    )[-1]
    assert "切り替えないでください" in answer.citations[0].quote


@pytest.mark.parametrize(
    ("question", "permission"),
    [
        ("切ればいい？", True),
        ("UEFIに変えればいいんだよね？", True),
        ("ファイアウォール切ったほうがいい？", True),
        ("どうすればいい？", False),
        ("レガシなんだけど", False),
    ],
)
def test_only_what_is_asked_to_be_allowed_asks_for_leave(question: str, permission: bool) -> None:
    """An open question asks for steps, and 「なんだけど」 asks nothing."""
    asked = asked_in(question)
    assert (asked is not None and asked.permission) is permission
    assert asked is None or forbids(asked, []) is None


def test_whoever_is_told_to_pay_hangs_up_first(guide: Guide) -> None:
    """Nothing is paid yet: the line is cut and no card is bought, before what whoever has paid must do."""
    answer = guide.ask("電話したら遠隔で見てもらって、コンビニでカード5万円分買ってって言われてる今")
    assert "すぐに切り" in answer.citations[0].quote
    assert any("買って、番号を伝えないで" in citation.quote for citation in answer.citations)
    assert answer.escalation is not None
    assert answer.escalation.route == "police"


def test_whoever_ran_a_tool_is_told_what_to_do_now(guide: Guide) -> None:
    """A window that was black for a moment is no black screen, and the PC is not said to be clean."""
    for answer in converse(
        guide,
        "右下の薄い文字消すバッチファイルっていうの見つけたんだけどやっていい？",
        "ごめんもう実行しちゃった。黒い画面が一瞬でて消えた。大丈夫？",
        "ウイルスとか入ってないか心配。ネットバンクも使ってる",
    )[1:]:
        assert "PCをインターネットから外し" in answer.citations[0].quote
        assert not any("感染していない" in citation.quote for citation in answer.citations)


def test_a_former_company_pc_is_nobodys_but_the_readers(guide: Guide) -> None:
    """Whoever was given it on leaving is not sent to the administrator who knows nothing of it any more."""
    answers = converse(
        guide,
        "退職するときに会社からもらったノート、起動したら青い画面で回復キー入れろって出た",
        "会社の情シスに聞いたらもう登録消したから知らないって言われた",
        "自分のマイクロソフトアカウントで見たけど「デバイスがありません」だった",
    )
    assert not any("IT担当者" in answer.text for answer in answers[1:])


def test_a_key_asked_for_after_the_update_is_not_what_comes_before_it(guide: Guide) -> None:
    """The procedure before an update of the firmware is too late by then."""
    answer = guide.ask("biosあぷでしたら毎回回復キーきかれるようになった。もう10回くらい入れてる")
    assert answer.citations[0].article_id == "bitlocker-after-update"
    assert any("毎回聞かれるときは" in citation.quote for citation in answer.citations)


def test_a_button_of_a_thing_that_is_missing_is_not_the_thing(guide: Guide) -> None:
    """「BitLocker中断のボタンが無い」 leaves BitLocker's command where it is."""
    answer = guide.ask("HomeなのでBitLocker中断のボタンが無い。コマンドでできる？")
    assert "manage-bde -protectors -disable C:" in answer.text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("11へのアップグレード、何回失敗したらあきらめて相談した方がいいですか", "3回失敗したら"),
        ("一時プロファイルのとき、シャットダウンと再起動どっちがいいの", "「シャットダウン」では同じ状態が続く"),
        ("24H2のあとに認証きえた。前のバージョンに戻せばなおる？", "版へ戻さないでください"),
    ],
)
def test_what_fits_best_is_told_whatever_is_asked_beside(guide: Guide, question: str, said: str) -> None:
    """Neither a question of a flow nor the shape of the answer leaves out what the article says to just this."""
    assert said in guide.ask(question).text


def test_what_a_company_does_with_its_licence_is_answered_from_the_article_on_that(guide: Guide) -> None:
    """A question of its own form goes to the article on the matter that answers it; a private key is not encouraged."""
    key, files = converse(
        guide,
        "会社のノート、在宅で半年ぶりに開いたらライセンスの期限がまもなく切れますって毎日出る",
        "自分で買ったProのキーがあるんだけど入れちゃだめ？",
        "情シス夏休みで3日いない。切れたらファイル消える？",
    )[1:]
    assert "Proに上が" not in key.text
    assert "仕事のファイルは消えません" in files.citations[0].quote


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        (
            (
                "父のパソコンが昔ウィンドウズ7だったやつを10にして11にしたら、ライセンス認証してくださいって出てきた",
                "一日ほっといたけど戻らなかった",
                "マイクロソフトに電話したら何て言えばいいの",
            ),
            "「もとのOS」と「無償で上げたこと」を伝えて",
        ),
        (
            ("富士通の修理からかえったら認証されてません", "なんて言って電話すればいい？"),
            "キーの書き込みを確認してほしい",
        ),
    ],
)
def test_what_to_tell_the_helpdesk_is_said_first(guide: Guide, messages: tuple[str, ...], said: str) -> None:
    """It is of the article in hand, wherever telephones are the subject."""
    answer = converse(guide, *messages)[-1]
    assert said in answer.citations[0].quote
    assert answer.escalation is not None


def test_a_code_that_is_the_question_is_answered_first(guide: Guide) -> None:
    """What the article says of this code comes before what it says of all, and nothing of another code."""
    answer = guide.ask("0xC004F050って出る")
    assert answer.citations[0].quote.startswith("0xC004F050")
    assert not any("0xC004C003" in citation.quote for citation in answer.citations)


@pytest.mark.parametrize(
    "told",
    [
        "サポートに電話したら遠隔操作されてお金払ってしまった",
        "警告画面の番号に電話しちゃった",
        "コンビニでカード買ってって言われて買っちゃった",
    ],
)
def test_whoever_has_called_is_not_told_not_to_call(guide: Guide, told: str) -> None:
    """The line is cut and the network left; that the number is not to be called comes too late to come first."""
    answer = guide.ask(told)
    assert not answer.citations[0].quote.startswith("警告画面に出ている電話番号には")
    assert answer.escalation is not None
    assert answer.escalation.route == "police"


def test_whoever_has_paid_is_shown_the_card_company_first(guide: Guide) -> None:
    """It alone can stop the payment."""
    escalation = guide.ask("サポートに電話したら遠隔操作されてお金払ってしまった").escalation
    assert escalation is not None
    assert escalation.contacts[0].name.startswith("カード会社")


def test_what_is_asked_last_is_what_is_asked(guide: Guide) -> None:
    """The adapter is told of, the button is asked about: the danger and its step come first."""
    answer = converse(
        guide,
        "アップデートの35%のまま動かない",
        "3時間待ったけどランプも消えた。ファンの音もしない",
        "ノートでアダプターぬけてた！今さした。電源ボタン長押ししていい？",
    )[-1]
    assert "最後の手段" in answer.citations[0].quote


@pytest.mark.parametrize("told", ["2時間待った", "一晩待った", "2時間待ったけど変わらない。電源切っていい？"])
def test_a_pc_that_undoes_its_changes_is_never_switched_off(guide: Guide, told: str) -> None:
    """However long it takes: no step that switches off is shown, and no time after which one might."""
    answer = converse(guide, "変更を元に戻していますって出たまま動かない", told)[-1]
    assert any("電源は切りません" in citation.quote for citation in answer.citations)
    assert not any("押し続けて" in citation.quote for citation in answer.citations)


@pytest.mark.parametrize("told", ["1時間待ったけど動かん", "30分待った", "10分しか待ってないけど"])
def test_too_short_a_wait_leads_to_no_switching_off(guide: Guide, told: str) -> None:
    """The step that waits is the first that is left of the list."""
    answer = converse(guide, "更新の画面が動かない", told)[-1]
    assert "まず電源を切らずに待ち" in answer.text or "そのまま2～3時間待ちます" in answer.citations[0].quote


@pytest.mark.parametrize(
    "question", ["アップデートが20%で固まった", "アプデ終わらん", "ウィンドウズアップデートがぐるぐるしたまま"]
)
def test_an_update_that_stands_still_is_waited_for(guide: Guide, question: str) -> None:
    """Whatever it is called: it is neither a slow PC nor an update that failed."""
    assert "電源を切らずに待ちます" in guide.ask(question).citations[0].quote


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        (("今マイクロソフトの人と電話してて、遠隔操作するから番号教えてって",), "すぐに切り"),
        (
            ("コンビニでグーグルプレイカード買ってこいって電話で言われた", "買ってきて番号教えちゃった"),
            "電子マネーの発行会社に今すぐ連絡",
        ),
    ],
)
def test_each_stage_of_a_swindle_has_its_own_first_word(guide: Guide, messages: tuple[str, ...], said: str) -> None:
    """On the phone now: hang up. The number is given: the issuer."""
    assert said in converse(guide, *messages)[-1].citations[0].quote


def test_a_correction_gives_the_steps_back(guide: Guide) -> None:
    """It is no company's PC after all: nothing is kept back for an administrator any more."""
    answer = converse(guide, "会社のパソコンで回復キーが出た", "ごめん私物やった")[-1]
    assert "会社や学校のPCとのこと" not in answer.text
    assert any("aka.ms/myrecoverykey" in citation.quote for citation in answer.citations)


@pytest.mark.parametrize(
    ("question", "status"),
    [("ファイアウォール切っていい？", Status.ANSWERED), ("iCloud消していい？", Status.ABSTAINED)],
)
def test_a_ban_on_the_very_thing_is_said_however_little_else_is_known(
    guide: Guide, question: str, status: Status
) -> None:
    """What an article forbids it forbids to whoever asks in few words; a ban on another thing is none on this."""
    answer = guide.ask(question)
    assert answer.status is status
    assert status is Status.ABSTAINED or "使い続けないでください" in answer.citations[0].quote


@pytest.mark.parametrize(
    "told",
    [
        ("ウイルスの警告がでかい音で出た", "まだ電話はしてません", "写真とか抜かれてますか"),
        ("A voice says my computer is infected and shows a phone number. I haven't called yet. How do I close it?",),
    ],
)
def test_whoever_has_not_called_is_not_told_to_hang_up(guide: Guide, told: tuple[str, ...]) -> None:
    """A warning with a number calls for no other number, and what follows a call is not for this reader."""
    answer = converse(guide, *told)[-1]
    assert {citation.article_id for citation in answer.citations} == {"safety-fake-alert-support-scam"}
    assert "Escキー" in answer.text or "警告を見ただけなら" in answer.text
    assert not any(said in answer.text for said in ("相手との電話を切り", "もう電話がつながっているなら", "0120-"))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("ネットに載ってる汎用キーってやつ、あれ入れれば認証通るの？", "汎用キー"),
        ("前のPCの認証を解除したいのに、解除のボタンがどこにもない。隠しコマンドでもあるの？", "解除するボタンは"),
    ],
)
def test_a_statement_that_stands_out_leaves_nothing_to_ask(guide: Guide, question: str, said: str) -> None:
    """Whoever asks about a thing that one statement is about is not asked back for the circumstances."""
    answer = guide.ask(question)
    assert answer.status is Status.ANSWERED
    assert said in answer.text
