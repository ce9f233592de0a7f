"""Which pages may use the guide, and whose word on a client is believed: origins and proxies."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from bot.errors import SettingError
from bot.settings import load
from tests.web.error_shape import check_error
from tests.web.guarded import GOOD, OWN, ask, guarded
from tests.web.prepared import FULL, PreparedGuide

__all__ = ["guarded"]

HOSTILE = (
    *("null", "NULL", "", " ", "*", "https://", "https://evil.example", "file://", "data:", "about:blank"),
    *(
        "https://blog.example.evil.example",
        "https://evilblog.example",
        "https://blog.example.",
        "https://xblog.example",
    ),
    *("https://sub.blog.example", "https://blog.exampl", "https://blog.example.com", "https://blog-example"),
    *("https://blog.example:443", "https://blog.example:8443", "https://blog.example:", "https://blog.example:0443"),
    *("http://blog.example", "HTTPS://blog.example", "ws://blog.example", "ftp://blog.example", "//blog.example"),
    *("blog.example", "https:blog.example", "https:/blog.example", "https:\\\\blog.example", "javascript:alert(1)"),
    *("https://user@blog.example", "https://blog.example@evil.example", "https://blog.example:x@evil.example"),
    *("https://Blog.example", "https://BLOG.EXAMPLE", "https://blog.example/", "https://blog.example/path"),
    *(
        "https://blog.example?x",
        "https://blog.example#x",
        "https://blog.example%2eevil.example",
        "https://blog%2eexample",
    ),
    *("https://xn--blg-5cd.example", "https://bl0g.example", "https://blog.example https://evil.example"),
    *(
        "https://blog.example,https://evil.example",
        "https://evil.example, https://blog.example",
        "https://blog.example\t",
    ),
    *(
        "http://testserver.evil.example",
        "https://testserver",
        "http://testserver:81",
        "http://localhost",
        "http://127.0.0.1",
    ),
)


def test_there_are_enough_hostile_origins() -> None:
    """Forty at least, and none twice."""
    assert len(set(HOSTILE)) == len(HOSTILE) >= 40


@pytest.mark.parametrize("origin", HOSTILE)
def test_a_hostile_origin_can_neither_ask_nor_read(origin: str, guarded: tuple[PreparedGuide, TestClient]) -> None:
    """Nothing is done for its POST, on the API and on the mounted chat page alike, and no response is readable."""
    guide, client = guarded
    before = len(guide.asked)
    for path in (
        "/api/chat",
        "/api/feedback",
        "/gradio_api/queue/join",
        "/gradio_api/run/predict",
        "/gradio_api/upload",
    ):
        response = client.post(path, json={"question": "問い"}, headers={"Origin": origin})
        check_error(response, 403, "forbidden")
        assert "access-control-allow-origin" not in response.headers
        asking = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        preflight = client.options(path, headers=asking)
        check_error(preflight, 403, "forbidden")
        assert "access-control-allow-origin" not in preflight.headers
    for path in ("/", "/config", "/gradio_api/info", "/healthz"):
        assert "access-control-allow-origin" not in client.get(path, headers={"Origin": origin}).headers
    assert len(guide.asked) == before


def test_the_allowed_origin_asks_and_reads(guarded: tuple[PreparedGuide, TestClient]) -> None:
    """Preflight, answer, id and errors are readable, and cookies play no part."""
    guide, client = guarded
    asking = {
        "Origin": GOOD,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    preflight = client.options("/api/chat", headers=asking)
    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (200, GOOD)
    guide.replies = [FULL, KeyError("x")]
    for status in (200, 500):
        response = ask(client, Origin=GOOD)
        assert (response.status_code, response.headers["access-control-allow-origin"]) == (status, GOOD)
        assert "X-Request-ID" in response.headers["access-control-expose-headers"]
        assert "access-control-allow-credentials" not in response.headers
        assert "Origin" in response.headers["vary"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": OWN},
        {"Origin": OWN, "Sec-Fetch-Site": "same-origin"},
        {"Origin": "https://testserver", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_the_own_page_asks(headers: dict[str, str], guarded: tuple[PreparedGuide, TestClient]) -> None:
    """The guide's own pages need no permission, also behind a proxy that takes TLS off; nor do programs."""
    guide, client = guarded
    guide.replies = [FULL]
    assert ask(client, **headers).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site", "same-origin, cross-site", "x"])
def test_a_foreign_page_without_an_origin_is_refused(site: str, guarded: tuple[PreparedGuide, TestClient]) -> None:
    """Some browsers leave the origin out but say where a request comes from."""
    check_error(ask(guarded[1], **{"Sec-Fetch-Site": site}), 403, "forbidden")


def test_two_origins_are_none(guarded: tuple[PreparedGuide, TestClient]) -> None:
    """A second header does not help the first."""
    response = guarded[1].post("/api/chat", json={"question": "a"}, headers=[("Origin", GOOD), ("Origin", GOOD)])
    check_error(response, 403, "forbidden")


@pytest.mark.parametrize(
    "value",
    [
        *("*", "null", "blog.example", "https://blog.example/", "https://Blog.example", "https://*.example"),
        *("https://blog.example:443", "http://a:80", "http://a:70000", "https://a@b", "https://a..b", "ftp://a"),
        *("https://ブログ.example", "https://a b", "https://a,https://b/"),
    ],
)
def test_a_bad_origin_in_the_settings_is_one_sentence(value: str) -> None:
    """The start ends with what is wrong and how it should look."""
    with pytest.raises(SettingError, match=r"GUIDE_ALLOWED_ORIGINS is .* (is no origin|names a port)") as caught:
        load({"GUIDE_ALLOWED_ORIGINS": value})
    assert "such as https://blog.example" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_good_origins_are_taken() -> None:
    """Several, with commas between, blanks around, ports and addresses."""
    value = "https://blog.example, http://localhost:8080,http://[::1]:7860, https://xn--wgv71a.example"
    assert load({"GUIDE_ALLOWED_ORIGINS": value}).allowed_origins == value


@pytest.mark.parametrize("value", ["10.0.0.1/8", "proxy.example", "*", "1.2.3", "10.0.0.0/33"])
def test_a_bad_proxy_is_one_sentence(value: str) -> None:
    """A name or a network with host bits would silently trust nobody."""
    with pytest.raises(SettingError, match=r"GUIDE_TRUSTED_PROXIES is .* is no address or network"):
        load({"GUIDE_TRUSTED_PROXIES": value})
