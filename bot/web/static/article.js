// What an article page does beside showing text: a link at each heading, and the cited passage marked where the browser
// itself does not know text fragments (`#:~:text=`). It takes the same directive, and `?q=` with the words themselves.
(() => {
  "use strict";
  const article = document.querySelector("article");

  for (const heading of article.querySelectorAll("[id]:is(h2, h3, h4, h5, h6)")) {
    const link = document.createElement("a");
    link.className = "anchor";
    link.href = `#${heading.id}`;
    link.setAttribute("aria-label", `「${heading.textContent}」へのリンク`);
    heading.append(link);
  }

  // Return the range of a passage: [prefix-,]start[,end][,-suffix]; white space does not count.
  function find(prefix, start, end) {
    const letters = [];
    const texts = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      [...texts.currentNode.data.matchAll(/\S/g)].forEach((one) => letters.push([texts.currentNode, one.index]));
    }
    const page = letters.map(([node, at]) => node.data[at]).join("");
    const squashed = (text) => text.replace(/\s+/g, "");
    const before = squashed(prefix);
    const found = page.indexOf(before + squashed(start));
    if (found < 0 || !squashed(start)) return [];
    const first = found + before.length;
    const after = first + squashed(start).length;
    const closing = squashed(end);
    const last = closing ? page.indexOf(closing, after) + closing.length : after;
    return last < after ? [] : letters.slice(first, last);
  }

  function parts() {
    const words = new URLSearchParams(location.search).get("q");
    // A browser that knows text fragments hides them from scripts: then this finds nothing, and nothing is to be done.
    const directive = /:~:text=([^&]*)/.exec(location.hash);
    if (!directive) return words ? ["", words, ""] : null;
    let pieces = directive[1].split(",").map(decodeURIComponent);
    const prefix = directive[1].split(",")[0].endsWith("-") ? pieces.shift().slice(0, -1) : "";
    pieces = pieces.filter((one, n) => !(n && one.startsWith("-")));
    return [prefix, pieces[0] || "", pieces[1] || ""];
  }

  function show() {
    for (const old of article.querySelectorAll("mark")) old.replaceWith(...old.childNodes);
    article.normalize();
    let wanted;
    try {
      wanted = parts();
    } catch {
      return; // no valid address; the page is there all the same
    }
    const spans = new Map();
    for (const [node, at] of wanted ? find(...wanted) : []) spans.set(node, [spans.get(node)?.[0] ?? at, at + 1]);
    for (const [node, [from, to]] of spans) {
      const range = document.createRange();
      range.setStart(node, from);
      range.setEnd(node, to);
      range.surroundContents(document.createElement("mark"));
    }
    article.querySelector("mark")?.scrollIntoView({ block: "center" });
  }

  addEventListener("hashchange", show);
  show();
})();
