// Laying dots with a script: how many are left is told while they are laid, and numbers get buttons. The server decides.
"use strict";

(() => {
  const form = document.querySelector(".vote");
  const { dots, left, over, more, fewer } = form.dataset;
  const said = form.querySelector(".vote-left");
  const fields = [...form.querySelectorAll(".vote-choice input")];
  const laid = (field) => (field.type === "checkbox" ? Number(field.checked) : Math.max(0, Math.trunc(Number(field.value)) || 0));

  function count() {
    const rest = dots - fields.reduce((sum, field) => sum + laid(field), 0);
    const words = rest < 0 ? over.replace("{n}", -rest) : left.replace("{n}", rest).replace("{all}", dots);
    if (said.textContent !== words) said.textContent = words;
    said.toggleAttribute("data-over", rest < 0);
    for (const field of fields) field.toggleAttribute("data-laid", field.type === "number" && laid(field) > 0);
  }

  function button(field, step, words) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "ds-button";
    made.dataset.variant = "secondary";
    made.textContent = step > 0 ? "+" : "−";
    made.setAttribute("aria-label", words + field.labels[0].textContent);
    made.addEventListener("click", () => {
      field.value = Math.min(dots, Math.max(0, laid(field) + step)) || "";
      count();
    });
    return made;
  }

  for (const field of fields) {
    if (field.type === "checkbox") continue;
    field.before(button(field, -1, fewer));
    field.after(button(field, 1, more));
    field.parentElement.dataset.counted = "";
  }
  form.addEventListener("input", count);
  count();
})();
