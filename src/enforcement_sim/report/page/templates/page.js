"use strict";
// Choices: without this script all versions are shown one below another, each under its heading.
for (const choice of document.querySelectorAll("[data-choice]")) {
  const select = choice.querySelector("select");
  const options = [...choice.children].filter((child) => child.classList.contains("option"));
  const show = () => options.forEach((option, place) => { option.hidden = place !== select.selectedIndex; });
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
