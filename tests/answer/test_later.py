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
from bot.types import Language, Status
from tests.answer.talks import converse


@pytest.mark.parametrize(
    ("messages", "first"),
    [
        (("マザボ交換から戻ってきたらライセンス認証が通らない", "データはどうなる？"), "写真や書類は消えません"),
        (("更新エラー 0x80070643 が出ます", "放っておいても平気？"), "急ぐ必要は小さい|慌てる必要はありません"),
    ],
)
def test_what_answers_comes_first(guide: Guide, messages: tuple[str, ...], first: str) -> None:
    """The first statement answers, whatever stands before it in the article."""
    answer = converse(guide, *messages)[-1]
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
    answer = converse(guide, "windows update が 0x80070643 で失敗", "容量が足りないのかな")[-1]
    assert answer.citations[0].article_id == "windows-update-0x80070643"


def test_what_is_not_told_is_not_made_up_from_what_is_nearest(guide: Guide) -> None:
    """The price of ink is unknown, and the price of a repair no answer to it."""
    answer = converse(guide, "プリンターから紙が出てきません", "インクの値段はいくらですか")[-1]
    assert answer.status is Status.ABSTAINED
    assert not answer.citations


def test_who_goes_back_to_an_earlier_matter_is_followed(guide: Guide) -> None:
    """「さっきの真っ黒の話に戻る」 leaves the matter in hand."""
    answer = converse(
        guide,
        "画面が真っ暗でカーソルだけ見える",
        "ところでライセンス認証も外れてた",
        "さっきの真っ暗な画面の話に戻るけど、写真は消えた？",
    )[-1]
    assert answer.citations[0].article_id.startswith("boot-")


def test_who_asks_what_to_avoid_is_not_told_what_to_do(guide: Guide) -> None:
    """The answer is the article's list of what must not be done, and no step."""
    answer = converse(guide, "回復キーを求める青い画面が出ました", "何をしたらいけないの？")[-1]
    assert answer.status is Status.ANSWERED
    assert len(answer.citations) > 1
    assert all("ないでください" in citation.quote for citation in answer.citations)


def test_a_warning_says_neither_yes_nor_no(guide: Guide) -> None:
    """What an action would do comes after what has become of the data."""
    answer = converse(guide, "HomeのPCにProのキーを入れたい", "データは残りますか？")[-1]
    assert "ないでください" not in answer.citations[0].quote


def test_whoever_has_no_money_for_another_is_not_told_to_buy_one(guide: Guide) -> None:
    """The word of the guide says that it was heard, and nothing advises to buy."""
    answer = converse(guide, "Windows 11の条件を満たさないPCです。どうしたらいい？", "買い替えは無理です")[-1]
    assert answer.text.startswith("買い替えられないとのことなので")
    assert not any("買い替えるか" in citation.quote for citation in answer.citations)
    assert "ESU" in answer.citations[0].quote


def test_steps_for_another_kind_of_account_are_left_out(guide: Guide) -> None:
    """What the reader said of the account holds for the answers after it."""
    for answer in converse(
        guide, "パスワードを忘れてサインインできません", "Microsoft アカウントです", "どうすればいいですか"
    )[1:]:
        assert not any("セキュリティの質問" in citation.quote for citation in answer.citations)


@pytest.mark.parametrize("wish", ["電話したい", "じゃあ電話するしかない？", "誰に電話したらいい？"])
def test_a_wish_for_a_person_stays_with_the_matter(guide: Guide, wish: str) -> None:
    """「電話」 in the title of another article does not lead there, and no one is sent to the police for a licence."""
    answer = converse(guide, "Officeがライセンスのない製品と出ます", wish)[-1]
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
    answer = converse(
        guide,
        "警告の画面に書いてある番号に電話したら3万円と言われました",
        "まだ払ってません",
        "パソコンの電源は切りました",
        "また電話がかかってきた。出たほうがいい？",
    )[-1]
    assert any("かかってきても出ません" in citation.quote for citation in answer.citations)


def test_who_asks_where_to_turn_is_not_sent_to_the_consumer_centre(guide: Guide) -> None:
    """The wish for a person alone is like every situation, that of a victim too."""
    answer = converse(guide, "Officeのサブスクリプションの有効期限が切れました", "問い合わせ先を教えて")[-1]
    assert answer.escalation is not None
    assert answer.escalation.route in {"office-support", "microsoft-support"}


def test_the_word_free_asks_for_no_price(guide: Guide) -> None:
    """A statement named for the very question answers it, whether it has an amount or not."""
    answer = converse(
        guide,
        "うちのパソコンが11にできるか調べるものはありますか",
        "広告で「無料11対応診断」というのが出ました。これを入れれば早いですよね？",
    )[-1]
    assert answer.status is Status.ANSWERED
    assert "入れないでください" in answer.citations[0].quote


def test_how_that_is_done_shows_the_steps_shown_last(guide: Guide) -> None:
    """「それってどうやって付けるの」 is asked of the list in hand, not of the article's first one."""
    *_, before, answer = converse(
        guide,
        "外付けHDDがPCで見えなくなりました",
        "ディスクの管理を開いてみたら、正常と書いてあるのにDとかEとかの文字だけありません",
        "それってどうやって付けるんですか",
    )
    steps = {citation.quote for citation in before.citations}
    assert any("追加" in quote for quote in steps & {citation.quote for citation in answer.citations})
