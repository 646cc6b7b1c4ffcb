// What the boxes of a role do with a script: they are ticked with what comes along, folded, searched, and
// reached with the arrow keys. The server says what a click does; without this file the form has a button.

const form = document.querySelector("#role");
if (form) {
  const search = form.querySelector("#search");
  let waiting = null;

  const items = () => [...form.querySelectorAll(".tree li")];
  const keyOf = (item) => item.querySelector("input[name=box]").value;
  const shownBoxes = () =>
    [...form.querySelectorAll(".tree input[name=box]:not(:disabled)")].filter((box) => box.offsetParent);

  function fold(item, open) {
    const button = item.querySelector(":scope > .row > .fold");
    if (!button) return false;
    const changed = (button.getAttribute("aria-expanded") === "true") !== open;
    button.setAttribute("aria-expanded", open);
    item.querySelector(":scope > ul").hidden = !open;
    return changed;
  }

  function filter() {
    const wanted = search.value.trim().toLowerCase();
    let found = 0;
    for (const item of items().reverse()) {
      const hit = item.dataset.text.toLowerCase().includes(wanted);
      const around = item.parentElement.closest("li[data-text]");
      const inFound = wanted && around && around.dataset.text.toLowerCase().includes(wanted);
      const below = item.querySelector("li:not([hidden])");
      item.hidden = !(hit || below || inFound);
      if (wanted && hit) found += 1;
      if (wanted && below) fold(item, true);
    }
    form.querySelector("#found").textContent = wanted ? `${found} ${form.querySelector("#found").dataset.found}` : "";
  }

  function dress(folded) {
    for (const box of form.querySelectorAll("input[data-state=partial]")) box.indeterminate = true;
    for (const button of form.querySelectorAll(".fold")) button.hidden = false;
    for (const item of items()) if (folded.has(keyOf(item))) fold(item, false);
    filter();
  }

  async function click() {
    waiting?.abort();
    const mine = (waiting = new AbortController());
    form.setAttribute("aria-busy", true);
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.dataset.boxes, { method: "POST", body, signal: mine.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#role");
      if (!answer.ok || !page) return form.querySelector("[formaction$='/boxes']").click();
      const folded = new Set(items().filter((item) => item.querySelector("ul[hidden]")?.parentElement === item).map(keyOf));
      const at = document.activeElement?.name === "box" ? document.activeElement.value : null;
      for (const part of [".tree", ".notes"]) form.querySelector(part).replaceChildren(...page.querySelector(part).childNodes);
      for (const old of form.querySelectorAll("input[type=hidden]")) old.remove();
      form.prepend(...page.querySelectorAll("input[type=hidden]"));
      dress(folded);
      if (at !== null) [...form.querySelectorAll("input[name=box]")].find((box) => box.value === at)?.focus();
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    } finally {
      if (mine === waiting) form.removeAttribute("aria-busy");
    }
  }

  function step(box, by) {
    const all = shownBoxes();
    all[all.indexOf(box) + by]?.focus();
  }

  function sideways(box, open) {
    const item = box.closest("li");
    if (fold(item, open)) return;
    if (open) step(box, 1);
    else item.parentElement.closest(".tree li")?.querySelector("input[name=box]:not(:disabled)")?.focus();
  }

  const keys = {
    ArrowDown: (box) => step(box, 1),
    ArrowUp: (box) => step(box, -1),
    ArrowRight: (box) => sideways(box, true),
    ArrowLeft: (box) => sideways(box, false),
  };

  form.addEventListener("change", (event) => event.target.name === "box" && click());
  form.addEventListener("click", (event) => {
    const button = event.target.closest(".fold");
    if (button) fold(button.closest("li"), button.getAttribute("aria-expanded") !== "true");
  });
  form.addEventListener("keydown", (event) => {
    if (event.target.name !== "box" || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key](event.target);
  });
  search.addEventListener("input", filter);
  search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  form.querySelector(".search").hidden = false;
  form.querySelector("[formaction$='/boxes']").hidden = true;
  dress(new Set());
}
