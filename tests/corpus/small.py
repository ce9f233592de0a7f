"""A small sound corpus, written to a folder so that a test can break one thing in it."""

from __future__ import annotations

from pathlib import Path

__all__ = ["ARTICLE", "write_corpus"]

_SENTENCE = "画面の様子を確かめて、気づいたことを紙に書き留めておくと、あとで相談するときに役に立ちます。"

ARTICLE = f"""---
id: first-article
title: 認証が外れたとき
published: 2026-11-01
updated: 2026-11-20
os: [Windows 11]
versions: [25H2]
topics: [ライセンス認証]
error_codes: [0xC004F213]
kb: [KB5034441]
evidence: 公式
sources:
  - title: 公式の説明
    url: https://example.com/page
---
まず状態を確かめます。{_SENTENCE * 15}

## 何が起きているか

0xC004F213 と KB5034441 の話です。25H2のHomeとProは2027年10月12日までサポートされます。

## 手順

> 注意: 先に控えを作ってください。

1. 次のコマンドで状態を見ます。

```
ipconfig
```

## うまくいかないとき

窓口の 0120-00-0000 に相談します。
"""

_FILES = {
    "articles/first-article.md": ARTICLE,
    "knowledge/lifecycle.csv": "windows,version,label,release,end\n11,25H2,Windows 11 25H2,2025-09-30,2027-10-12\n"
    "10,22H2,Windows 10 22H2,2022-10-18,2025-10-14\n",
    "knowledge/vocabulary.yaml": "groups:\n  - term: ライセンス認証\n    also: [アクチ]\n",
    "knowledge/escalation.yaml": """routes:
  - id: helpdesk
    name: 窓口
    topics: [ライセンス認証]
    words: [窓口]
    risk: licence
    urgency: 早めに
    reason: 窓口が決めるためです。
    contacts:
      - name: 窓口
        how: 公式サイトで確かめます。
        phone: 0120-00-0000
        source: 公式の説明
    prepare: [型番]
    say: [症状]
    note: [日時]
    avoid: [くり返さないでください。]
    en:
      name: Help desk
      reason: They decide.
      contacts: [{name: Help desk, how: Look on the official site.}]
      prepare: [Model]
      say: [Symptom]
      note: [Date]
      avoid: [Do not repeat it.]
""",
    "knowledge/ui_names.yaml": "names:\n  設定: Settings\n",
    "knowledge/commands.yaml": """commands:
  - command: ipconfig
    risk: read-only
    needs: none
    says: 通信の設定を表示します。
    gate: ""
""",
    "knowledge/refusals.yaml": """rules:
  - id: crack
    all: [[割れ]]
    says: お手伝いできません。
    en: The guide does not help with that.
    instead: {article: first-article, heading: 手順}
""",
    "knowledge/flows/tree.yaml": """id: tree
title: 認証
topic: ライセンス認証
triggers: [[認証], [外れ]]
unless: []
safe_now: {article: first-article, heading: "", contains: まず状態を確かめます}
first: origin
steps:
  - id: origin
    ask: 最初のWindowsはどれですか。
    en: Which Windows came first?
    choices:
      - {label: Windows 10, en: Windows 10, words: ["10"], next: leaf}
      - {label: わからない, next: leaf}
leaves:
  - id: leaf
    passages:
      - {article: first-article, heading: 手順, contains: 先に控えを作ってください}
      - {article: first-article, heading: 手順, contains: 次のコマンドで状態を見ます}
    risk: licence
    route: helpdesk
""",
    "evals/questions.jsonl": '{"id": "q1", "kind": "colloquial", "q": "認証が外れた", "gold": ["first-article"],'
    ' "facts": [["まず状態"]], "status": "answered", "route": "helpdesk", "note": "plain"}\n'
    '{"id": "q2", "kind": "follow_up", "turns": ["認証が", "外れた"], "gold": [], "facts": [], "status": "abstained",'
    ' "route": null, "note": "turns", "holdout": true}\n',
}


def write_corpus(folder: Path) -> Path:
    """Write the corpus into `folder` and return it."""
    for name, text in _FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder
