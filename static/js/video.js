// Puts the player where the link was when it is pressed; nothing of the film is fetched before.
// Without this script the link leads to a page with the same player.
"use strict";

for (const link of document.querySelectorAll("a[data-film]")) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // in a tab of its own, as asked
    event.preventDefault();
    const screen = link.parentElement;
    const film = document.createElement("video");
    film.className = "film";
    film.controls = true;
    film.playsInline = true;
    film.tabIndex = -1;
    film.setAttribute("aria-label", link.dataset.title);
    const source = document.createElement("source");
    source.src = link.dataset.film;
    source.type = link.dataset.filmType;
    const captions = document.createElement("track");
    captions.kind = "captions";
    captions.default = true;
    captions.src = link.dataset.captions;
    captions.srclang = link.dataset.captionsLanguage;
    captions.label = link.dataset.captionsLabel;
    film.append(source, captions);
    // A film that cannot be played here still has its page.
    source.addEventListener("error", () => location.assign(link.href));
    screen.replaceChildren(film);
    film.focus();
    film.play().catch(() => {}); // a browser may want another press: the controls are there
  });
}
