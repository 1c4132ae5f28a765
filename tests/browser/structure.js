// What is amiss in the page's structure beyond what axe-core judges: a list of sentences.
const wrong = [];
if (!document.title.trim()) wrong.push("the page has no title");
if (!document.documentElement.lang) wrong.push("the page has no language");
if (document.characterSet !== "UTF-8") wrong.push(`the page is read as ${document.characterSet}`);
if (document.compatMode !== "CSS1Compat") wrong.push("the page is read in quirks mode");

let level = 0;
let firsts = 0;
for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
  const here = Number(heading.tagName[1]);
  if (here === 1) firsts += 1;
  if (here > level + 1) wrong.push(`heading "${heading.textContent}" of level ${here} follows level ${level}`);
  if (!heading.textContent.trim()) wrong.push(`an empty heading of level ${here}`);
  level = here;
}
if (firsts !== 1) wrong.push(`${firsts} headings of level 1`);
for (const landmark of ["main"]) {
  const count = document.querySelectorAll(landmark).length;
  if (count !== 1) wrong.push(`${count} elements ${landmark}`);
}

for (const svg of document.querySelectorAll("svg")) {
  if (svg.closest("[aria-hidden=true]")) continue;
  const by = (svg.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean);
  const named = svg.getAttribute("aria-label")
    || by.map((id) => document.getElementById(id)?.textContent || "").join("")
    || svg.querySelector(":scope > title")?.textContent;
  if (svg.getAttribute("role") !== "img") wrong.push("a picture without role img");
  if (!named || !named.trim()) wrong.push("a picture without a name");
}

for (const table of document.querySelectorAll("table")) {
  const what = (table.caption?.textContent || table.textContent).trim().replace(/\s+/g, " ").slice(0, 60);
  if (!table.caption || !table.caption.textContent.trim()) wrong.push(`table "${what}" has no caption`);
  const heads = [...table.querySelectorAll("th")];
  if (heads.length === 0) wrong.push(`table "${what}" has no header cells`);
  for (const head of heads) {
    if (!["col", "row", "colgroup", "rowgroup"].includes(head.scope)) wrong.push(`table "${what}": "${head.textContent}" has no scope`);
  }
  const columns = (row) => [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0);
  const rows = [...table.rows];
  const spans = rows.some((row) => [...row.cells].some((cell) => cell.rowSpan > 1));
  const counts = new Set(rows.map(columns));
  if (!spans && counts.size > 1) wrong.push(`table "${what}": rows of ${[...counts].join(" and ")} cells`);
}

const ids = new Map();
for (const element of document.querySelectorAll("[id]")) ids.set(element.id, (ids.get(element.id) || 0) + 1);
for (const [id, count] of ids) if (count > 1) wrong.push(`${count} elements have the id ${id}`);
for (const link of document.querySelectorAll("[href], [src], [srcset], [action], [data], [poster]")) {
  for (const name of ["href", "src", "srcset", "action", "data", "poster"]) {
    const target = link.getAttribute(name);
    if (target === null) continue;
    // A link may lead out where somebody follows it; nothing else may.
    if (name === "href" && link.tagName === "A" && target.startsWith("https://")) continue;
    if (!target.startsWith("#")) wrong.push(`${name}="${target}" leaves the page`);
    else if (!document.getElementById(decodeURIComponent(target.slice(1)))) wrong.push(`nothing has the id of ${name}="${target}"`);
  }
}
for (const element of document.querySelectorAll("*")) {
  for (const { name } of element.attributes) {
    if (/^on/i.test(name)) wrong.push(`${element.tagName} has ${name}`);
  }
}
return wrong;
