// Counts the breadth of a choice as one ticks. Without this script the button "Se fordelingen" does it.
"use strict";

for (const form of document.querySelectorAll("form[data-selection]")) {
  const boxes = [...form.querySelectorAll('input[name="valgt"]')];
  const rows = [...form.querySelectorAll("tr[data-kind]")];
  const chosen = form.querySelector("[data-chosen]");
  const tooMany = form.querySelector("[data-too-many]");
  form.querySelector("[data-see]").hidden = true;

  const count = () => {
    const found = new Map();
    let all = 0;
    for (const box of boxes) {
      if (!box.checked) continue;
      all += 1;
      for (const kind of ["type", "county", "first"]) {
        const key = `${kind}:${box.dataset[kind]}`;
        found.set(key, (found.get(key) ?? 0) + 1);
      }
    }
    for (const row of rows) {
      const more = found.get(`${row.dataset.kind}:${row.dataset.code}`) ?? 0;
      row.querySelector("[data-count]").textContent = String(Number(row.dataset.seated) + more);
    }
    chosen.textContent = String(all);
    tooMany.hidden = form.dataset.left === "" || all <= Number(form.dataset.left);
  };

  form.addEventListener("change", count);
  count(); // a browser that goes back keeps the ticks
}
