// Checks that run inside the page; each returns a list of faults, empty when all is well.
window.audit = {
  // Text whose contrast against what is behind it is below 4.5:1.
  contrast() {
    const parse = (colour) => {
      const parts = colour.match(/[\d.]+/g).map(Number);
      return [parts[0], parts[1], parts[2], parts[3] ?? 1];
    };
    const over = (top, below) => top.slice(0, 3).map((value, i) => value * top[3] + below[i] * (1 - top[3]));
    const luminance = (rgb) => {
      const [r, g, b] = rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (element) => {
      const layers = [];
      for (let at = element; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
      return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
    };
    const faults = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const element = texts.currentNode.parentElement;
      const text = texts.currentNode.data.trim();
      if (!text || !element.checkVisibility() || element.closest(".unseen, script, style, noscript")) continue;
      const behind = ground(element);
      const pair = [luminance(over(parse(getComputedStyle(element).color), behind)), luminance(behind)].sort((a, b) => b - a);
      const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
      if (ratio < 4.5) faults.push(`${ratio.toFixed(2)} ${text.slice(0, 40)}`);
    }
    return faults;
  },

  // Controls that are too small for a finger: below 44 px.
  targets() {
    const faults = [];
    for (const control of document.querySelectorAll("button, summary, textarea, a.passage, nav a, .back a, .sources a")) {
      if (!control.checkVisibility()) continue;
      const box = control.getBoundingClientRect();
      if (box.height < 44 || box.width < 44) faults.push(`${box.width}x${box.height} ${control.textContent.trim().slice(0, 40)}`);
    }
    for (const mark of document.querySelectorAll(".cite")) {
      const around = getComputedStyle(mark, "::after");
      const box = mark.getBoundingClientRect();
      const height = box.height - parseFloat(around.top) - parseFloat(around.bottom);
      if (height < 44) faults.push(`${height} mark ${mark.textContent}`);
    }
    return faults;
  },

  // Whatever makes the page wider than the screen.
  width() {
    return document.documentElement.scrollWidth > innerWidth ? [`${document.documentElement.scrollWidth} > ${innerWidth}`] : [];
  },

  // A missing or repeated title, or a level that is left out.
  headings() {
    const seen = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter((one) => one.checkVisibility());
    const levels = seen.map((one) => Number(one.tagName[1]));
    const faults = levels.filter((level) => level === 1).length === 1 && levels[0] === 1 ? [] : [`titles: ${levels}`];
    levels.forEach((level, i) => { if (i && level > levels[i - 1] + 1) faults.push(`${seen[i].textContent}: ${levels}`); });
    return faults;
  },

  // Anything that runs or reaches out inside what was said or written.
  foreign() {
    const inside = document.querySelectorAll("#talk *, #sources *, article *");
    return [...inside].filter((one) =>
      /^(SCRIPT|IFRAME|OBJECT|EMBED|IMG|SVG|FORM|STYLE|LINK|BASE|META|MATH|VIDEO|AUDIO)$/i.test(one.tagName)
      || [...one.attributes].some((attribute) => attribute.name.startsWith("on"))
      || /^\s*(javascript|data|vbscript):/i.test(one.getAttribute("href") ?? "")).map((one) => one.outerHTML.slice(0, 80));
  },

  // Where a quoted passage stands: its boxes relative to the window, how far the window is scrolled, how high it is.
  passage(quote) {
    const squash = (text) => text.replace(/\s+/g, "");
    const wanted = squash(quote);
    let boxes = [...document.querySelectorAll("article tr")]
      .filter((row) => [...row.cells].map((cell) => squash(cell.textContent)).join("|") === wanted)
      .map((row) => row.getBoundingClientRect());
    const blocks = [...document.querySelectorAll("article :is(p, li, pre, td)")].filter((one) => squash(one.textContent).includes(wanted));
    for (const block of blocks.filter((one) => !blocks.some((other) => other !== one && one.contains(other)))) {
      const letters = [];
      const texts = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) [...texts.currentNode.data].forEach((_, i) => letters.push([texts.currentNode, i]));
      const visible = letters.filter(([node, i]) => /\S/.test(node.data[i] ?? ""));
      const start = visible.map(([node, i]) => node.data[i]).join("").indexOf(wanted);
      if (start < 0) continue;
      const range = document.createRange();
      range.setStart(...visible[start]);
      range.setEnd(visible[start + wanted.length - 1][0], visible[start + wanted.length - 1][1] + 1);
      boxes.push(range.getBoundingClientRect());
    }
    return { boxes: boxes.map((box) => [box.top, box.bottom]), scrolled: scrollY, height: innerHeight };
  },
};
