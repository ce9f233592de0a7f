"""What counts as a secret, and what is shown in its place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["REPLACEMENTS", "Secret", "SecretKind"]


class SecretKind(StrEnum):
    """The kinds of secrets; the values are the keys of `Answer.redacted`."""

    PRODUCT_KEY = "product_key"
    RECOVERY_KEY = "recovery_key"
    INSTALLATION_ID = "installation_id"
    CONFIRMATION_ID = "confirmation_id"
    EMAIL = "email"
    PHONE = "phone"
    PASSWORD = "password"  # noqa: S105  # the name of the kind
    USER_NAME = "user_name"
    CARD = "card"
    MY_NUMBER = "my_number"


REPLACEMENTS: dict[SecretKind, str] = {
    SecretKind.PRODUCT_KEY: "［プロダクトキー］",
    SecretKind.RECOVERY_KEY: "［回復キー］",
    SecretKind.INSTALLATION_ID: "［インストールID］",
    SecretKind.CONFIRMATION_ID: "［確認ID］",
    SecretKind.EMAIL: "［メールアドレス］",
    SecretKind.PHONE: "［電話番号］",
    SecretKind.PASSWORD: "［パスワード］",
    SecretKind.USER_NAME: "［ユーザー名］",
    SecretKind.CARD: "［カード番号］",
    SecretKind.MY_NUMBER: "［マイナンバー］",
}


@dataclass(frozen=True, slots=True)
class Secret:
    """One secret and the ranges of text that hold it: more than one where words stand between its parts."""

    kind: SecretKind
    spans: tuple[tuple[int, int], ...]
