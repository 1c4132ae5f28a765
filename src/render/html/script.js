"use strict";
// Without this script the page says the same; it adds marks that stay, buttons that copy, and opening all at once.
(() => {
  const plan = document.documentElement.dataset.plan;
  const boxes = Array.from(document.querySelectorAll("input[data-step]"));
  const closed = () => Array.from(document.querySelectorAll("details:not([open])"));
  const key = (box) => "kmsplan/" + plan + "/" + box.dataset.step;

  // A viewer may refuse to store anything: the marks then last as long as the page.
  const read = (name) => {
    try {
      return window.localStorage.getItem(name);
    } catch {
      return null;
    }
  };
  const write = (name, value) => {
    try {
      if (value === null) {
        window.localStorage.removeItem(name);
      } else {
        window.localStorage.setItem(name, value);
      }
    } catch {
      return;
    }
  };

  const tools = document.querySelector(".tools");
  const progress = document.querySelector(".progress");
  const count = () => {
    const done = boxes.filter((box) => box.checked).length;
    const said = done + " of " + boxes.length + " done";
    if (progress && progress.textContent !== said) {
      progress.textContent = said;
    }
  };
  const restore = () => {
    for (const box of boxes) {
      if (read(key(box)) === "done") {
        box.checked = true;
      }
    }
    count();
  };
  for (const box of boxes) {
    box.addEventListener("change", () => {
      write(key(box), box.checked ? "done" : null);
      count();
    });
  }
  restore();
  window.addEventListener("pageshow", restore);

  const press = (selector, action) => {
    const button = document.querySelector(selector);
    if (button) {
      button.addEventListener("click", action);
    }
  };
  press(".clear", () => {
    for (const box of boxes) {
      box.checked = false;
      write(key(box), null);
    }
    count();
  });
  press(".open-all", () => closed().forEach((part) => { part.open = true; }));
  press(".close-all", () => document.querySelectorAll("details[open]").forEach((part) => { part.open = false; }));
  if (tools) {
    tools.hidden = false;
  }

  // A link to what stands inside a closed part opens it.
  const reveal = () => {
    const target = window.location.hash ? document.getElementById(window.location.hash.slice(1)) : null;
    for (let part = target; part; part = part.parentElement) {
      if (part instanceof HTMLDetailsElement) {
        part.open = true;
      }
    }
  };
  window.addEventListener("hashchange", reveal);
  reveal();

  const select = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    return selection;
  };
  const copy = async (element) => {
    try {
      await navigator.clipboard.writeText(element.textContent);
      return true;
    } catch {
      const selection = select(element);
      let copied = false;
      try {
        copied = document.execCommand("copy");
      } catch {
        copied = false;
      }
      if (copied) {
        selection.removeAllRanges();
      }
      return copied;
    }
  };
  for (const text of document.querySelectorAll(".command pre")) {
    const button = document.createElement("button");
    const label = document.createTextNode("Copy");
    const what = document.createElement("span");
    button.type = "button";
    button.className = "copy";
    what.className = "heard";
    what.textContent = " " + text.getAttribute("aria-label");
    button.append(label, what);
    button.addEventListener("click", async () => {
      const copied = await copy(text);
      label.nodeValue = copied ? "Copied" : "Selected: press Ctrl+C";
      window.setTimeout(() => { label.nodeValue = "Copy"; }, 2500);
    });
    text.before(button);
  }
})();
