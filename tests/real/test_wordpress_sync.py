"""`guide ingest` of a real WordPress: after each change on the blog the index holds what its readers see."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import pytest

from bot.backends.embedder import Embedder
from bot.index import open_index
from bot.settings import Settings
from ingest.run import ingest
from tests.real.wordpress import WordPress

pytestmark = pytest.mark.wordpress

BLOCKS = """<!-- wp:heading --><h2>{0}の手順</h2><!-- /wp:heading -->
<!-- wp:list {{"ordered":true}} -->
<ol><li>電源を切ります。</li><li>{0}のケーブルを抜きます。</li></ol>
<!-- /wp:list -->
<!-- wp:paragraph --><p>直らないときは、{0}のドライバーを入れ直します。10分ほどで終わります。</p><!-- /wp:paragraph -->
<!-- wp:code --><pre class="wp-block-code"><code>sc query "{0}"</code></pre><!-- /wp:code -->"""


class Sync:
    """Reads the blog into an index and tells what is in it."""

    def __init__(self, blog: WordPress, index: Path, embedder: Embedder) -> None:
        self._blog, self._index, self._embedder = blog, index, embedder

    def __call__(self) -> dict[str, str]:
        """Return title → text of what the index has after a sync."""
        ingest([self._blog.address], Settings(index=self._index, allow_private_addresses=True), allow_shrink=True)
        with closing(open_index(self._index, self._embedder.name, self._embedder.dimension)) as index:
            found = [index.documents.article(one) for one in index.documents.article_ids()]
            return {article.title: article.text for article in found if article is not None}


def test_the_index_follows_a_real_blog(blog: WordPress, tmp_path: Path, embedder: Embedder) -> None:
    """Added, edited, unpublished, published again, put into the trash, behind a password, private, deleted."""
    sync = Sync(blog, tmp_path / "index", embedder)
    numbers = {
        name: blog.add(f"{name}が動かない", BLOCKS.format(name)) for name in ("プリンター", "マウス", "画面", "音")
    }
    for name in ("下書き", "予約"):
        status = "draft" if name == "下書き" else "future"
        later = {"post_date": "2037-01-01 00:00:00"} if status == "future" else {}
        blog.add(f"{name}です", BLOCKS.format(name), post_status=status, **later)
    found = sync()
    assert {f"{name}が動かない" for name in numbers} <= set(found)
    assert not [title for title in found if "下書き" in title or "予約" in title]
    assert "マウスのケーブルを抜きます。" in found["マウスが動かない"]
    assert 'sc query "マウス"' in found["マウスが動かない"]
    others = set(found) - {f"{name}が動かない" for name in numbers}

    def shown(*titles: str) -> None:
        time.sleep(1.1)  # the blog tells times by the second
        assert set(sync()) == {*titles, *others}

    blog.add("電池が減る", BLOCKS.format("電池"))
    shown("プリンターが動かない", "マウスが動かない", "画面が動かない", "音が動かない", "電池が減る")
    blog.edit(numbers["マウス"], post_title="マウスが止まる", post_content=BLOCKS.format("無線マウス"))
    shown("プリンターが動かない", "マウスが止まる", "画面が動かない", "音が動かない", "電池が減る")
    assert "無線マウスのケーブルを抜きます。" in sync()["マウスが止まる"]
    blog.edit(numbers["マウス"], post_status="draft")
    shown("プリンターが動かない", "画面が動かない", "音が動かない", "電池が減る")
    blog.edit(numbers["マウス"], post_status="publish")
    shown("プリンターが動かない", "マウスが止まる", "画面が動かない", "音が動かない", "電池が減る")
    blog.trash(numbers["プリンター"])
    shown("マウスが止まる", "画面が動かない", "音が動かない", "電池が減る")
    blog.edit(numbers["画面"], post_password="himitsu")  # noqa: S106  # of this blog alone
    shown("マウスが止まる", "音が動かない", "電池が減る")
    blog.edit(numbers["画面"], post_password="")
    shown("マウスが止まる", "画面が動かない", "音が動かない", "電池が減る")
    blog.edit(numbers["音"], post_status="private")
    shown("マウスが止まる", "画面が動かない", "電池が減る")
    blog.php(f"wp_delete_post({numbers['画面']}, true);")
    shown("マウスが止まる", "電池が減る")


@pytest.mark.parametrize("permalinks", ["", "/archives/%post_id%", "/%postname%/"])
def test_addresses_of_any_form_are_found(permalinks: str, blog: WordPress, tmp_path: Path, embedder: Embedder) -> None:
    """Pretty or plain: the interface is found, and the articles carry the address that readers see."""
    blog.php(f"global $wp_rewrite; $wp_rewrite->set_permalink_structure('{permalinks}'); $wp_rewrite->flush_rules();")
    number = blog.add(f"形{permalinks}", BLOCKS.format("形"))
    found = Sync(blog, tmp_path / "index", embedder)()
    assert f"形{permalinks}" in found
    with closing(open_index(tmp_path / "index", embedder.name, embedder.dimension)) as index:
        urls = [article.url for one in index.documents.article_ids() if (article := index.documents.article(one))]
    assert blog.php(f"echo get_permalink({number});") in urls
