"use strict";
// Choices: without this script each version can be opened under its own heading.
for (const choice of document.querySelectorAll("[data-choice]")) {
  const select = choice.querySelector("select");
  const options = [...choice.children].filter((child) => child.classList.contains("option"));
  const show = () => options.forEach((option, place) => { option.hidden = place !== select.selectedIndex; });
  options.forEach((option) => { option.open = true; });
  choice.querySelector(".choose").hidden = false;
  choice.classList.add("chosen");
  select.addEventListener("change", show);
  show();
}
// A box that finds rows of the table after it.
for (const box of document.querySelectorAll("[data-find]")) {
  const status = box.closest("p").querySelector("[data-found]");
  const rows = [...box.closest("p").nextElementSibling.querySelectorAll("tbody tr")];
  rows.forEach((row, place) => row.classList.toggle("far", place >= 40));
  box.addEventListener("input", () => {
    const wanted = box.value.trim().toLowerCase();
    let found = 0;
    for (const row of rows) {
      row.hidden = wanted !== "" && !row.cells[0].textContent.toLowerCase().includes(wanted);
      found += row.hidden ? 0 : 1;
    }
    status.textContent = wanted === "" ? "" : `${found} of ${rows.length} counties`;
  });
}
// A wide screen has room for what a phone folds.
if (matchMedia("(min-width: 48rem)").matches) {
  for (const fold of document.querySelectorAll("details[data-wide]")) fold.open = true;
}
// Paper has no folds; what was closed is closed again afterwards.
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details.fold:not([open])")];
  closed.forEach((fold) => { fold.open = true; });
});
addEventListener("afterprint", () => closed.forEach((fold) => { fold.open = false; }));
// A matrix is one stop of the Tab key; arrow keys go from cell to cell. Without this script every cell is a stop.
for (const grid of document.querySelectorAll("table.matrix")) {
  const rows = [...grid.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("td")]).filter((row) => row.length);
  const cells = rows.flat();
  const enter = (cell) => cells.forEach((one) => { one.tabIndex = one === cell ? 0 : -1; });
  if (cells.length) enter(cells[0]);
  grid.addEventListener("focusin", (event) => { if (cells.includes(event.target)) enter(event.target); });
  grid.addEventListener("keydown", (event) => {
    const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
    const cell = event.target.closest("td");
    if (!step || !cell) return;
    const at = rows.findIndex((row) => row.includes(cell));
    const next = rows[at + step[0]]?.[rows[at].indexOf(cell) + step[1]];
    if (next) next.focus();
    event.preventDefault();
  });
}
