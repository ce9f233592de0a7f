"""Judge with deepeval's faithfulness and answer relevancy, prompted in Japanese, over any OpenAI-compatible server.

Importing this module needs what `requirements-judge.txt` names. The library sends usage figures, reads `.env` and
records traces unless told not to, so it is told before it is imported.
"""

# ruff: noqa: E402  # see above

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import httpx
from pydantic import BaseModel, ValidationError

from bot.settings import set_for_libraries

SWITCHES = {
    "DEEPEVAL_TELEMETRY_OPT_OUT": "1",
    "DEEPEVAL_DISABLE_DOTENV": "1",
    "CONFIDENT_TRACING_ENABLED": "NO",
}
set_for_libraries(SWITCHES)

from deepeval.errors import DeepEvalError
from deepeval.metrics import AnswerRelevancyMetric, FaithfulnessMetric
from deepeval.models import DeepEvalBaseLLM
from deepeval.test_case import LLMTestCase

from bot.backends.judge import JudgeScores
from bot.errors import SettingError

__all__ = ["SWITCHES", "TIMEOUT_S", "DeepEvalJudge", "open_deepeval_judge"]

TIMEOUT_S = 30.0
"""For one request; five make the scores of an answer. None is repeated."""

_JSON_ONLY = "説明や前置きは付けず、JSONだけを返してください。"


def open_deepeval_judge(model: str, url: str, key: str, timeout: float = TIMEOUT_S) -> DeepEvalJudge:
    """Return a judge that asks `model` at the base address `url`. Raises `SettingError` for a malformed address."""
    # As bytes, since a key need not be ASCII; an empty one is not sent at all.
    headers = {b"Authorization": f"Bearer {key}".encode()} if key else {}
    try:
        client = httpx.Client(base_url=url, headers=headers, timeout=timeout)
    except httpx.InvalidURL as error:
        raise SettingError(f"GUIDE_JUDGE_URL is {url!r} ({error}); give an address such as http://host/v1") from None
    return DeepEvalJudge(_ChatModel(model, client))


class DeepEvalJudge:
    """Scores answers with two metrics of deepeval, one request after another."""

    def __init__(self, model: _ChatModel) -> None:
        self.name = model.get_model_name()
        self._model = model

    def score(self, question: str, answer_text: str, passages: Sequence[str]) -> JudgeScores:
        """Return the scores of an answer; what the server or its model does wrong is in `failures`."""
        failures: list[str] = []
        # A claim that the passages do not mention counts against the answer: the guide may say only what they say.
        options = {"model": self._model, "eval_mode": "llm", "async_mode": False, "include_reason": False}
        faithful = FaithfulnessMetric(
            evaluation_template=_FaithfulnessPrompts, penalize_ambiguous_claims=True, **options
        )
        relevant = AnswerRelevancyMetric(evaluation_template=_RelevancePrompts, **options)
        case = LLMTestCase(input=question, actual_output=answer_text, retrieval_context=list(passages))
        return JudgeScores(
            _measured(faithful, case, lambda: len(faithful.claims), failures),
            _measured(relevant, case, lambda: len(relevant.statements), failures),
            tuple(failures),
        )


def _measured(metric: Any, case: Any, items: Callable[[], int], failures: list[str]) -> float | None:
    """Return a metric's score, None when it failed or does not rest on one verdict for each item found."""
    try:
        score = float(metric.measure(case, _show_indicator=False))
    except _RequestError as error:
        failures.append(error.kind)
        return None
    except (DeepEvalError, ValueError):  # the library's own, for texts it will not take
        failures.append("garbage")
        return None
    if not metric.verdicts or len(metric.verdicts) != items():
        failures.append("garbage")  # the library scores no verdict at all as 1
        return None
    return score


class _RequestError(Exception):
    """One request that gave nothing; `kind` is one of `FAILURES`. It never quotes the request, which has the key."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class _ChatModel(DeepEvalBaseLLM):
    """The library's view of a chat model: a prompt and a schema in, an instance of the schema out."""

    def __init__(self, model: str, client: httpx.Client) -> None:
        self._name, self._client = model, client
        super().__init__(model)

    def load_model(self) -> _ChatModel:
        return self

    def get_model_name(self) -> str:
        return self._name

    def generate(self, prompt: str, schema: type[BaseModel]) -> BaseModel:
        text = self._ask(prompt)
        try:
            # Models like to wrap JSON in a fence or a sentence.
            return schema.model_validate_json(text[text.find("{") : text.rfind("}") + 1])
        except ValidationError:
            raise _RequestError("garbage") from None

    async def a_generate(self, prompt: str, schema: type[BaseModel]) -> BaseModel:
        return self.generate(prompt, schema)

    def _ask(self, prompt: str) -> str:
        body = {"model": self._name, "messages": [{"role": "user", "content": prompt}], "temperature": 0}
        try:
            response = self._client.post("chat/completions", json=body)
        except httpx.TimeoutException:
            raise _RequestError("timeout") from None
        except httpx.HTTPError:
            raise _RequestError("refused") from None
        if not response.is_success:
            raise _RequestError("refused")
        try:
            text = response.json()["choices"][0]["message"]["content"]
        except (ValueError, LookupError, TypeError):
            raise _RequestError("garbage") from None
        if not isinstance(text, str):
            raise _RequestError("garbage")
        return text


def _listed(items: Sequence[str]) -> str:
    return json.dumps(list(items), ensure_ascii=False, indent=1)


class _FaithfulnessPrompts:
    """What `FaithfulnessMetric` asks, in the language of the texts; names and arguments are the library's."""

    @staticmethod
    def generate_truths(retrieval_context: str) -> str:
        return (
            "次の<記事>から、書かれている事実・手順・注意をすべて抜き出してください。一つの項目には一つの内容だけを書き、"
            "条件（対象のWindows、場面）と、「可能性があります」「おそれがあります」などの断定しない言い方は残してください。"
            "コマンド、エラーコード、数字は一字も変えないでください。記事にないことは加えないでください。\n"
            f'{_JSON_ONLY}形式: {{"truths": ["…", "…"]}}\n\n<記事>\n{retrieval_context}\n</記事>'
        )

    @staticmethod
    def generate_claims(actual_output: str) -> str:
        return (
            "次の<回答>が述べていることを、すべて抜き出してください。一つの項目には一つの主張だけを書き、主語が略されて"
            "いれば補い、断定しない言い方は残してください。[1]のような引用番号、見出し、記号は主張に数えません。"
            "正しいかどうかは問いません。\n"
            f'{_JSON_ONLY}形式: {{"claims": ["…", "…"]}}\n\n<回答>\n{actual_output}\n</回答>'
        )

    @staticmethod
    def generate_verdicts(claims: Sequence[str], retrieval_context: str) -> str:
        return (
            "<主張>の一つ一つについて、<事実>に裏付けられるかを、<事実>だけを見て判定してください。"
            "「yes」は裏付けられる。「no」は食い違う。「borderline」は<事実>からは分からない。"
            "<事実>が断定していないことを断定する主張と、コマンド・コード・数字が異なる主張は「no」です。"
            "判定は主張と同じ順に、同じ数だけ返し、理由は「yes」以外のときだけ付けてください。\n"
            f'{_JSON_ONLY}形式: {{"verdicts": [{{"verdict": "yes"}}, {{"verdict": "no", "reason": "…"}}]}}\n\n'
            f"<事実>\n{retrieval_context}\n</事実>\n\n<主張>\n{_listed(claims)}\n</主張>"
        )


class _RelevancePrompts:
    """What `AnswerRelevancyMetric` asks, in the language of the texts; names and arguments are the library's."""

    @staticmethod
    def generate_statements(actual_output: str) -> str:
        return (
            "次の<回答>を、意味のまとまった短い文に分けてください。手順は一つずつ、表は一行ずつ一文にします。"
            "[1]のような引用番号、見出し、記号は除いてください。\n"
            f'{_JSON_ONLY}形式: {{"statements": ["…", "…"]}}\n\n<回答>\n{actual_output}\n</回答>'
        )

    @staticmethod
    def generate_verdicts(input: str, statements: Sequence[str]) -> str:  # noqa: A002  # the library's name
        return (
            "<文>の一つ一つについて、<質問>をした人の役に立つかを判定してください。"
            "「yes」は質問に答えている、または解決に要る手順・注意・相談先である。「no」は質問と関係がない。"
            "「borderline」は直接の答えではないが、補足になりうる。質問は言い切らない話しことばのことがあり、"
            "表記のゆれや打ちまちがいは読み替えてください。判定は文と同じ順に、同じ数だけ返し、理由は「yes」以外の"
            "ときだけ付けてください。\n"
            f'{_JSON_ONLY}形式: {{"verdicts": [{{"verdict": "yes"}}, {{"verdict": "no", "reason": "…"}}]}}\n\n'
            f"<質問>\n{input}\n</質問>\n\n<文>\n{_listed(statements)}\n</文>"
        )
