{
const root = document.documentElement, field = document.querySelector(".search input");
const branches = [...document.querySelectorAll("details.branch")];
const counts = [];
const place = row => {
  const depth = Number(/d(\d+)/.exec(row.className)[1]);
  counts.length = Math.min(counts.length, depth + 1);
  while (counts.length <= depth) counts.push(-1);
  counts[depth] += 1;
  return counts.join(".");
};
const rows = [...document.querySelectorAll("[data-at], #t0 tbody tr:not(.all)")].map(row => {
  const at = row.dataset.at ??= place(row), steps = at.split(".");
  const text = row.querySelector("th, .name").textContent.toLowerCase();
  return {row, text, ways: steps.map((_, last) => steps.slice(0, last + 1).join("."))};
});
const unfolded = shown => {
  if (shown) for (const branch of branches) { branch.dataset.was ??= branch.open; branch.open = true; }
  else for (const branch of branches) { branch.open = branch.dataset.was === "true"; delete branch.dataset.was; }
};
field.addEventListener("input", () => {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean), searching = words.length > 0;
  const found = rows.filter(({text}) => words.every(word => text.includes(word)));
  const hits = new Set(found.map(({row}) => row.dataset.at)), above = new Set(found.flatMap(({ways}) => ways));
  for (const {row, ways} of rows) row.hidden = searching && !above.has(row.dataset.at) && !ways.some(way => hits.has(way));
  // To lay out tens of thousands of cells takes seconds: where much is found, the groups stay as they are.
  const unfold = searching && rows.filter(({row}) => !row.hidden).length <= 150;
  if (unfold !== root.classList.contains("searching")) unfolded(unfold);
  root.classList.toggle("searching", unfold);
});
addEventListener("beforeprint", () => unfolded(true));
addEventListener("afterprint", () => root.classList.contains("searching") || unfolded(false));
const chosen = [...document.querySelectorAll(".choose input")], sheet = new CSSStyleSheet();
document.adoptedStyleSheets = [sheet];
for (const box of chosen) box.addEventListener("change", () => {
  const left = chosen.filter(other => !other.checked).map(other => other.dataset.column);
  const empty = [...new Set(chosen.map(other => other.dataset.table))].filter(table =>
    table && !chosen.some(other => other.dataset.table === table && other.checked));
  sheet.replaceSync([...left, ...empty].map(selector => `${selector} { display: none !important; }`).join(""));
});
root.classList.add("scripted");
}
