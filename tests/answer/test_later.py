"""Later messages: what answers comes first, replies are read by what they say, and what is not told is said."""

from __future__ import annotations

import re

import pytest

from bot.answer.escalate import wants_human
from bot.answer.follow_flow import continue_flow
from bot.answer.guide import Guide
from bot.answer.refer import remembered
from bot.answer.talk import State, Talk, encode_state
from bot.answer.topic import guesses
from bot.types import Answer, Language, Status, Turn


def _converse(guide: Guide, *messages: str) -> list[Answer]:
    history: list[Turn] = []
    answers: list[Answer] = []
    state = ""
    for message in messages:
        answers.append(guide.ask(message, history, state))
        history += [Turn("user", message), Turn("assistant", answers[-1].text)]
        state = answers[-1].state
    return answers


@pytest.mark.parametrize(
    ("messages", "first"),
    [
        (("マザボ交換から戻ってきたらライセンス認証が通らない", "データはどうなる？"), "写真や書類は消えません"),
        (("更新エラー 0x80070643 が出ます", "放っておいても平気？"), "急ぐ必要は小さい|慌てる必要はありません"),
    ],
)
def test_what_answers_comes_first(guide: Guide, messages: tuple[str, ...], first: str) -> None:
    """The first statement answers, whatever stands before it in the article."""
    answer = _converse(guide, *messages)[-1]
    assert re.search(first, answer.citations[0].quote)


def test_a_question_with_a_word_of_a_choice_is_no_reply(guide: Guide) -> None:
    """「初期化するしかない？」 has the word of 「ない」 and asks; 「ない」 alone replies."""
    state = State(flow="bitlocker-key", step="looked", article="bitlocker-find-key")
    flows = guide.knowledge.flows
    assert continue_flow(Talk("初期化するしかない？", ("回復キーを求められた",), state), flows) is None
    assert continue_flow(Talk("ない", ("回復キーを求められた",), state), flows) is not None


def test_a_reply_that_answers_the_next_question_too_goes_on(guide: Guide) -> None:
    """Whoever says at once that the key is not there is not asked for it."""
    state = State(flow="bitlocker-key", step="account", article="bitlocker-find-key")
    asked = ("回復キーを求められた",)
    both = continue_flow(Talk("マイクロソフトアカウントにログインしたけど無い", asked, state), guide.knowledge.flows)
    assert both is not None
    assert both.leaf is not None
    one = continue_flow(Talk("ローカルアカウントです。メールは使ってない", asked, state), guide.knowledge.flows)
    assert one is not None
    assert one.step is not None


@pytest.mark.parametrize(
    ("question", "human"),
    [
        ("業者に出すといくら？", False),
        ("どこに頼めばいい？いくらかかる？", True),
        ("電話はどこにかければ", True),
    ],
)
def test_the_price_of_help_is_no_wish_for_a_person(question: str, human: bool) -> None:
    """What a service costs is told; whom to turn to is a card."""
    assert wants_human(question) is human


def test_a_guess_at_the_cause_is_of_the_trouble_in_hand(guide: Guide) -> None:
    """「容量が足りないのかな」 after an update error is about that error."""
    assert guesses(Talk("容量が足りないのかな", ("更新に失敗する",)))
    answer = _converse(guide, "windows update が 0x80070643 で失敗", "容量が足りないのかな")[-1]
    assert answer.citations[0].article_id == "windows-update-0x80070643"


def test_what_is_not_told_comes_with_what_is_nearest(guide: Guide) -> None:
    """The price of ink is unknown, and the price of a repair no answer to it: it is only what is nearest."""
    answer = _converse(guide, "プリンターから紙が出てきません", "インクの値段はいくらですか")[-1]
    assert answer.status is Status.ABSTAINED
    assert "費用" in answer.citations[0].quote


def test_who_goes_back_to_an_earlier_matter_is_followed(guide: Guide) -> None:
    """「さっきの真っ黒の話に戻る」 leaves the matter in hand."""
    answer = _converse(
        guide,
        "画面が真っ暗でカーソルだけ見える",
        "ところでライセンス認証も外れてた",
        "さっきの真っ暗な画面の話に戻るけど、写真は消えた？",
    )[-1]
    assert answer.citations[0].article_id.startswith("boot-")


def test_who_asks_what_to_avoid_is_not_told_what_to_do(guide: Guide) -> None:
    """The answer is the article's list of what must not be done, and no step."""
    answer = _converse(guide, "回復キーを求める青い画面が出ました", "何をしたらいけないの？")[-1]
    assert answer.status is Status.ANSWERED
    assert len(answer.citations) > 1
    assert all("ないでください" in citation.quote for citation in answer.citations)


def test_a_warning_says_neither_yes_nor_no(guide: Guide) -> None:
    """What an action would do comes after what has become of the data."""
    answer = _converse(guide, "HomeのPCにProのキーを入れたい", "データは残りますか？")[-1]
    assert "ないでください" not in answer.citations[0].quote


def test_whoever_has_no_money_for_another_is_not_told_to_buy_one(guide: Guide) -> None:
    """The word of the guide says that it was heard, and nothing advises to buy."""
    answer = _converse(guide, "Windows 11の条件を満たさないPCです。どうしたらいい？", "買い替えは無理です")[-1]
    assert answer.text.startswith("買い替えられないとのことなので")
    assert not any("買い替えるか" in citation.quote for citation in answer.citations)
    assert "ESU" in answer.citations[0].quote


def test_steps_for_another_kind_of_account_are_left_out(guide: Guide) -> None:
    """What the reader said of the account holds for the answers after it."""
    for answer in _converse(
        guide, "パスワードを忘れてサインインできません", "Microsoft アカウントです", "どうすればいいですか"
    )[1:]:
        assert not any("セキュリティの質問" in citation.quote for citation in answer.citations)


@pytest.mark.parametrize("wish", ["電話したい", "じゃあ電話するしかない？", "誰に電話したらいい？"])
def test_a_wish_for_a_person_stays_with_the_matter(guide: Guide, wish: str) -> None:
    """「電話」 in the title of another article does not lead there, and no one is sent to the police for a licence."""
    answer = _converse(guide, "Officeがライセンスのない製品と出ます", wish)[-1]
    assert {citation.article_id for citation in answer.citations} <= {"activation-office"}
    assert answer.escalation is not None
    assert answer.escalation.route in {"office-support", "microsoft-support"}


def test_the_activation_site_is_named_for_activation_alone(guide: Guide) -> None:
    """Beside an article on another matter the card of Microsoft leaves that contact out."""
    route = guide.knowledge.escalation.route("microsoft-support")
    assert route is not None
    everywhere = route.said(Language.JA, "", ("ライセンス認証",))
    beyond = route.said(Language.JA, "", ("プロファイルとサインイン",))
    assert any("aka.ms/aoh" in contact.url for contact in everywhere.contacts)
    assert not any("aka.ms/aoh" in contact.url for contact in beyond.contacts)
    assert "ライセンス" not in beyond.reason + "".join(beyond.prepare)


def test_a_step_is_of_the_list_shown_last(guide: Guide) -> None:
    """Another article's statement in between does not take the list away."""
    before = State(article="activation-by-phone", steps="手順", said=(1,))
    after = remembered((), before, "activation-office")
    assert (after.article, after.steps, after.steps_of) == ("activation-office", "手順", "activation-by-phone")
    answer = guide.ask("2番がわからない", [], encode_state(after))
    assert {citation.article_id for citation in answer.citations} == {"activation-by-phone"}


def test_no_answer_is_empty(guide: Guide) -> None:
    """A step that was shown is said again where nothing else answers."""
    answer = _converse(
        guide,
        "警告の画面に書いてある番号に電話したら3万円と言われました",
        "まだ払ってません",
        "パソコンの電源は切りました",
        "また電話がかかってきた。出たほうがいい？",
    )[-1]
    assert any("かかってきても出ません" in citation.quote for citation in answer.citations)


def test_who_asks_where_to_turn_is_not_sent_to_the_consumer_centre(guide: Guide) -> None:
    """The wish for a person alone is like every situation, that of a victim too."""
    answer = _converse(guide, "Officeのサブスクリプションの有効期限が切れました", "問い合わせ先を教えて")[-1]
    assert answer.escalation is not None
    assert answer.escalation.route in {"office-support", "microsoft-support"}


def test_the_word_free_asks_for_no_price(guide: Guide) -> None:
    """A statement named for the very question answers it, whether it has an amount or not."""
    answer = _converse(
        guide,
        "うちのパソコンが11にできるか調べるものはありますか",
        "広告で「無料11対応診断」というのが出ました。これを入れれば早いですよね？",
    )[-1]
    assert answer.status is Status.ANSWERED
    assert "入れないでください" in answer.citations[0].quote


def test_how_that_is_done_shows_the_steps_shown_last(guide: Guide) -> None:
    """「それってどうやって付けるの」 is asked of the list in hand, not of the article's first one."""
    *_, before, answer = _converse(
        guide,
        "外付けHDDがPCで見えなくなりました",
        "ディスクの管理を開いてみたら、正常と書いてあるのにDとかEとかの文字だけありません",
        "それってどうやって付けるんですか",
    )
    steps = {citation.quote for citation in before.citations}
    assert any("追加" in quote for quote in steps & {citation.quote for citation in answer.citations})


def test_a_place_is_the_step_that_leads_there(guide: Guide) -> None:
    """Where a button is asked for, the step that names it says so, and no other article is opened."""
    answer = _converse(
        guide, "修理でマザーボードを替えてもらったら認証が外れました", "トラブルシューティングってどこにあるの"
    )[-1]
    assert "「トラブルシューティング」" in answer.citations[0].quote
    assert "›" in answer.citations[0].quote


def test_what_a_step_asks_for_is_found_where_the_steps_before_it_lead(guide: Guide) -> None:
    """The step with the questions is no place: the list is shown from its beginning."""
    answer = _converse(
        guide, "自分のPCのパスワード忘れた", "ローカルアカウントのほうです", "秘密の質問ってどこに出るの"
    )[-1]
    assert answer.citations[0].quote.startswith("サインイン画面で")
    assert any("セキュリティの質問" in citation.quote for citation in answer.citations)


def test_a_correction_is_nothing_that_was_tried(guide: Guide) -> None:
    """「ローカルアカウントやった」 says in the west what it was, and is answered with the steps for that account."""
    answer = _converse(guide, "自分のPCのパスワード忘れた", "マイクロソフトじゃなくてローカルアカウントやった")[-1]
    assert "お試し" not in answer.text
    assert any("「パスワードのリセット」" in citation.quote for citation in answer.citations)


def test_whoever_has_waited_goes_on_where_the_waiting_ends(guide: Guide) -> None:
    """The list goes on from the step that they have reached; steps for a PC that runs are no next ones."""
    answer = _converse(
        guide, "更新プログラムを構成していますのまま2時間動かない。電源切っていい？", "5時間たちました。それでもダメ"
    )[-1]
    assert any("押し続けて" in citation.quote for citation in answer.citations)
    assert not any("VPN" in citation.quote for citation in answer.citations)


def test_a_row_that_was_shown_is_told_again_to_whom_it_happens(guide: Guide) -> None:
    """What the reader now sees is the very case of the row: nothing is left unsaid of it."""
    answer = _converse(
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
    answer = _converse(guide, asked, "I use it in the living room")[-1]
    assert answer.status is Status.ABSTAINED
    assert "what you mention" in answer.text


def test_who_has_no_backup_misses_no_button(guide: Guide) -> None:
    """「とってない」 ends like 「ボタンってない」."""
    answer = _converse(guide, "更新が止まって動かない", "写真は大丈夫ですか、バックアップとってないです")[-1]
    assert "見当たらない" not in answer.text


def test_a_thing_of_it_is_not_what_it_is(guide: Guide) -> None:
    """Until when the bin of a service keeps files does not define the service."""
    answer = _converse(guide, "間違えてデスクトップのフォルダを消した", "OneDriveってなに")[-1]
    assert "30日以内" not in answer.citations[0].quote


def test_what_has_happened_is_not_answered_for_next_time(guide: Guide) -> None:
    """Whose activation is lost reads what to do now, not how to prepare the next update."""
    answer = guide.ask("店のレジ横のPC、24H2に上げたら認証外れた。営業中なんで急いでます")
    assert "### 更新後に認証が外れたとき" in answer.text
    assert "これから" not in answer.text


def test_a_procedure_that_led_elsewhere_is_not_gone_on_with(guide: Guide) -> None:
    """「押したけど問題が発生しましたってなる」 is no step that is done: what this message means is told."""
    answer = _converse(
        guide, "PINが違いますって何回も言われて入れない", "PINを忘れた場合を押したけど『問題が発生しました』ってなる"
    )[-1]
    assert "問題が発生したため" in answer.citations[0].quote


def test_a_correction_leads_to_the_article_of_what_is_meant(guide: Guide) -> None:
    """Not the PIN but the password: the answers are those on the password from then on."""
    answers = _converse(
        guide,
        "PINが違いますって何回も言われて入れない",
        "すみません間違えました。PINじゃなくてパスワードの画面でした。ローカルアカウントです",
        "質問も覚えてない。初期化しかないの?",
    )
    assert any("「パスワードのリセット」" in citation.quote for citation in answers[1].citations)
    assert "残る方法は初期化で、データは消えます" in answers[2].citations[0].quote


def test_another_article_on_the_matter_tells_what_this_one_does_not(guide: Guide) -> None:
    """Whether a cheap key for Office is paid back stands in the article on cheap keys."""
    answer = _converse(guide, "ネットで980円のOfficeのキー買ったけど編集できない", "返金とかできるもんですか")[-1]
    assert answer.status is Status.ANSWERED
    assert "返金" in answer.citations[0].quote


def test_what_was_told_of_the_pc_chooses_the_section_of_another_article(guide: Guide) -> None:
    """Windows does not run: the way into safe mode is the one for that."""
    answer = _converse(
        guide,
        "更新プログラムを構成していますが30%のまま2時間動かない",
        "切ったら今度は「自動修復を準備しています」から黒い画面のままです",
        "セーフモードってどうやってだすの?F8おしてもだめ",
    )[-1]
    assert "### Windowsが動かないときに回復環境へ入る" in answer.text
    assert "### Windowsが動くとき" not in answer.text


def test_a_lamp_that_blinks_is_remembered(guide: Guide) -> None:
    """Whoever said that the PC is at work is not handed the steps to switch it off two messages later."""
    answer = _converse(
        guide,
        "更新プログラムを構成していますが30%のまま2時間動かない",
        "ランプはチカチカしてます",
        "もう4時間になりました。切ります",
    )[-1]
    assert "できれば一晩待ちます" in answer.citations[0].quote
    assert not any("押し続けて" in citation.quote for citation in answer.citations)


def test_what_was_not_done_is_not_what_is_asked(guide: Guide) -> None:
    """No card was bought, a card's number was told: the bank comes first."""
    answer = _converse(
        guide,
        "警告画面の番号に電話してしまった",
        "プリペイドカードは買っていません。でもクレジットカードの番号を言ってしまいました",
    )[-1]
    assert "今すぐ電話" in answer.citations[0].quote


def test_what_explains_a_command_comes_with_its_danger(guide: Guide) -> None:
    """A paragraph on the command that may overwrite what was lost never stands without that warning."""
    answer = _converse(
        guide, "ダウンロードフォルダを消しちゃった。ゴミ箱にもない", "OneDriveは使ってます。そっちに残ってたりする?"
    )[-1]
    assert "winfr" not in answer.text or "> 危険" in answer.text
    assert "OneDrive" in answer.citations[0].quote


def test_a_message_all_in_katakana_is_read(guide: Guide) -> None:
    """Some older readers write nothing else."""
    answers = _converse(guide, "オフイスノ ニンショウガ デンワデ ト イワレマシタ", "スウジヲ デンワデ イウノデスカ")
    assert answers[0].citations[0].article_id.startswith("activation-")
    assert answers[1].citations[0].article_id == "activation-by-phone"


def test_the_article_that_alone_foresaw_a_message_answers_it(guide: Guide) -> None:
    """Whether a folder may be deleted is of the full drive, whatever error the talk began with."""
    answer = _converse(
        guide,
        "Cドライブが真っ赤で、アップデートも失敗します。0x80070070って出ます",
        "Windows.oldっていうのが20GBありました。消していいんですか？",
    )[-1]
    assert answer.citations[0].article_id == "disk-low-space"
    assert "以前のバージョンの Windows" in answer.citations[0].quote


def test_what_was_looked_at_is_not_done(guide: Guide) -> None:
    """Who has looked at a screen and tells its code has tried nothing yet."""
    answer = _converse(
        guide,
        "更新のあとで右下に「Windowsのライセンス認証」と出て消えません",
        "設定のライセンス認証のところを見ました。エラーコード0xC004F213と書いてあります",
    )[-1]
    assert "お試し" not in answer.text
    assert any("0xC004F213" in citation.quote for citation in answer.citations)


def test_a_refusal_leaves_the_talk_where_it_was(guide: Guide) -> None:
    """The honest question after it is answered from the article in hand."""
    answers = _converse(
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
    answer = _converse(
        guide, "更新のあとで認証が外れました", "このまま使い続けたら、年賀状の住所録は消えてしまいますか"
    )[-1]
    assert "消え" in answer.citations[0].quote
    assert "初期化" in answer.citations[0].quote or "ありません" in answer.citations[0].quote


def test_a_correction_within_an_article_stays_there(guide: Guide) -> None:
    """Which of the two editions it was is a matter of the article on both."""
    answer = _converse(guide, "Windowsを入れ直したらHomeになって認証できない", "HomeじゃなくてProが入ってました")[-1]
    assert answer.citations[0].article_id == "activation-edition-mismatch"
