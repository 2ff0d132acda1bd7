// Sends form[data-upload] with its progress shown. What was typed and chosen stays on the page when the line falls out, when the
// server refuses the file, and when the form has been open for so long that its token is too old. Without it the form is plain.
"use strict";

const HEADER = "X-Upload"; // asks the server to name the next page instead of sending us there

const parts = (form) => {
  const box = form.querySelector("[data-upload-status]");
  const find = (name) => box.querySelector(`[data-upload-${name}]`);
  return { box, bar: box.querySelector("progress"), words: find("words"), stop: find("stop"), again: find("again") };
};

const say = (form, name) => {
  const { box, bar, words, stop, again } = parts(form);
  const going = name === "sending" || name === "checking";
  box.hidden = false;
  bar.hidden = !going;
  stop.hidden = name !== "sending";
  again.hidden = going;
  if (name === "checking") bar.removeAttribute("value"); // nobody knows how long it takes
  words.textContent = box.dataset[name];
  for (const button of form.querySelectorAll("button[type=submit]:not([data-upload-again])")) button.disabled = going;
  form.toggleAttribute("data-uploading", going);
  if (!going) again.focus();
};

const read = (text) => new DOMParser().parseFromString(text, "text/html");

// The form as the server sends it back with what is wrong. A file that was good is chosen again, since a browser forgets it.
const showRefusal = (form, text) => {
  const fresh = read(text).querySelector("main");
  if (!fresh || !fresh.querySelector("form[data-upload]")) {
    say(form, "failed");
    const why = fresh?.querySelector(".lead")?.textContent; // a page that says why it was not done
    if (why) parts(form).words.textContent = why;
    return;
  }
  const chosen = [...form.querySelectorAll("input[type=file]")].map((input) => [input.name, input.files]);
  document.querySelector("main").replaceWith(document.adoptNode(fresh));
  for (const [name, files] of chosen) {
    const input = document.querySelector(`form[data-upload] input[type=file][name="${CSS.escape(name)}"]`);
    if (!input || !files.length || input.getAttribute("aria-invalid") === "true") continue;
    input.files = files;
    input.closest(".ds-field").querySelector(".choose-again")?.remove();
  }
  const first = document.querySelector("main [role=alert]");
  first?.focus();
  first?.scrollIntoView({ block: "center" });
};

// A new token for a form that has been open too long, from the page it stands on.
const renewed = async (form) => {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  const token = read(await answer.text()).querySelector("form[data-upload] input[name=csrf_token]");
  const mine = form.querySelector("input[name=csrf_token]");
  if (!answer.ok || !token || token.value === mine.value) return false;
  mine.value = token.value;
  return true;
};

const done = async (form, request, isRetry) => {
  const next = request.getResponseHeader("X-Location");
  if (request.status === 204 && next) {
    form.removeAttribute("data-uploading");
    location.assign(next);
  } else if (request.status === 422 || request.status === 409) showRefusal(form, request.responseText);
  else if (request.status === 400 && !isRetry && (await renewed(form).catch(() => false))) send(form, true);
  else if (request.status === 413) say(form, "large");
  else if ([400, 401, 403, 404].includes(request.status)) say(form, "out");
  else say(form, "failed");
};

const send = (form, isRetry = false) => {
  const { box, bar, words, stop } = parts(form);
  const request = new XMLHttpRequest();
  let told = -1;
  request.open("POST", form.action);
  request.setRequestHeader(HEADER, "1");
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable || event.loaded >= event.total) return;
    const percent = Math.floor((100 * event.loaded) / event.total);
    bar.value = percent;
    if (percent - told < 10) return; // read aloud: not each per cent
    told = percent;
    words.textContent = `${box.dataset.sending}: ${percent} %`;
  });
  request.upload.addEventListener("load", () => say(form, "checking"));
  request.addEventListener("load", () => done(form, request, isRetry));
  request.addEventListener("error", () => say(form, "lost"));
  request.addEventListener("timeout", () => say(form, "lost"));
  request.addEventListener("abort", () => say(form, "stopped"));
  stop.onclick = () => request.abort();
  bar.value = 0;
  say(form, "sending");
  request.send(new FormData(form));
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-upload]") || event.defaultPrevented || !form.querySelector("[data-upload-status]")) return;
  const isHeavy = [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length);
  if (!isHeavy) return; // words alone go as they always have
  event.preventDefault();
  if (!form.hasAttribute("data-uploading")) send(form);
});

// Leaving while a file is on its way loses it; a browser asks first.
addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-uploading]")) event.preventDefault();
});
