// What is amiss in how the page lies: a list of sentences. arguments[0]: whether it is on paper.
// A region that scrolls may be wider inside than it is; on paper nothing scrolls.
const paper = arguments[0];
const wrong = [];
const page = document.scrollingElement;
const width = document.documentElement.clientWidth;

function called(element) {
  const name = element.tagName.toLowerCase();
  const id = element.id ? "#" + element.id : "";
  const kind = element.getAttribute("class");
  const text = (element.textContent || "").trim().replace(/\s+/g, " ").slice(0, 50);
  return name + id + (kind ? "." + kind.trim().split(/\s+/).join(".") : "") + ` "${text}"`;
}

// Text that only a screen reader gets, and links that show once they have the focus.
function hidden_to_eyes(element) {
  for (let e = element; e && e !== document.body; e = e.parentElement) {
    const style = getComputedStyle(e);
    if (style.display === "none" || style.visibility !== "visible") return true;
    const rect = e.getBoundingClientRect();
    if (style.position === "absolute" || style.position === "fixed") {
      if (rect.width <= 1 || rect.height <= 1 || rect.right <= 0 || rect.bottom + scrollY <= 0) return true;
      if (style.clipPath !== "none" || style.clip !== "auto") return true;
    }
  }
  return false;
}

function scrolls(style) {
  return ["auto", "scroll"].includes(style.overflowX);
}

function in_scrolling_region(element) {
  for (let e = element.parentElement; e && e !== document.body; e = e.parentElement) {
    if (scrolls(getComputedStyle(e))) return true;
  }
  return false;
}

// Where the words of an element stand: blanks at the end of a line may hang over its edge.
function words(element) {
  const rects = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (const { 0: word, index } of node.data.matchAll(/\S+/g)) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      rects.push(...range.getClientRects());
    }
  }
  return rects;
}

if (page.scrollWidth > page.clientWidth) {
  wrong.push(`the page is ${page.scrollWidth} wide on ${page.clientWidth}`);
}

for (const element of document.body.querySelectorAll("*")) {
  if (element.closest("svg") && element.tagName !== "svg") continue;
  const rect = element.getBoundingClientRect();
  if (rect.width === 0 && rect.height === 0) continue;
  if (hidden_to_eyes(element)) continue;
  const style = getComputedStyle(element);
  const inline = style.display === "inline";
  const beyond = ({ left, right }) => right > width + 0.5 || left < -0.5;
  if (beyond(rect) && (paper || !in_scrolling_region(element)) && (!inline || words(element).some(beyond))) {
    wrong.push(`${called(element)} lies from ${rect.left} to ${rect.right} on ${width}`);
  }
  const cut = (overflow) => paper ? overflow !== "visible" : ["hidden", "clip"].includes(overflow);
  if (!inline && element.tagName !== "svg") {
    if (cut(style.overflowX) && element.scrollWidth > element.clientWidth + 1) {
      wrong.push(`${called(element)} is cut: ${element.scrollWidth} wide on ${element.clientWidth}`);
    }
    if (cut(style.overflowY) && element.scrollHeight > element.clientHeight + 1) {
      wrong.push(`${called(element)} is cut: ${element.scrollHeight} high on ${element.clientHeight}`);
    }
  }
  if (style.textOverflow === "ellipsis" && element.scrollWidth > element.clientWidth) {
    wrong.push(`${called(element)} ends in an ellipsis`);
  }
}

// A word or number of the page's own is not broken; names and commands from outside may be, wherever they must.
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  const parent = node.parentElement;
  if (parent.closest("bdi, code, pre, svg, script, style, .diff") || hidden_to_eyes(parent)) continue;
  for (const { 0: word, index } of node.data.matchAll(/(?<=^|\s)\w{2,24}(?=$|[\s.,;:%)])/g)) {
    const range = document.createRange();
    range.setStart(node, index);
    range.setEnd(node, index + word.length);
    const lines = new Set([...range.getClientRects()].map((rect) => Math.round(rect.top)));
    if (lines.size > 1) wrong.push(`"${word}" is broken in ${called(parent)}`);
  }
}

// Pictures: their text stands inside, is large enough to be read, and covers no other text.
for (const svg of document.querySelectorAll("svg")) {
  const frame = svg.getBoundingClientRect();
  if (frame.width === 0 || hidden_to_eyes(svg)) continue;
  const texts = [...svg.querySelectorAll("text")]
    .map((text) => ({ text, rect: text.getBoundingClientRect(), style: getComputedStyle(text) }))
    .filter(({ rect, style }) => rect.width > 0 && style.visibility === "visible" && style.display !== "none");
  for (const { text, rect, style } of texts) {
    if (rect.left < frame.left - 1 || rect.right > frame.right + 1 || rect.top < frame.top - 1 || rect.bottom > frame.bottom + 1) {
      wrong.push(`picture: ${called(text)} leaves its picture ${called(svg)}`);
    }
    const scale = text.getScreenCTM().d;
    const size = parseFloat(style.fontSize) * Math.abs(scale || 1);
    // Paper is held closer than a screen: 6 points there.
    if (size < (paper ? 8 : 9)) wrong.push(`picture: ${called(text)} is ${size.toFixed(1)} pixels high`);
  }
  for (let i = 0; i < texts.length; i++) {
    for (let j = i + 1; j < texts.length; j++) {
      const a = texts[i].rect, b = texts[j].rect;
      const x = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const y = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (x > 1.5 && y > 3) wrong.push(`picture: ${called(texts[i].text)} covers ${called(texts[j].text)}`);
    }
  }
}
return wrong;
