// Hides a question until the answer that calls for it is given. Without this script every question is there, with a
// sentence that says when it applies; the server decides by itself what is asked of whom.
"use strict";

const conditional = [...document.querySelectorAll(".question[data-parent]")];

function answers(name) {
  const controls = [...document.getElementsByName(name)];
  const hidden = controls.some((control) => control.closest(".question")?.hidden);
  if (hidden) return [];
  return controls.filter((c) => (c.type === "radio" || c.type === "checkbox" ? c.checked : true)).map((c) => c.value);
}

function update() {
  // In the order of the form: a question stands after the one that decides about it.
  for (const question of conditional) {
    question.hidden = !answers(question.dataset.parent).includes(question.dataset.value);
  }
}

for (const sentence of document.querySelectorAll(".question[data-parent] .applies")) sentence.hidden = true;
document.addEventListener("change", update);
window.addEventListener("pageshow", update); // the browser may have put back what was typed
update();
