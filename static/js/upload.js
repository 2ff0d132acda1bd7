// Sends a form with a file in the background, so that how much is sent can be seen, and so that a dropped line loses neither
// what was typed nor which file was chosen. Without this script the form is sent as any other.
"use strict";

function send(form) {
  const box = form.querySelector(".upload-progress");
  const bar = box.querySelector("progress");
  const words = box.querySelector("[role=status]");
  const button = form.querySelector("button[type=submit]");
  const request = new XMLHttpRequest();
  const chosen = [...form.querySelectorAll("input[type=file]")].map((input) => [input.name, input.files]);

  function stop(message) {
    button.disabled = false;
    bar.hidden = true;
    box.dataset.trouble = "";
    words.textContent = message;
    button.focus();
  }

  delete box.dataset.trouble;
  box.hidden = false;
  bar.hidden = false;
  bar.value = 0;
  words.textContent = form.dataset.sending;
  button.disabled = true;
  request.open("POST", form.action);
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.value = Math.round((100 * event.loaded) / event.total);
  });
  request.upload.addEventListener("load", () => {
    words.textContent = form.dataset.checking;
  });
  request.addEventListener("error", () => stop(form.dataset.dropped));
  request.addEventListener("timeout", () => stop(form.dataset.dropped));
  request.addEventListener("load", () => {
    if (request.status === 200 && request.responseURL !== form.action) {
      window.location.assign(request.responseURL);
    } else if (request.status === 422) {
      refused(request.responseText, chosen);
    } else {
      stop(form.dataset.refused);
    }
  });
  request.send(new FormData(form));
}

// The page as the server made it, with what is to be mended. A file that was good in itself is still chosen.
function refused(text, chosen) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const main = document.querySelector("main");
  main.replaceChildren(...[...page.querySelector("main").childNodes].map((node) => document.importNode(node, true)));
  for (const [name, files] of chosen) {
    const input = main.querySelector(`input[type=file][name="${CSS.escape(name)}"]`);
    if (!input || input.getAttribute("aria-invalid") === "true" || !files.length) continue;
    input.files = files;
    input.closest(".ds-field").querySelector(".choose-again")?.remove();
  }
  start();
  const summary = main.querySelector(".ds-error-summary");
  if (summary) summary.focus();
}

function start() {
  for (const form of document.querySelectorAll("form[data-upload]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form);
    });
  }
}

start();
