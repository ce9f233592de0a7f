// The guide on somebody else's page: <script src="https://guide.example/widget.js" defer></script>
// Everything lives in one Shadow DOM. No markup is ever parsed and no style attribute written, so that a page with
// a strict Content Security Policy and Trusted Types has nothing to allow but this file and the guide's address.
(() => {
  "use strict";
  if (window.TroubleGuide) return; // the line may stand on a page twice

  // Put in by the server from its knowledge: whom to ask when the guide cannot be reached, and names of secrets.
  const CONTACTS = [];
  const SECRETS = {};

  const CSS = `
:host { all: initial !important; display: block !important; position: fixed !important; inset: auto 0 0 auto !important; overflow: visible !important; z-index: 2147483647 !important; }
.root {
  --bg: #fff; --surface: #f3f6f9; --border: #d5dce4; --edge: #7d8792; --ink: #1b1f24; --muted: #57606a;
  --primary: #0b5cad; --on-primary: #fff; --caution: #8a4b00; --caution-bg: #fff6e5; --danger: #a3211b; --danger-bg: #fdecea;
  --fine: #0b6b4f; --fine-bg: #e8f6f0; --brand: var(--primary); --on-brand: var(--on-primary);
  color: var(--ink); color-scheme: light; direction: ltr; text-align: left; overflow-wrap: anywhere; line-break: strict;
  font: 16px/1.7 system-ui, "Hiragino Sans", "Noto Sans JP", "Yu Gothic UI", sans-serif;
}
.root.dark {
  --bg: #12171d; --surface: #1b222b; --border: #33404d; --edge: #6b7785; --ink: #e6edf3; --muted: #9da7b3;
  --primary: #7ab8ff; --on-primary: #0b1b2b; --caution: #f2c078; --caution-bg: #2a2112; --danger: #f5a39b; --danger-bg: #2d1513;
  --fine: #7fd4b2; --fine-bg: #10241c; color-scheme: dark;
}
*, ::before, ::after { box-sizing: border-box; }
[hidden] { display: none !important; }
h2, h3, h4, p, ol, ul, pre, blockquote { margin: 0; padding: 0; font: inherit; }
button, textarea, input { font: inherit; color: inherit; margin: 0; }
button { cursor: pointer; }
svg { flex: none; width: 20px; height: 20px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
:focus-visible { outline: 3px solid var(--primary); outline-offset: 2px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.launcher { position: fixed; right: 16px; bottom: calc(16px + env(safe-area-inset-bottom)); width: 56px; height: 56px; padding: 0; border: 1px solid transparent; border-radius: 28px; background: var(--brand); color: var(--on-brand); box-shadow: 0 2px 12px rgb(0 0 0 / .28); display: grid; place-items: center; }
.launcher svg { width: 26px; height: 26px; }
.launcher span { position: absolute; right: 64px; padding: 4px 12px; border-radius: 10px; background: var(--ink); color: var(--bg); font-size: 14px; white-space: nowrap; opacity: 0; pointer-events: none; }
.launcher:is(:hover, :focus-visible) span { opacity: 1; }
.left .launcher { right: auto; left: 16px; }
.left .launcher span { right: auto; left: 64px; }

.panel { position: fixed; right: 16px; bottom: 16px; width: 400px; height: 640px; max-width: calc(100vw - 32px); max-height: calc(100vh - 32px); display: flex; flex-direction: column; overflow: hidden; border: 1px solid var(--border); border-radius: 10px; background: var(--bg); box-shadow: 0 8px 32px rgb(0 0 0 / .24); }
.left .panel { right: auto; left: 16px; }
.panel:focus-visible { outline-offset: -3px; }
.head { display: flex; align-items: center; gap: 4px; padding: 4px 4px 4px 16px; border-bottom: 1px solid var(--border); box-shadow: inset 0 3px var(--brand); }
.head h2 { flex: 1; min-width: 0; font-weight: 700; line-height: 1.4; }
.head button { min-width: 44px; height: 44px; padding: 0 12px; border: 0; border-radius: 10px; background: none; color: var(--muted); font-size: 14px; display: inline-flex; align-items: center; justify-content: center; gap: 4px; }
.head button:hover { background: var(--surface); color: var(--ink); }
.talk { flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: 16px; display: flex; flex-direction: column; gap: 16px; position: relative; }
.talk:focus-visible, .scroll:focus-visible { outline-offset: -3px; }
.talk > * { flex: none; }
.hello .what { font-size: 18px; font-weight: 700; }
.hello p + p, .hello .meta { margin-top: 12px; }
.meta { color: var(--muted); font-size: 13px; line-height: 1.6; }
.chips { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 12px; }
.chip, .small { display: inline-flex; align-items: center; justify-content: center; gap: 6px; min-height: 44px; padding: 6px 16px; border: 1px solid var(--edge); border-radius: 22px; background: var(--bg); color: var(--primary); font-size: 15px; font-weight: 600; line-height: 1.4; text-align: left; }
.small { border-color: var(--border); border-radius: 10px; font-size: 14px; }
.chip:hover, .small:hover { background: var(--surface); }
.small[aria-pressed="true"] { border-color: var(--fine); background: var(--fine-bg); color: var(--fine); }

.user { align-self: flex-end; max-width: 85%; padding: 8px 14px; border-radius: 10px; background: var(--brand); color: var(--on-brand); white-space: pre-wrap; scroll-margin-top: 12px; }
.guide > * + * { margin-top: 8px; }
.text > * + * { margin-top: 8px; }
.text h3, .text h4, .card h3, .sources > h3 { font-weight: 700; }
.text :is(h3, h4):not(:first-child), .guide > :is(.sources, .card, .asking) { margin-top: 20px; }
.status, .masked { color: var(--muted); font-size: 14px; }
.status::after { content: ""; display: block; width: 48px; height: 3px; margin-top: 6px; border-radius: 2px; background: var(--primary); }
:is(ol, ul) { padding-left: 1.75em; }
li + li, li > :is(ol, ul, p, pre, div, blockquote) { margin-top: 8px; }
.note { display: flex; gap: 8px; padding: 10px 12px; border-left: 4px solid var(--caution); border-radius: 10px; background: var(--caution-bg); color: var(--caution); }
.note svg { margin-top: 4px; }
.note.danger { border-color: var(--danger); background: var(--danger-bg); color: var(--danger); }
.scroll { overflow-x: auto; }
pre { padding: 12px; border: 1px solid var(--border); border-radius: 10px; background: var(--surface); font: 15px/1.6 ui-monospace, "SFMono-Regular", Consolas, monospace; white-space: pre; }
.card pre { white-space: pre-wrap; font: inherit; font-size: 14px; background: var(--bg); }
.foot { display: flex; align-items: center; gap: 8px; margin-top: 4px; }
table { border-collapse: collapse; min-width: 100%; font-size: 15px; line-height: 1.6; }
th, td { min-width: 5em; padding: 8px; border: 1px solid var(--border); text-align: left; vertical-align: top; }
th { background: var(--surface); font-weight: 700; }
.cite, .number { display: inline-block; min-width: 24px; padding: 0 4px; border: 1px solid var(--border); border-radius: 6px; background: var(--surface); color: var(--primary); font-size: 13px; font-weight: 600; line-height: 22px; text-align: center; }
.cite { position: relative; margin: 0 2px; vertical-align: 1px; }
button.cite::after { content: ""; position: absolute; inset: -11px -10px; }
button.cite:hover { background: var(--primary); color: var(--on-primary); }

.sources details, .card { border: 1px solid var(--border); border-radius: 10px; background: var(--surface); }
.sources details { margin-top: 8px; padding: 0 12px; }
summary { display: flex; align-items: center; gap: 8px; min-height: 44px; padding: 8px 0; cursor: pointer; list-style: none; line-height: 1.5; }
summary::-webkit-details-marker { display: none; }
summary > :first-child { flex: 1; min-width: 0; }
summary b { display: block; font-size: 15px; }
summary svg { width: 18px; height: 18px; color: var(--muted); }
[open] > summary svg { transform: rotate(180deg); }
.notice { display: flex; gap: 8px; margin-bottom: 8px; padding: 6px 10px; border-radius: 10px; background: var(--caution-bg); color: var(--caution); font-size: 14px; line-height: 1.6; }
.notice svg { width: 16px; height: 16px; margin-top: 3px; }
.passage { display: grid; grid-template-columns: auto 1fr; gap: 0 10px; padding: 8px 0 0; border-top: 1px solid var(--border); font-size: 15px; line-height: 1.6; align-items: baseline; scroll-margin: 60px; }
.found .number { background: var(--primary); color: var(--on-primary); }
.poor svg { transform: rotate(180deg); }
.passage q { quotes: none; white-space: pre-wrap; }
.link { display: inline-flex; align-items: center; gap: 6px; min-height: 44px; color: var(--primary); font-size: 14px; }
.passage .link { grid-column: 2; }
.link svg { width: 16px; height: 16px; }
.card { padding: 12px; border-color: var(--fine); background: var(--fine-bg); }
.card h3 { display: flex; flex-wrap: wrap; align-items: center; gap: 0 8px; color: var(--fine); }
.card .meta { color: var(--fine); }
.card > * + * { margin-top: 8px; }
.card ul { font-size: 15px; }
.card .small { margin-top: 4px; }
.phone { font-weight: 700; white-space: nowrap; }
.failure { padding: 10px 12px; border-left: 4px solid var(--danger); border-radius: 10px; background: var(--danger-bg); color: var(--danger); }
.asking { font-weight: 700; }
.rate { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin-top: 16px; padding-top: 8px; border-top: 1px solid var(--border); }
.rate .meta { flex: 1; min-width: 8em; }
.rate form { display: flex; gap: 8px; flex: 1 1 100%; }
textarea, input { flex: 1; min-width: 0; min-height: 44px; padding: 8px 12px; border: 1px solid var(--edge); border-radius: 10px; background: var(--bg); resize: none; line-height: 26px; display: block; }
::placeholder { color: var(--muted); opacity: 1; }
.ask { padding: 8px 12px calc(8px + env(safe-area-inset-bottom)); border-top: 1px solid var(--border); }
.ask form { display: flex; align-items: flex-end; gap: 8px; }
.send { flex: none; width: 44px; height: 44px; padding: 0; border: 0; border-radius: 10px; background: var(--brand); color: var(--on-brand); display: grid; place-items: center; }
.about { display: flex; align-items: center; gap: 4px; padding-left: 4px; color: var(--muted); font-size: 13px; line-height: 1.4; }
.about span { flex: 1; min-width: 0; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
.about button { width: 44px; height: 44px; border: 0; border-radius: 10px; background: none; display: grid; place-items: center; }
@media (max-width: 479.98px) {
  .panel, .left .panel { inset: 0 0 auto 0; width: 100%; max-width: none; height: 100vh; height: 100dvh; max-height: none; border: 0; border-radius: 0; }
}
@media (prefers-reduced-motion: no-preference) {
  .panel { animation: rise 150ms ease-out; }
  .launcher span, .chip, .small { transition: opacity 120ms, background-color 120ms; }
  .status::after { animation: move 1.6s ease-in-out infinite alternate; }
  @keyframes rise { from { opacity: 0; transform: translateY(8px); } }
  @keyframes move { to { transform: translateX(48px); } }
}
@media (forced-colors: active) { .cite, .user, .note, .panel { border: 1px solid; } }
@media print { .root { display: none; } }
`;

  const JA = {
    title: "トラブル解決ガイド", label: "困りごとを質問する", greeting: "何が起きましたか",
    how: "画面に出ている文章やコード、直前にしたことを、そのまま書いてください。記事にあることだけを、出典と日付を付けてお答えします。",
    note: "ブログの記事をもとに自動で答えます。Microsoftの公式の窓口ではありません。プロダクト キーや回復キーは書かないでください。",
    again: "新しい会話", close: "閉じる", talk: "会話", question: "質問", hint: "例: 24H2にしたら認証が外れた", send: "送信",
    topics: "よくある困りごと", about: "この記事について質問", aboutThis: "この記事について: ", aboutEnd: "記事についての質問をやめる",
    connecting: "ガイドにつないでいます", shown: "回答を表示しました。", yes: "はい", no: "いいえ", rate: "役に立ちましたか",
    comment: "よければ一言（なくてもかまいません）", give: "送る", got: "受け取りました。", notGot: "送れませんでした。",
    sources: "出典", source: "出典", undated: "日付なし", open: "記事のこの箇所を開く", tab: "（新しいタブ）", caution: "注意: ",
    who: "相談先", prepare: "手元に用意するもの", summary: "相談のときに使えるまとめ", copyAll: "内容をコピー", official: "公式の案内", from: "番号の出典: ",
    copy: "コピー", copied: "コピーしました", notCopied: "コピーできません。選んでコピーしてください", code: "コマンド", table: "表",
    masked: "伏せ字にしてから扱いました: ", times: "件", unsure: "わからない", retry: "もう一度送る", number: "番号: ",
    down: "いま、ガイドにつながりません。少し待ってから、もう一度お試しください。お急ぎのときは、次の窓口に相談できます。",
    failed: "うまく答えられませんでした。少し待ってから、もう一度お試しください。",
  };
  const EN = {
    title: "Trouble guide", label: "Ask about a problem", greeting: "What happened?",
    how: "Write the message or code on your screen and what you did before. Answers quote this blog's articles in Japanese, with dates.",
    note: "Answers are made automatically from this blog's articles, not by Microsoft. Please enter no product or recovery keys.",
    again: "New conversation", close: "Close", talk: "Conversation", question: "Question", hint: "e.g. 0x80070643", send: "Send",
    topics: "Common problems", about: "Ask about this article", aboutThis: "About this article: ", aboutEnd: "Stop asking about this article",
    connecting: "Connecting to the guide", shown: "The answer is shown. ", yes: "Yes", no: "No", rate: "Was this helpful?",
    comment: "A word (optional)", give: "Send", got: "Received.", notGot: "It could not be sent.",
    sources: "Sources", source: "Source", undated: "no date", open: "Open this passage", tab: " (new tab)",
    who: "Whom to ask", prepare: "Have at hand", summary: "Summary to hand on", copyAll: "Copy the summary", official: "Official page", from: "Source of the number: ",
    copy: "Copy", copied: "Copied", notCopied: "Cannot copy; select the text", code: "Command", table: "Table",
    masked: "Masked before use: ", times: "", unsure: "I don't know", retry: "Send again", number: "Reference: ",
    down: "The guide cannot be reached. Please try again later, or ask these if it is urgent.",
    failed: "That did not work. Please try again later.",
  };
  const TOPICS = [
    ["ライセンス認証", "24H2にしたら認証が外れた"],
    ["更新プログラム", "更新で 0x80070643 が出て進まない"],
    ["回復キー", "起動したら青い画面で回復キーを求められた"],
    ["起動しない", "電源は入るけどWindowsが立ち上がらない"],
  ];
  const ICONS = {
    ask: "M21 12a8 8 0 0 1-8 8H4l1.6-3.2A8 8 0 1 1 21 12ZM10.5 10a2 2 0 1 1 2.6 1.9c-.7.3-1.1.8-1.1 1.6M12 16.5v.01",
    close: "M6 6l12 12M18 6 6 18", again: "M12 5v14M5 12h14", send: "M12 19V5M5 12l7-7 7 7", down: "M6 9l6 6 6-6",
    caution: "M12 4 2.5 20h19L12 4ZM12 10v4M12 17v.01", out: "M14 4h6v6M20 4l-9 9M10 5H5v14h14v-5", page: "M6 3h8l4 4v14H6ZM9 12h6M9 16h6",
    thumb: "M7 11v9H4v-9ZM7 11l4-8a2 2 0 0 1 2 2v4h6l-1.5 11H7",
  };
  const KEPT = 20; // messages kept and sent along, which is what the API takes
  const MENDED = /^(?:bad_|invalid_|too_large)/; // codes of what only the reader can change
  const SILENCE = 45_000; // ms without a byte; the server pings every 15 s

  // ---- Where the guide is and how the page wants it

  const isOwn = (one) => /\/widget\.js(?:[?#]|$)/.test(one.value);
  // Optimisers keep the address in an attribute of their own and run scripts late or merged into one.
  const script = document.currentScript && isOwn({ value: document.currentScript.src }) ? document.currentScript
    : [...document.scripts].find((one) => [...one.attributes].some(isOwn));
  if (!script) return;
  const BASE = new URL(".", new URL([...script.attributes].find(isOwn).value, document.baseURI));
  const option = script.dataset;
  const lang = option.lang === "en" ? "en" : "ja";
  const T = { ...JA, ...(lang === "en" ? EN : {}) };
  let W = T, spoken = "ja";
  const title = option.title || T.title;
  const link = option.open || "#guide-open";
  const KEY = `trouble-guide ${BASE}`;

  // ---- Small tools

  function el(tag, props, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(props || {})) {
      if (name in node) node[name] = value;
      else node.setAttribute(name, value);
    }
    node.append(...children.flat().filter((one) => one));
    return node;
  }

  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", ICONS[name]);
    svg.append(path);
    return svg;
  }

  const button = (className, onclick, ...children) => el("button", { type: "button", className, onclick }, ...children);

  // Only web addresses become links, whatever an article or the server says.
  function webAddress(text) {
    try {
      const url = new URL(text, BASE);
      return /^https?:$/.test(url.protocol) ? url.href : "";
    } catch {
      return "";
    }
  }

  function anchor(text, address) {
    // An article of this very blog opens here, where the conversation goes on; another site in a tab of its own.
    const here = new URL(address).origin === location.origin && !address.startsWith(new URL("articles/", BASE).href);
    const node = el("a", { className: "link", href: address }, text, icon("out"));
    if (here) node.onclick = () => narrow.matches && close();
    else {
      node.target = "_blank";
      node.rel = "noopener noreferrer";
      node.append(el("span", { className: "unseen" }, T.tab));
    }
    return node;
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch { // no HTTPS, or not allowed: the old way
      const area = el("textarea", { className: "unseen", value: text });
      panel.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      if (!done) throw new Error("copy");
    }
  }

  function copyButton(label, text, name) {
    const one = button("small", () => {
      copy(text).then(() => T.copied, () => T.notCopied).then((said) => {
        one.textContent = said;
        say(said);
        one.focus();
        setTimeout(() => { one.textContent = label; }, 3000);
      });
    }, label);
    if (name) one.setAttribute("aria-description", name);
    return one;
  }

  // ---- An answer's text as nodes: the block structure that answers are written in, and [n]; nothing else is markup

  const ITEM = /^( *)(?:(\d{1,9})\.|-) (.*)/;

  function markdown(text, mark) {
    const out = el("div", { className: "text", lang: "ja" });
    const inline = (said) => said.split(/(\[\d{1,3}\])/).map((part) => /^\[\d/.test(part) ? mark(Number(part.slice(1, -1)), part) : part);
    const lines = text.replace(/\r\n?/g, "\n").split("\n");
    let lists = []; // open lists, outermost first: { node, indent, item }
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i];
      const item = ITEM.exec(line);
      if (item) {
        const indent = item[1].length;
        const tag = item[2] ? "OL" : "UL";
        while (lists.length && lists.at(-1).indent > indent) lists.pop();
        if (lists.length && lists.at(-1).indent === indent && lists.at(-1).node.tagName !== tag) lists.pop();
        if (!lists.length || lists.at(-1).indent < indent) {
          const node = el(tag);
          (lists.length ? lists.at(-1).item : out).append(node);
          lists.push({ node, indent });
        }
        const at = lists.at(-1);
        at.item = el("li", item[2] ? { value: Number(item[2]) } : {}, inline(item[3]));
        at.node.append(at.item);
        continue;
      }
      if (!line.trim()) continue;
      const inside = lists.length && /^ {2,}/.test(line) ? lists.at(-1).item : null;
      if (!inside) lists = [];
      const place = inside || out;
      const trimmed = line.trimStart();
      if (trimmed.startsWith("```")) {
        const code = [];
        while (++i < lines.length && !lines[i].trimStart().startsWith("```")) code.push(lines[i]);
        // The mark of a command stands alone on the next line: it joins the button below the command.
        const marks = /^\s*(?:\[\d{1,3}\])+\s*$/.test(lines[i + 1] || "") ? inline(lines[++i].trim()) : [];
        place.append(el("div", {},
          el("pre", { className: "scroll", tabIndex: 0, role: "group", "aria-label": T.code }, el("code", {}, code.join("\n"))),
          el("div", { className: "foot" }, copyButton(T.copy, code.join("\n"), code[0]), marks)));
      } else if (/^#{1,6} /.test(trimmed)) {
        out.append(el(/^#{4}/.test(trimmed) ? "h4" : "h3", {}, inline(trimmed.replace(/^#+ +/, ""))));
      } else if (trimmed.startsWith(">")) {
        const said = [trimmed.replace(/^> ?/, "")];
        while (/^\s*>/.test(lines[i + 1] || "")) said.push(lines[++i].replace(/^\s*> ?/, ""));
        const whole = said.join("\n");
        const named = /^(?:注意|警告|重要|危険|ご注意)/.test(whole);
        place.append(el("blockquote", { className: /^(?:警告|危険)/.test(whole) ? "note danger" : "note" },
          icon("caution"), el("p", {}, named ? "" : JA.caution, inline(whole))));
      } else if (trimmed.startsWith("|")) {
        const rows = [trimmed];
        while (/^\s*\|/.test(lines[i + 1] || "")) rows.push(lines[++i].trim());
        place.append(tableOf(rows, inline));
      } else {
        const said = [trimmed];
        while (lines[i + 1]?.trim() && !/^\s*(?:```|#{1,6} |>|\||(?:\d{1,9}\.|-) )/.test(lines[i + 1])) said.push(lines[++i].trim());
        place.append(el("p", {}, said.flatMap((one, n) => [n && el("br"), ...inline(one)])));
      }
    }
    return out;
  }

  function tableOf(rows, inline) {
    const cells = (row) => row.replace(/^\| ?/, "").replace(/ ?\|$/, "").split(" | ");
    const table = el("table");
    const headed = /^\|(?:\s*:?-+:?\s*\|)+$/.test(rows[1] || "");
    rows.forEach((row, n) => {
      if (headed && n === 1) return;
      const head = headed && !n;
      const part = table.querySelector(head ? "thead" : "tbody") || table.appendChild(el(head ? "thead" : "tbody"));
      part.append(el("tr", {}, cells(row).map((cell) => el(head ? "th" : "td", head ? { scope: "col" } : {}, inline(cell)))));
    });
    return el("div", { className: "scroll", tabIndex: 0, role: "group", "aria-label": T.table }, table);
  }

  // ---- The parts of an answer, in the order in which they are read

  function answerNodes(message) {
    const answer = message.answer;
    const citations = answer.citations || [];
    const passages = new Map();
    const mark = (n, plain) => {
      const cited = citations.find((one) => one.n === n);
      if (!cited) return plain;
      return el("button", { type: "button", className: "cite", title: cited.title, ariaLabel: `${T.source}${n}: ${cited.title}`, onclick: () => {
        const at = passages.get(n);
        at.closest("details").open = true;
        at.closest(".sources").querySelectorAll(".found").forEach((one) => one.classList.remove("found"));
        at.classList.add("found");
        at.scrollIntoView({ block: "nearest" });
        (at.querySelector("a") || at.closest("details").firstChild).focus({ preventScroll: true });
      } }, String(n));
    };
    W = answer.language === "en" ? { ...JA, ...EN } : T;
    spoken = answer.language;
    const kinds = Object.entries(answer.redacted || {}).map(([kind, count]) => `${spoken === "ja" && SECRETS[kind] || kind} ${count}${W.times}`);
    return [
      answer.text ? markdown(answer.text, mark) : null,
      citations.length ? sourcesOf(citations, passages) : null,
      answer.escalation ? escalationOf(answer.escalation) : null,
      kinds.length ? el("p", { className: "masked" }, W.masked + kinds.join("、")) : null,
      answer.question ? el("p", { className: "asking", lang: spoken }, answer.question.text) : null,
      answer.question ? choicesOf(answer.question) : null,
      answer.text ? rateOf(message) : null,
    ];
  }

  function sourcesOf(citations, passages) {
    const articles = new Map();
    for (const one of citations) articles.set(one.article_id, [...(articles.get(one.article_id) || []), one]);
    const cards = [...articles.values()].map((cited) => {
      const notices = new Set(cited.flatMap((one) => one.notices || []));
      return el("details", { lang: "ja" },
        el("summary", {}, el("span", {}, el("b", {}, cited[0].title),
          el("span", { className: "meta" }, `${cited.map((one) => `[${one.n}]`).join("")} ${cited[0].updated || W.undated}・${cited[0].evidence}`)), icon("down")),
        [...notices].map((said) => el("p", { className: "notice" }, icon("caution"), el("span", {}, el("span", { className: "unseen" }, JA.caution), said))),
        cited.map((one) => {
          const address = webAddress(one.link);
          const passage = el("div", { className: "passage" }, el("span", { className: "number" }, String(one.n)), el("q", {}, one.quote), address && anchor(W.open, address));
          passages.set(one.n, passage);
          return passage;
        }));
    });
    return el("div", { className: "sources", role: "group", ariaLabel: W.sources }, el("h3", {}, W.sources), cards);
  }

  function contactOf(contact) {
    const address = contact.url && webAddress(contact.url);
    return el("li", {}, el("b", {}, contact.name), contact.phone && [" ", el("a", { className: "link phone", href: `tel:${encodeURIComponent(contact.phone)}` }, contact.phone)],
      contact.how && el("div", {}, contact.how),
      contact.phone && el("div", { className: "meta" }, W.from + contact.source),
      address && el("div", {}, anchor(W.official, address)));
  }

  const fold = (label, ...children) => el("details", {}, el("summary", {}, el("b", {}, label), icon("down")), ...children);

  function escalationOf(one) {
    return el("div", { className: "card", role: "group", ariaLabel: W.who, lang: spoken },
      el("h3", {}, W.who, el("span", { className: "meta" }, one.urgency)), el("p", {}, one.reason), el("ul", {}, one.contacts.map(contactOf)),
      one.prepare?.length && [el("b", {}, W.prepare), el("ul", {}, one.prepare.map((item) => el("li", {}, item)))],
      one.summary && [fold(W.summary, el("pre", {}, one.summary)), copyButton(W.copyAll, one.summary)]);
  }

  function choicesOf(asked) {
    const { unsure } = spoken === "en" ? EN : JA;
    const choices = [...asked.choices.filter((one) => one !== unsure), unsure];
    return el("div", { className: "chips", role: "group", ariaLabel: asked.text, lang: spoken }, choices.map((one) => button("chip", () => ask(one), one)));
  }

  function rateOf(message) {
    const row = el("div", { className: "rate", role: "group", ariaLabel: T.rate });
    const note = el("span", { className: "meta" }, T.rate);
    const word = el("input", { type: "text", ariaLabel: T.comment, placeholder: T.comment, maxLength: 500, onkeydown: composing });
    const form = el("form", { hidden: true, onsubmit: (event) => {
      event.preventDefault();
      send(word.value.trim());
      form.hidden = true;
      thumbs[message.helpful ? 0 : 1].focus();
    } }, word, el("button", { type: "submit", className: "small" }, T.give));
    const send = (comment) => post("api/feedback", { request_id: message.id, helpful: message.helpful, comment })
      .then((reply) => reply.ok).catch(() => false)
      .then((done) => { note.textContent = done ? T.got : T.notGot; say(note.textContent); });
    const thumbs = [[true, T.yes], [false, T.no]].map(([helpful, label]) => el("button", {
      type: "button", className: helpful ? "small" : "small poor", ariaPressed: String(message.helpful === helpful),
      onclick: () => {
        message.helpful = helpful;
        thumbs.forEach((one, n) => { one.ariaPressed = String(helpful === !n); });
        form.hidden = false;
        form.scrollIntoView({ block: "nearest" });
        send("");
        save();
        tell("feedback", { helpful });
      },
    }, icon("thumb"), label));
    row.append(note, ...thumbs, form);
    return row;
  }

  // ---- The conversation

  let talk = { said: [], state: "", open: false };
  let busy = null;
  const listeners = {};

  function restore() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEY));
      if (kept.said.every((one) => typeof one.text === "string" && (one.role === "user" || one.answer))) talk = kept;
    } catch { /* none, blocked or damaged: a new conversation then */ }
  }

  function save() {
    talk.said = talk.said.slice(-KEPT);
    try {
      sessionStorage.setItem(KEY, JSON.stringify(talk));
    } catch { /* blocked or full: it lasts as long as this page */ }
  }

  // What the page is told never holds what a reader wrote.
  function tell(name, detail = {}) {
    for (const listener of listeners[name] || []) {
      try {
        listener(detail);
      } catch (error) {
        setTimeout(() => { throw error; });
      }
    }
  }

  const post = (path, body, accept = "application/json", signal = undefined) => fetch(new URL(path, BASE), {
    method: "POST", credentials: "omit", signal, headers: { "Content-Type": "application/json", Accept: accept }, body: JSON.stringify(body),
  });

  // Return the answer; `watch` gets `status` and `delta` texts. Throws what the server said, with `told`.
  async function request(body, stop, watch) {
    let timer;
    const alive = () => { clearTimeout(timer); timer = setTimeout(() => stop.abort(), SILENCE); };
    const told = (said, status) => Object.assign(new Error("told"), { told: said?.error || {}, status });
    alive();
    try {
      let reply = await post("api/chat", body, "text/event-stream", stop.signal);
      let id = reply.headers.get("X-Request-ID") || "";
      if (!reply.ok) throw told(await reply.json().catch(() => null), reply.status);
      if (/event-stream/.test(reply.headers.get("Content-Type")) && reply.body) {
        const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
        let rest = "";
        for (;;) {
          const { done, value } = await reader.read();
          if (done) break;
          alive();
          const events = (rest + value).split(/\r?\n\r?\n/);
          rest = events.pop();
          for (const event of events) {
            const field = (name) => event.split(/\r?\n/).filter((one) => one.startsWith(`${name}:`)).map((one) => one.slice(name.length + 1).replace(/^ /, "")).join("\n");
            const name = field("event");
            if (!field("data")) continue;
            const data = JSON.parse(field("data"));
            if (name === "error") throw told(data, 500);
            if (name === "answer") return { answer: data, id };
            watch(name, data.text || "");
          }
        }
        // Something on the way cut the stream: ask once more, for the whole at once.
        reply = await post("api/chat", body, "application/json", stop.signal);
        id = reply.headers.get("X-Request-ID") || "";
        if (!reply.ok) throw told(await reply.json().catch(() => null), reply.status);
      }
      return { answer: await reply.json(), id };
    } finally {
      clearTimeout(timer);
    }
  }

  async function ask(question) {
    question = String(question).trim();
    if (!question || busy) return;
    const stop = busy = new AbortController();
    list.querySelectorAll(".hello, .failed, .guide .chips").forEach((one) => one.remove());
    const asked = el("div", { className: "user" }, question);
    const status = el("p", { className: "status" }, T.connecting);
    const reply = el("div", { className: "guide" }, status);
    list.append(asked, reply);
    // The question stays at the top while its answer grows, until the reader scrolls.
    const show = () => { asked.scrollIntoView({ block: "start" }); return list.scrollTop; };
    let top = show();
    const follow = () => { if (Math.abs(list.scrollTop - top) < 2) top = show(); };
    say(T.connecting);
    tell("ask");
    let text = "";
    let drawn = 0;
    const draw = () => {
      drawn = 0;
      // A mark half received is held back.
      if (busy === stop && text) reply.replaceChildren(markdown(text.replace(/\[\d{0,3}$/, ""), (n) => el("span", { className: "cite" }, String(n))), status);
      follow();
    };
    const watch = (name, said) => {
      if (busy !== stop) return;
      if (name === "status") {
        status.textContent = said;
        say(said);
      } else if (name === "delta") {
        text += said;
        drawn ||= requestAnimationFrame(draw);
      }
    };
    const history = talk.said.slice(-KEPT).map(({ role, text: said }) => ({ role, text: said }));
    const body = { question, history, state: talk.state, page_url: about ? location.href.split("#")[0].slice(0, 2000) : "" };
    try {
      const { answer, id } = await request(body, stop, watch);
      if (busy !== stop) return; // a new conversation has begun meanwhile
      busy = null;
      const hidden = Object.keys(answer.redacted || {}).length > 0;
      const shown = hidden ? masked(question) : question;
      asked.textContent = shown;
      const message = { role: "assistant", text: answer.text || "", answer, id };
      reply.replaceChildren(...answerNodes(message).filter(Boolean));
      reply.classList.add("done");
      follow();
      talk.said.push({ role: "user", text: shown }, message);
      talk.state = answer.state || "";
      save();
      say(T.shown + (reply.querySelector(".text p")?.textContent.replace(/\d+$/, "") || ""));
      tell("answer", { status: answer.status, mode: answer.mode, citations: (answer.citations || []).length });
    } catch (error) {
      if (busy !== stop) return;
      busy = null;
      failed(error, question, asked, reply);
    }
  }

  // Roughly what the server masks by its exact rules, so that a key does not stay on the screen or in storage.
  function masked(question) {
    return question.replace(/(?:Users|ユーザー)\\[^\\\s]+/gi, "Users\\＊＊＊").replace(/[^\s、。「」]+@[^\s、。「」]+/g, "＊＊＊")
      .replace(/[0-9A-Z０-９][0-9A-Z０-９ 　\-－ー‐]{6,}[0-9A-Z０-９]/gi, (run) => /^(?:0x[0-9a-f]+|KB\d+)$/i.test(run.trim()) || !/[0-9０-９]/.test(run) ? run : "＊＊＊");
  }

  function failed(error, question, asked, reply) {
    const said = error.told?.message || (error.told ? T.failed : T.down);
    const mend = MENDED.test(error.told?.code);
    const number = error.status >= 500 && error.told?.request_id ? ` ${T.number}${error.told.request_id}` : "";
    reply.classList.add("failed");
    asked.classList.add("failed");
    reply.replaceChildren(el("p", { className: "failure", lang: error.told?.message ? "ja" : lang }, said + number));
    if (mend) {
      box.value = question;
      grow();
    } else {
      reply.append(button("small", () => ask(question), T.retry));
      if (!error.told || error.status >= 500) {
        reply.append(el("div", { className: "card", role: "group", ariaLabel: T.who, lang: "ja" }, el("h3", {}, T.who),
          CONTACTS.map((route) => fold(`${route.name}（${route.urgency}）`, el("ul", {}, route.contacts.map(contactOf))))));
      }
    }
    say(said);
    tell("error", { status: error.status || 0 });
  }

  // ---- Launcher and panel

  const style = (text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  };
  const host = document.createElement("trouble-guide");
  const shadow = host.attachShadow({ mode: "open" });
  const live = style(""); // the height that a phone's keyboard leaves
  shadow.adoptedStyleSheets = [style(CSS), style(branded(option.color)), live];
  const narrow = matchMedia("(max-width: 479.98px)");
  const darkness = matchMedia("(prefers-color-scheme: dark)");
  const root = el("div", { className: "root", lang });
  let panel, list, box, announcer, tag, about = false, opener = null;
  const launcher = el("button", { type: "button", className: "launcher", ariaHasPopup: "dialog", onclick: () => open() }, icon("ask"), el("span", {}, option.label || T.label));
  root.classList.toggle("left", option.position === "left");
  root.append(launcher);
  shadow.append(root);
  const paint = () => root.classList.toggle("dark", option.theme ? option.theme === "dark" : darkness.matches);
  darkness.addEventListener("change", paint);
  paint();
  // Keys typed here are nobody else's shortcuts.
  for (const name of ["keydown", "keyup", "keypress"]) root.addEventListener(name, (event) => event.stopPropagation());

  // The owner's colour with whichever of black and white reads better on it: one of them has at least 4.5:1.
  function branded(colour) {
    const found = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(colour || "");
    if (!found) return "";
    const digits = found[1].length === 3 ? found[1].replace(/./g, "$&$&") : found[1];
    const [r, g, b] = [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16) / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return `.root { --brand: #${digits}; --on-brand: ${0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff"}; }`;
  }

  function build() {
    const heading = el("h2", { id: "title" }, title);
    list = el("div", { className: "talk", role: "region", ariaLabel: T.talk, tabIndex: 0 });
    box = el("textarea", { rows: 1, ariaLabel: T.question, placeholder: T.hint, enterKeyHint: "send", lang: "ja", oninput: grow, onkeydown: typed });
    announcer = el("p", { className: "unseen", role: "status" });
    tag = el("div", { className: "about", hidden: true }, icon("page"), el("span", {}, T.aboutThis + pageTitle()),
      el("button", { type: "button", ariaLabel: T.aboutEnd, onclick: () => asksAbout(false) }, icon("close")));
    panel = el("div", { className: "panel", role: "dialog", tabIndex: -1, hidden: true, "aria-labelledby": "title", onkeydown: trapped },
      el("div", { className: "head" }, heading, button("", anew, icon("again"), T.again), el("button", { type: "button", ariaLabel: T.close, title: T.close, onclick: close }, icon("close"))),
      list,
      el("div", { className: "ask" }, tag, el("form", { onsubmit: (event) => { event.preventDefault(); submit(); } }, box,
        el("button", { type: "submit", className: "send", ariaLabel: T.send, title: T.send }, icon("send")))),
      announcer);
    root.append(panel);
    if (talk.said.length) {
      talk.said.forEach((one) => list.append(one.role === "user" ? el("div", { className: "user" }, one.text)
        : el("div", { className: "guide done" }, ...answerNodes(one).filter(Boolean))));
      const choices = list.querySelectorAll(".guide .chips");
      choices.forEach((one) => one.closest(".guide") === list.lastChild || one.remove());
    } else greet();
  }

  function greet() {
    list.replaceChildren(el("div", { className: "hello" }, el("p", { className: "what" }, option.greeting || T.greeting), el("p", {}, T.how),
      el("div", { className: "chips", role: "group", ariaLabel: T.topics }, TOPICS.map(([label, question]) => el("button", { type: "button", className: "chip", lang: "ja", onclick: () => ask(question) }, label)),
        isArticle() && button("chip", () => asksAbout(true), icon("page"), T.about)),
      el("p", { className: "meta" }, T.note)));
  }

  const isArticle = () => document.querySelector('meta[property="og:type"][content="article"], body.single') || document.querySelectorAll("article").length === 1;
  const pageTitle = () => document.querySelector("article h1, h1")?.textContent.trim() || document.title;

  function asksAbout(on) {
    about = on;
    tag.hidden = !on;
    box.focus();
  }

  function open() {
    if (!panel) build();
    if (!panel.hidden) return;
    opener = document.activeElement;
    panel.hidden = false;
    launcher.hidden = true;
    panel.ariaModal = String(narrow.matches);
    talk.open = true;
    save();
    fit();
    list.scrollTop = list.scrollHeight;
    list.querySelector(".user:nth-last-child(2)")?.scrollIntoView({ block: "start" });
    // On a phone the keyboard comes up only when the reader taps the box.
    (matchMedia("(pointer: coarse)").matches ? panel : box).focus();
    tell("open");
  }

  function close() {
    if (!panel || panel.hidden) return;
    panel.hidden = true;
    launcher.hidden = false;
    talk.open = false;
    save();
    (opener && opener !== host && opener !== document.body && opener.isConnected ? opener : launcher).focus();
    tell("close");
  }

  function anew() {
    busy?.abort();
    busy = null;
    talk = { said: [], state: "", open: true };
    save();
    greet();
    asksAbout(false);
  }

  function say(text) {
    announcer.textContent = text;
  }

  function submit() {
    const question = box.value;
    if (busy || !question.trim()) return;
    box.value = "";
    grow();
    ask(question);
  }

  // An input method confirms with Enter too: such a key is its own. (229: what Safari calls it after the end.)
  const composing = (event) => { if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.preventDefault(); };

  function typed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  }

  function grow() {
    box.rows = 1;
    while (box.rows < 5 && box.scrollHeight > box.clientHeight) box.rows += 1;
  }

  function trapped(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") close();
    if (event.key !== "Tab") return;
    const stops = [...panel.querySelectorAll("button, a[href], textarea, input, summary, [tabindex='0']")].filter((one) => one.checkVisibility ? one.checkVisibility() : one.offsetParent);
    const at = stops.indexOf(shadow.activeElement);
    if (event.shiftKey ? at <= 0 : at === stops.length - 1) {
      event.preventDefault();
      stops.at(event.shiftKey ? -1 : 0).focus();
    }
  }

  // A phone's keyboard covers the page without resizing it: the panel takes what is left. Not while zoomed in.
  function fit() {
    const view = window.visualViewport;
    const small = narrow.matches && view && view.scale < 1.05;
    live.replaceSync(small ? `.panel { inset: ${view.offsetTop}px 0 auto 0 !important; height: ${view.height}px !important; }` : "");
    if (panel) panel.ariaModal = String(narrow.matches);
  }

  function attach() {
    document.body.append(host);
    // The top layer is above every z-index of the page.
    if (host.showPopover) {
      host.popover = "manual";
      host.showPopover();
    }
  }

  function start() {
    restore();
    attach();
    if (talk.open) {
      open();
      if (!matchMedia("(pointer: coarse)").matches) shadow.activeElement?.blur(); // a page that loads keeps its focus
    }
    // Some themes put in a new body when they go to the next page.
    new MutationObserver(() => { if (!host.isConnected && document.body) attach(); }).observe(document.documentElement, { childList: true });
    window.visualViewport?.addEventListener("resize", fit);
    window.visualViewport?.addEventListener("scroll", fit);
    document.addEventListener("click", (event) => {
      const from = event.composedPath().find((one) => one.localName === "a");
      if (!from || from.hash !== link || from.pathname !== location.pathname) return;
      event.preventDefault();
      open();
    });
    addEventListener("hashchange", () => location.hash === link && open());
    if (location.hash === link) open();
  }

  window.TroubleGuide = Object.freeze({
    open, close,
    ask: (question) => { open(); return ask(question); },
    on: (name, listener) => {
      (listeners[name] ||= new Set()).add(listener);
      return () => listeners[name].delete(listener);
    },
  });
  if (document.body) start();
  else addEventListener("DOMContentLoaded", start);
})();
