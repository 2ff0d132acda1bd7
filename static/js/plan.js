// Evidence opens beside the line on a wide screen. Without this script, or on a narrow screen, the link is a page of its own.
const beside = document.getElementById("belegg");
const wide = window.matchMedia("(width >= 64rem)");

async function open(link) {
  const response = await fetch(link.href, { credentials: "same-origin" });
  if (!response.ok) throw new Error(String(response.status));
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const evidence = page.getElementById("belegg-innhold");
  if (!evidence) throw new Error("no evidence");
  beside.replaceChildren(document.adoptNode(evidence));
  for (const other of document.querySelectorAll("[data-evidence][aria-current]")) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  beside.parentElement.scrollTop = 0;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-evidence]");
  if (!link || !beside || !wide.matches || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  open(link).catch(() => { window.location.assign(link.href); });
});
