// A row is dragged, or lifted with the keyboard, to another place in its day; the server works out the times. Without this script
// "Flytt" leads to a page that does the same.
"use strict";

(() => {
  const fields = document.querySelector("template[data-order]");
  if (!fields) return;
  const said = document.querySelector("[data-order-said]");
  const words = fields.dataset;
  const titleOf = (row) => row.querySelector("th").firstElementChild.textContent.trim();
  const say = (text, row, other) => {
    said.textContent = text.replace("{title}", titleOf(row)).replace("{other}", other ? titleOf(other) : "");
  };
  let lifted = null; // { row, order } while the keyboard moves one

  const send = (row) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = row.dataset.place;
    form.append(fields.content.cloneNode(true));
    document.body.append(form);
    form.elements.version.value = row.dataset.version;
    form.elements.before.value = row.nextElementSibling?.dataset.row ?? "";
    form.submit();
  };

  const lift = (row) => {
    lifted = { row, order: [...row.parentElement.children] };
    row.classList.add("lifted");
    row.querySelector(".row-handle").setAttribute("aria-pressed", "true");
    say(words.lifted, row);
  };
  const letGo = () => {
    const { row, order } = lifted;
    lifted = null;
    row.classList.remove("lifted");
    row.querySelector(".row-handle").setAttribute("aria-pressed", "false");
    return { row, order };
  };
  const putBack = () => {
    const { row, order } = letGo();
    row.parentElement.append(...order);
    say(words.back, row);
    return row;
  };
  const drop = () => {
    const { row, order } = letGo();
    if (order.some((other, at) => row.parentElement.children[at] !== other)) send(row);
    else say(words.back, row);
  };
  // The neighbour moves, not the row: an element that is moved loses the focus.
  const step = (up) => {
    const { row } = lifted;
    const other = up ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (up) row.after(other);
    else row.before(other);
    row.scrollIntoView({ block: "nearest" });
    if (row.nextElementSibling) say(words.before, row, row.nextElementSibling);
    else say(words.last, row);
  };

  const handle = (row) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "row-handle";
    button.textContent = "⠿";
    button.setAttribute("aria-label", words.handle.replace("{title}", titleOf(row)));
    button.setAttribute("aria-pressed", "false");
    button.setAttribute("aria-describedby", "order-hint");
    button.addEventListener("click", () => { if (lifted?.row === row) drop(); else lift(row); });
    button.addEventListener("blur", () => { if (lifted?.row === row) putBack(); });
    button.addEventListener("keydown", (event) => {
      if (lifted?.row !== row) return;
      if (event.key === "ArrowUp" || event.key === "ArrowDown") step(event.key === "ArrowUp");
      else if (event.key === "Escape") putBack().querySelector(".row-handle").focus();
      else return;
      event.preventDefault();
    });
    row.querySelector(".edit-move").append(button);
  };

  for (const body of document.querySelectorAll(".edit-table tbody")) {
    const rows = [...body.querySelectorAll("tr[data-row]")];
    if (rows.length < 2) continue;
    rows.forEach(handle);
    // Its own drawing of the drag: Firefox starts no drag of the browser's own on a button.
    new Sortable(body, {
      handle: ".row-handle",
      draggable: "tr[data-row]",
      animation: 120,
      forceFallback: true,
      fallbackTolerance: 4,
      onStart: () => { if (lifted) putBack(); },
      onEnd: ({ item, oldIndex, newIndex }) => { if (oldIndex !== newIndex) send(item); },
    });
  }
  // Back from the server after a move: the hand is still on the row. Going to the row itself takes the focus away, so wait for that.
  const back = location.hash.startsWith("#rad-") && document.getElementById(location.hash.slice(1));
  if (back) addEventListener("load", () => requestAnimationFrame(() => back.querySelector(".row-handle")?.focus()));
})();
