// What the chat page does beside asking: language, the newest question in view, status for screen readers, copying.
(() => {
  "use strict";
  document.documentElement.lang = "ja";
  let asked = 0;
  let answered = 0;
  let waiting = false;
  let following = false; // until the reader scrolls, the newest question stays at the top

  function status() {
    let node = document.getElementById("guide-status");
    if (!node && document.body) {
      node = document.createElement("p");
      node.id = "guide-status";
      node.className = "unseen";
      node.setAttribute("role", "status");
      document.body.append(node);
    }
    return node;
  }

  function copy(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    // Without HTTPS browsers offer only the old way.
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "unseen";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done ? Promise.resolve() : Promise.reject(new Error("copy"));
  }

  function offerCopy(block) {
    block.dataset.copy = "";
    const text = block.textContent;
    const label = block.closest(".escalation") ? "内容をコピー" : "コピー";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = label;
    button.addEventListener("click", () => {
      copy(text).then(() => "コピーしました", () => "コピーできません。選んでコピーしてください").then((said) => {
        button.textContent = said;
        status().textContent = said;
        setTimeout(() => { button.textContent = label; }, 3000);
      });
    });
    // The mark of a command's source stands alone in the next paragraph: the button joins it.
    const next = block.nextElementSibling;
    if (next && next.matches("p") && /^\d*$/.test(next.textContent.trim())) next.append(button);
    else block.after(button);
  }

  function look() {
    waiting = false;
    const talk = document.getElementById("talk");
    if (!talk) return;
    talk.querySelectorAll("pre:not([data-copy])").forEach(offerCopy);
    const questions = talk.querySelectorAll(".turn.user");
    if (questions.length > asked) following = true;
    asked = questions.length;
    if (following && asked) questions[asked - 1].scrollIntoView({ block: "start" });
    const answers = talk.querySelectorAll(".turn.assistant:not(.pending)").length;
    const searching = talk.querySelector(".pending .status");
    if (searching) status().textContent = searching.textContent;
    else if (answers > answered) status().textContent = "回答を表示しました";
    answered = answers;
  }

  for (const moved of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    addEventListener(moved, () => { following = false; }, { passive: true, capture: true });
  }

  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(look);
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
