"""Identifiers: one canonical form for every spelling, exact places, and nothing found in what merely looks alike."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.identifiers import IdentifierKind, find_identifiers, kb_number_candidates
from tests.text.strategies import error_values, full_width, kana_prose, mixed_text


def found(text: str) -> list[tuple[str, str]]:
    """Return (kind, canonical) of everything found."""
    return [(item.kind.value, item.canonical) for item in find_identifiers(text)]


def code_spellings(value: int) -> Iterator[str]:
    """Yield the ways in which readers write one error code."""
    digits = f"{value:08X}"
    bare = sum(char.isdecimal() for char in digits) > 1  # fewer digits than that and it reads as a word
    for spelling in (f"0x{digits}", f"0X{digits}", f"0x{digits.lower()}", f"0×{digits}", f"Ox{digits}", f"&H{digits}"):
        yield spelling
        yield full_width(spelling)
    yield f"0x {digits[:4]} {digits[4:]}"
    yield f"0x{digits[:4]}-{digits[4:]}"
    yield f"0x00000000{digits}"
    yield f"0xFFFFFFFF{digits}"
    yield f"0x{digits[:3]}\u200b{digits[3:]}"
    yield str(value)
    yield full_width(str(value))
    for minus in "-−－":
        yield f"{minus}{(1 << 32) - value}"
    if bare:
        yield from (digits, digits.lower(), full_width(digits), f"WindowsUpdate_{digits}")


@given(error_values, kana_prose, kana_prose)
def test_every_spelling_of_a_code_has_one_canonical_form(value: int, before: str, after: str) -> None:
    """A code is found in any spelling, alone and next to kana, and each spelling gives the same form."""
    expected = ("error_code", f"0x{value:08X}")
    for spelling in code_spellings(value):
        assert found(spelling) == [expected], spelling
        assert expected in found(f"{before}エラー{spelling}が{after}"), spelling


@given(st.integers(0, 0xFFFF_FFFF))
def test_a_prefixed_code_is_padded_to_eight_digits(value: int) -> None:
    """The short forms of stop codes are the long ones: 0xA is 0x0000000A."""
    assert found(f"0x{value:x}") == found(f"0x{value:08X}") == [("error_code", f"0x{value:08X}")]


@given(st.integers(100_000, 9_999_999), kana_prose)
def test_every_spelling_of_a_kb_number_has_one_canonical_form(number: int, after: str) -> None:
    """KB numbers are found with any joint and width, and bare where the sentence speaks of updates."""
    for spelling in (
        "KB{}",
        "kb{}",
        "KB {}",
        "KB-{}",
        "KB－{}",
        "KB：{}",
        "①KB{}",
        "KB{}を",
        "更新プログラム {}",
        "{}",
    ):
        text = spelling.format(number)
        for width in (text, full_width(text)):
            assert found(width) == [("kb", f"KB{number}")], width
    assert ("kb", f"KB{number}") in found(f"更新プログラム（{number}）{after}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0xC1900101-0x20017", ["0xC1900101", "0x00020017"]),
        ("0xC1900101 – 0x30018 で失敗", ["0xC1900101", "0x00030018"]),
        ("0xC1900101-20017", ["0xC1900101", "0x00020017"]),
        ("C1900101-40017", ["0xC1900101", "0x00040017"]),
        ("「Ｃ００００２１ａ」", ["0xC000021A"]),
        ("Ｃ０００００２１ａ", ["0xC000021A"]),
        ("c000005", ["0xC0000005"]),
        ("STOP 0x7B", ["0x0000007B"]),
        ("STOP: 0000007B", ["0x0000007B"]),
        ("停止コード 7e", ["0x0000007E"]),
        ("エラーコード：8007 0643", ["0x80070643"]),
        ("エラー８０２４４０２ｃが出る", ["0x8024402C"]),
        ("0x80070643/0x80240034、0x800f0922", ["0x80070643", "0x80240034", "0x800F0922"]),
        ("80070002,80070003", ["0x80070002", "0x80070003"]),
        ("HRESULT:0x80073CF9)", ["0x80073CF9"]),
        ("80070643h", ["0x80070643"]),
    ],
)
def test_codes_in_the_forms_that_screens_and_logs_show(text: str, expected: list[str]) -> None:
    """Two-part codes, stop codes with and without prefix, miscounted zeros and lists are read as codes."""
    assert found(text) == [("error_code", canonical) for canonical in expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IRQL_NOT_LESS_OR_EQUAL", "IRQL_NOT_LESS_OR_EQUAL"),
        ("停止コード：CRITICAL_PROCESS_DIED", "CRITICAL_PROCESS_DIED"),
        (r"IRQL\_NOT\_LESS\_OR\_EQUAL", "IRQL_NOT_LESS_OR_EQUAL"),
        ("IRQL_ NOT_LESS_OR_EQUAL", "IRQL_NOT_LESS_OR_EQUAL"),
        ("irql_not_less_or_equalになる", "IRQL_NOT_LESS_OR_EQUAL"),
        ("irql not less or equal", "IRQL_NOT_LESS_OR_EQUAL"),
        ("DPC WATCHDOG VIOLATION", "DPC_WATCHDOG_VIOLATION"),
        ("停止コード: memory management が出た", "MEMORY_MANAGEMENT"),
        ("MEMORY MANAGEMENTでブルースクリーン", "MEMORY_MANAGEMENT"),
        ("青い画面に ATTEMPTED SWITCH FROM DPC と出る", "ATTEMPTED_SWITCH_FROM_DPC"),
        ("Ｓｙｓｔｅｍ＿Ｓｅｒｖｉｃｅ＿Ｅｘｃｅｐｔｉｏｎ", "SYSTEM_SERVICE_EXCEPTION"),
    ],
)
def test_symbolic_names_in_the_forms_readers_copy_them(text: str, expected: str) -> None:
    """Names are found with underscores anywhere, and with spaces or in lower case where the words or context tell."""
    assert found(text) == [("stop_code", expected)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("26100.2314", [("build", "26100.2314")]),
        ("10.0.26100", [("build", "26100")]),
        ("10.0.26100.1742 です", [("build", "26100.1742")]),
        ("ビルド 26100", [("build", "26100")]),
        ("ビルド番号は２６１００．２３１４", [("build", "26100.2314")]),
        ("OS ビルド 26100.2314 および 22631.4460", [("build", "26100.2314"), ("build", "22631.4460")]),
        ("6.1.7601", [("build", "7601")]),
        ("26100ビルド", [("build", "26100")]),
        ("24H2にしたら", [("version", "24H2")]),
        ("Win11(２５ｈ２)", [("version", "25H2")]),
        ("1909", [("version", "1909")]),
        ("Windows 10、1809 更新プログラム", [("version", "1809")]),
        ("version 1903、1909 と 2004", [("version", "1903"), ("version", "1909"), ("version", "2004")]),
        ("ビルド 1809 以降", [("version", "1809")]),
        ("イベントID 41", [("event_id", "EVENT41")]),
        ("イベント ID：１０１６", [("event_id", "EVENT1016")]),
        ("Event ID 7000", [("event_id", "EVENT7000")]),
        ("Kernel-Power 41", [("event_id", "EVENT41")]),
        (
            "イベントID 41、1001、6008 が並ぶ",
            [("event_id", "EVENT41"), ("event_id", "EVENT1001"), ("event_id", "EVENT6008")],
        ),
    ],
)
def test_builds_versions_and_event_ids(text: str, expected: list[tuple[str, str]]) -> None:
    """Builds, releases and event IDs are found by shape or by the word beside them, lists included."""
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "090-1234-5678",
        "0120-54-2244",
        "8123-4567",
        "2024-12-06 09:00",
        "エラー 20241206",
        "1909年と2004年",
        "192.168.11.22",
        "c4bd73d2-31d7-761e-0178-11268bb10392",
        "S-1-5-21-2176941838-3499754553-4071289181-513",
        "H3RNG-8C32Q-Q8FRX-6TDXV-WMBMW",
        "111111-222222-333333-444444-555555-666666-777777-888888",
        "111111222222333333444444555555666666777777888888",
        "00-AA-00-4F-2A-9C",
        "3221225472 バイト",
        "80000000円と12,345,678円",
        "エラー 43",
        "イベント10件",
        "電話は5046617です",
        "0xFFFFF80012345678",
        "cafebabe",
        "バーコード 49123456",
        "HKEY_LOCAL_MACHINE と REG_SZ",
        "IMG_1234.jpg と MY_PHOTO.png",
        "Core i7-13700K と DDR4-3200 で 16GB",
        "clcid=0x409",
        "",
    ],
)
def test_look_alikes_are_no_identifiers(text: str) -> None:
    """Telephone numbers, keys, GUIDs, dates, addresses, quantities and file names are left out."""
    assert found(text) == []


@given(kana_prose)
def test_prose_without_digits_holds_no_identifier(text: str) -> None:
    """Japanese prose alone never yields an identifier."""
    assert find_identifiers(text) == ()


@given(mixed_text)
def test_identifiers_lie_in_the_original_in_order(text: str) -> None:
    """Whatever comes in, places are exact, in reading order and apart from each other."""
    reached = 0
    for item in find_identifiers(text):
        assert reached <= item.start < item.end <= len(text)
        assert text[item.start : item.end] == item.text
        reached = item.end


@given(kana_prose, error_values, kana_prose)
def test_the_place_is_that_of_the_original_spelling(before: str, value: int, after: str) -> None:
    """Start and end count the original's characters, full width and invisible ones included."""
    spelling = full_width(f"0x{value:08x}")
    text = f"\u200b{before}「{spelling}」{after}"
    (item,) = find_identifiers(text)
    assert (item.text, item.start) == (spelling, text.index(spelling))


def test_bare_numbers_of_a_document_are_possible_kb_numbers() -> None:
    """For indexing, six- and seven-digit numbers count; dates, longer numbers, quantities and keys do not."""
    text = (
        "929712 と 5046617 を参照。2024-12-06、123456円、090-123456-7、12345678、111111-222222-333333-444444、KB976932"
    )
    assert kb_number_candidates(text) == {"KB929712", "KB5046617"}


@pytest.mark.shared
def test_every_code_name_and_kb_of_the_real_lists_is_recognised(shared: Path) -> None:
    """Each code, stop name and KB that real articles print is, alone as a query, the right kind and form."""
    facts = shared / "data" / "facts"
    expected: dict[str, tuple[str, str]] = {}
    for name in ("error_code_index_ja.csv", "error_code_index_en.csv"):
        for row in _rows(facts / name):
            expected[row["code"]] = ("error_code", row["code"])
    for row in _rows(facts / "bugcheck_codes.csv"):
        expected |= {row["code"]: ("error_code", row["code"]), row["short"]: ("error_code", row["code"])}
        expected |= {row["name"]: ("stop_code", row["name"])}
    for row in _rows(facts / "kb_index_en.csv"):
        expected |= {f"KB{row['kb']}": ("kb", f"KB{row['kb']}"), f"kb {row['kb']}": ("kb", f"KB{row['kb']}")}
        if len(row["kb"]) > 5:  # five bare digits are a build as well as a KB
            expected[row["kb"]] = ("kb", f"KB{row['kb']}")
    wrong = {text: found(text) for text, one in expected.items() if found(text) != [one]}
    assert len(expected) > 4000
    assert wrong == {}


@pytest.mark.shared
def test_real_prose_on_other_subjects_holds_no_identifier(shared: Path) -> None:
    """Encyclopaedic paragraphs, full of numbers and years, yield at most a stray identifier or two."""
    with (shared / "data" / "retrieval" / "jsquad" / "corpus.jsonl").open(encoding="utf-8") as file:
        stray = [item for line in file for item in find_identifiers(json.loads(line)["text"])]
    assert len(stray) <= 2
    assert {kind.value for kind in IdentifierKind} >= {item.kind.value for item in stray}


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
