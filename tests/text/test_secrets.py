"""Masking: every secret goes, whatever its spelling, and nothing else changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.secret_kinds import REPLACEMENTS
from bot.text.secrets import redact, redact_conversation
from tests.text.strategies import error_values, groups, kana_prose, mixed_text, product_keys, recovery_keys, written

DIGITS = "0123456789"
KEY = "H3RNG-8C32Q-Q8FRX-6TDXV-WMBMW"
RECOVERY = "111111-222222-333333-444444-555555-666666-777777-888888"
ID_SEPARATORS = ["-", " ", "　", "－", "ー", "‐", "−", "\n", "  ", " - "]
# What may stand right before and after a secret without saying what it is.
before = st.sampled_from(["", "これです→", "番号は", "「", "(", "ID:", "2024/12/06 ", "使いました。", "①"])
after = st.sampled_from(["", "です", "」と出た", ")", "。よろしく", "、エラー0x80070643", " ", "\n以上"])


def masked(text: str) -> str:
    """Return `text` without its secrets."""
    return redact(text).text


@given(before, written(product_keys), after)
def test_product_keys_are_masked_in_any_spelling(lead: str, key: str, tail: str) -> None:
    """Case, width, separators, line breaks and kana neighbours do not save a key, and only the key goes."""
    assert redact(lead + key + tail).counts == {"product_key": 1}
    assert masked(lead + key + tail) == f"{lead}［プロダクトキー］{tail}"


@given(before, written(recovery_keys), after)
def test_recovery_keys_are_masked_in_any_spelling(lead: str, key: str, tail: str) -> None:
    """Forty-eight digits that pass the arithmetic are masked however they are grouped."""
    assert redact(lead + key + tail).counts == {"recovery_key": 1}
    assert masked(lead + key + tail) == f"{lead}［回復キー］{tail}"


@given(before, recovery_keys, st.integers(0, 7), st.integers(1, 10), st.sampled_from(ID_SEPARATORS))
def test_a_recovery_key_with_a_typing_error_is_masked(
    lead: str, key: list[str], place: int, error: int, separator: str
) -> None:
    """One group that fails the arithmetic is a typing error, not a reason to show the other seven."""
    key[place] = f"{(int(key[place]) + error) % 1_000_000:06d}"
    assert masked(f"{lead}{separator.join(key)}です") == f"{lead}［回復キー］です"


@given(
    before,
    st.sampled_from([(8, 6), (9, 6), (9, 7), (7, 7), (8, 7), (7, 6)]).flatmap(
        lambda shape: written(groups(DIGITS, shape[1], shape[0]), ID_SEPARATORS)
    ),
    after,
)
def test_installation_and_confirmation_ids_are_masked(lead: str, number: str, tail: str) -> None:
    """Seven to nine groups of six or seven digits are masked whole, whatever joins them."""
    text = masked(lead + number + tail)
    assert text.startswith(lead)
    assert text.endswith(tail)
    assert text[len(lead) : len(text) - len(tail)] in REPLACEMENTS.values()


@given(before, st.sampled_from([48, 54, 63]).flatmap(lambda size: st.text(DIGITS, min_size=size, max_size=size)), after)
def test_long_unbroken_numbers_are_masked(lead: str, number: str, tail: str) -> None:
    """The same numbers without any separator are masked, unless they are hardly more than zeros."""
    hidden = number not in masked(lead + number + tail)
    assert hidden or len(set(number)) <= 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Key{KEY}abc", "Key［プロダクトキー］abc"),
        (f"{KEY}\n{KEY}", "［プロダクトキー］\n［プロダクトキー］"),
        ("H3RNGハイフン8C32QハイフンQ8FRXハイフン6TDXVハイフンWMBMW", "［プロダクトキー］"),
        ("H3RNG 8C32Q Q0FRX 6TDXV WMBMW", "［プロダクトキー］"),
        ("ABCDE-FGHIJ-KLMNO-PRSTU-WYQZX", "［プロダクトキー］"),
        ("プロダクトキー: H3RNG-8C32Q-Q8FR-6TDXV-WMBMW", "プロダクトキー: ［プロダクトキー］"),
        ("H\u200b3RNG-8C32Q-Q8FRX-6TDXV-WMB\u200bMW", "［プロダクトキー］"),
        ("前半は H3RNG-8C32Q で後半は Q8FRX-6TDXV-WMBMW", "前半は ［プロダクトキー］ で後半は ［プロダクトキー］"),
        ("H3RNG-8C32Q-Q8FRX まで読める", "［プロダクトキー］ まで読める"),
        (
            "最初は111111-222222-333333-444444、残りは555555-666666-777777-888888",
            "最初は［回復キー］、残りは［回復キー］",
        ),
        ("111111-222222-333333", "［回復キー］"),
        ("A 123456 B 234567 C 345678 D 456789 E 567890 F 678901 G 789012 H 890123", "A ［確認ID］"),
        ("1: 111111 2: 222222 3: 333333 4: 444444 5: 555555 6: 666666 7: 777777 8: 888888", "1: ［回復キー］"),
        ("taro.yamada＠docomo.ne.jpです", "［メールアドレス］です"),
        ("メールはa+b@foo.co.jp、以上", "メールは［メールアドレス］、以上"),
        ("taro [at] gmail.com", "［メールアドレス］"),
        ("'taro@foo.jp'", "'［メールアドレス］'"),
        ("090-1234-5678に電話して", "［電話番号］に電話して"),
        ("090-0000-5521 です", "［電話番号］ です"),
        ("０９０ー１２３４ー５６７８", "［電話番号］"),
        ("TEL:045-123-4567/FAX:045-123-4568", "TEL:［電話番号］/FAX:［電話番号］"),
        ("03(1234)5678と(03) 1234-5678", "［電話番号］と［電話番号］"),
        ("+81 (0)90-1234-5678、+819012345678", "［電話番号］、［電話番号］"),
        ("電話は0312345678です", "電話は［電話番号］です"),
        ("パスワードはabc123です", "パスワードは［パスワード］です"),
        ("password: x", "password: ［パスワード］"),
        ("パスワード：ｈｕｎｔｅｒ２", "パスワード：［パスワード］"),
        ("パスワード「abc!」で", "パスワード「［パスワード］」で"),
        ("PINは1234で、PINコード5678も", "PINは［パスワード］で、PINコード［パスワード］も"),
        ("PINを1234から5678に変えた", "PINを［パスワード］から［パスワード］に変えた"),
        ("認証コードは123456", "認証コードは［パスワード］"),
        ('{"password":"abc","user":"x"}', '{"password":"［パスワード］","user":"x"}'),
        ("abc123がパスワードです", "［パスワード］がパスワードです"),
        ("https://taro:pa55@host/", "https://taro:［パスワード］@host/"),
        ("net user taro P@ss1", "net user taro ［パスワード］"),
        (r"C:\Users\taro\Documents", r"C:\Users\［ユーザー名］\Documents"),
        ("Ｃ：￥Ｕｓｅｒｓ￥山田 太郎￥Desktop", "Ｃ：￥Ｕｓｅｒｓ￥［ユーザー名］￥Desktop"),
        (r"C:\Users\taroにある", r"C:\Users\［ユーザー名］にある"),
        (r"C:\Users\太郎のフォルダ", r"C:\Users\［ユーザー名］のフォルダ"),
        ("/Users/hanako/Library", "/Users/［ユーザー名］/Library"),
        ("カード4111 1111 1111 1111で", "カード［カード番号］で"),
        ("マイナンバーは1234 5678 9012です", "マイナンバーは［マイナンバー］です"),
    ],
)
def test_secrets_as_readers_write_them(text: str, expected: str) -> None:
    """Each kind in the forms that occur, with the words around it untouched."""
    assert masked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "0x80070643、80070643、2147944003、-2147023293、0xC1900101-0x20017",
        "KB5046617 と KB 929712、ビルド 26100.2314、10.0.26100、24H2、イベントID 41",
        "c4bd73d2-31d7-761e-0178-11268bb10392 と {00000535-0000-0010-8000-00AA006D2EA4}",
        "S-1-5-21-2176941838-3499754553-4071289181-513",
        "192.168.11.22 と 00-AA-00-4F-2A-9C と 40.95.0.0/16",
        "0120-54-2244、0800-123-4567、0570-000-123、#9110、188、110、119",
        "2024/12/06 09:00:00、2024-12-06、02-09-2013 02:02:04",
        "XXXXX-XXXXX-XXXXX-XXXXX-XXXXX を入力",
        "admin@contoso.com、user@example.com、no-reply@foo.co.jp、x@microsoft.com、logo@2x.png、a@192.168.1.1",
        "パスワードは8文字以上、パスワードを入力、PINは4桁、パスワードは3回間違えた",
        "PINは0x80090016のエラー、パスワードはMicrosoftアカウントのもの、PIN: Windows Hello",
        "パスワードはWindows11で変えた、password is incorrect、パスワードを24H2で",
        r"C:\Users\Public\x と C:\Users\%USERNAME%\x と C:\Users\<ユーザー名>\x と %USERPROFILE%",
        "https://foo.com/users/list と HKEY_USERS\\S-1-5-18",
        "KB5046617、KB5046633、KB5044284、KB5043080、KB5041585、KB5040442、KB5039212、KB5037771",
        "回復キー ID 4A1B2C3D、BitLocker 回復キー（48桁の数字）",
        "メモリ16GB 32000 64000、4111 1111 1111 1112",
    ],
)
def test_public_text_comes_back_as_it_was(text: str) -> None:
    """Codes, numbers and names that belong to nobody are left alone."""
    result = redact(text)
    assert result.text == text
    assert result.counts == {}


@given(kana_prose)
def test_prose_is_byte_identical(text: str) -> None:
    """Text without any secret is returned as it came."""
    assert masked(text) == text


@given(kana_prose, error_values)
def test_codes_are_never_masked(text: str, value: int) -> None:
    """No spelling of an error code is a secret, not even after the word for one."""
    for code in (f"0x{value:08X}", f"{value:08X}", str(value), str(value - (1 << 32))):
        assert masked(f"{text}{code}で") == f"{text}{code}で"
    assert masked(f"PINが0x{value:08x}で使えない") == f"PINが0x{value:08x}で使えない"
    assert masked(f"PINは{value:08x}のエラー") == f"PINは{value:08x}のエラー"


@given(mixed_text, written(st.one_of(product_keys, recovery_keys)), mixed_text)
def test_masking_twice_changes_nothing(lead: str, key: str, tail: str) -> None:
    """What has been masked is not masked again."""
    once = masked(f"{lead} {key} {tail}")
    assert masked(once) == once


@given(mixed_text)
def test_any_text_is_taken(text: str) -> None:
    """Odd characters do not raise, and what is not masked is kept in order."""
    rest = masked(text)
    for replacement in REPLACEMENTS.values():
        rest = rest.replace(replacement, "")
    remaining = iter(text)
    assert all(char in remaining for char in rest)


@given(product_keys, st.integers(1, 24), st.sampled_from(["", "-"]))
def test_a_product_key_cut_between_messages_is_masked(key: list[str], cut: int, joint: str) -> None:
    """A key that one message begins and the next one ends leaves nothing of it in either."""
    written_key = joint.join(key)
    place = cut + (cut - 1) // 5 * len(joint)
    messages = [f"キーは {written_key[:place]}", f"{written_key[place:]} です"]
    texts, counts = redact_conversation(messages)
    assert texts == ["キーは ［プロダクトキー］", "［プロダクトキー］ です"]
    assert counts == {"product_key": 1}


@given(recovery_keys, st.integers(1, 7), st.sampled_from(["-", " ", "－"]))
def test_a_recovery_key_in_two_messages_is_masked(key: list[str], cut: int, joint: str) -> None:
    """Groups sent one part after the other make one key."""
    messages = [f"回復キーは{joint.join(key[:cut])}", joint.join(key[cut:]) + "です"]
    assert redact_conversation(messages) == (["回復キーは［回復キー］", "［回復キー］です"], {"recovery_key": 1})


def test_parts_with_talk_between_them_are_masked() -> None:
    """The parts may come in messages of their own, with prose and another message between."""
    texts, counts = redact_conversation(["最初が H3RNG-8C32Q です", "続けてください", "残りは Q8FRX-6TDXV-WMBMW"])
    assert texts == ["最初が ［プロダクトキー］ です", "続けてください", "残りは ［プロダクトキー］"]
    assert counts == {"product_key": 1}


def test_an_answer_to_a_question_for_the_pin_is_masked() -> None:
    """What is asked for in one message and given in the next is masked."""
    assert redact_conversation(["PINは?", "1234"]) == (["PINは?", "［パスワード］"], {"password": 1})


def test_a_conversation_without_secrets_is_kept() -> None:
    """Messages, empty ones too, come back as they were, as many as there were."""
    messages = ["24H2にした", "", "0x80070643 が出た"]
    assert redact_conversation(messages) == (messages, {})
    assert redact_conversation([]) == ([], {})


@pytest.mark.shared
def test_real_lines_are_masked_exactly_where_they_must_be(shared: Path) -> None:
    """Every key that must go goes, and at most one in two hundred of the public values goes with it."""
    with (shared / "data" / "secrets" / "pattern_cases.jsonl").open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    shown = [row["value"] for row in rows if row["must_mask"] and row["value"] in masked(row["line"])]
    public = [row for row in rows if not row["must_mask"] and row["value"] in row["line"]]
    lost = [row["value"] for row in public if row["value"] not in masked(row["line"])]
    assert shown == []
    assert len(lost) <= 0.005 * len(public), lost
