// The hall's screen: the clock goes by itself, and rooms that do not fit on it take turns.
"use strict";

(() => {
  const TURN = 12000; // milliseconds to read one part
  const zone = new Intl.DateTimeFormat("nb", { timeZone: "Europe/Oslo", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  let parts = [];
  let turn = 0;
  let arrived = Date.now();

  // This machine's clock, unless it disagrees with the server's: the page is made once a minute.
  const tick = () => {
    const clock = document.querySelector("[data-clock]");
    const told = Date.parse(clock.dateTime);
    const here = Date.now();
    const since = told + (here - arrived);
    const moment = Math.abs(here - since) < 90000 ? here : since;
    const [hours, minutes] = zone.formatToParts(moment).filter((p) => p.type === "hour" || p.type === "minute");
    clock.textContent = `${hours.value}${clock.dataset.clock}${minutes.value}`;
  };

  const show = (list, part) => { for (const room of list.children) room.hidden = !part.includes(room); };

  const fits = (list, part) => {
    list.dataset.count = String(part.length);
    show(list, part);
    return list.scrollHeight <= list.clientHeight + 1;
  };
  // All rooms at once if they fit, somewhat smaller if that helps; else as few parts as leave nothing outside the screen.
  const split = () => {
    const list = document.querySelector("[data-rotate]");
    parts = [];
    if (!list) return;
    const rooms = [...list.children];
    list.toggleAttribute("data-tight", false);
    if (!fits(list, rooms)) list.toggleAttribute("data-tight", true);
    for (let count = 1; count <= rooms.length; count += 1) {
      const size = Math.ceil(rooms.length / count);
      parts = [];
      for (let at = 0; at < rooms.length; at += size) parts.push(rooms.slice(at, at + size));
      if (parts.every((part) => fits(list, part))) break;
    }
    turn %= parts.length;
    draw();
  };
  const draw = () => {
    const list = document.querySelector("[data-rotate]");
    if (!list || !parts.length) return;
    list.dataset.count = String(parts[0].length); // the same size from turn to turn
    show(list, parts[turn]);
    const note = document.querySelector("[data-part]");
    note.hidden = parts.length < 2;
    note.textContent = note.dataset.part.replace("{n}", String(turn + 1)).replace("{all}", String(parts.length));
  };

  document.addEventListener("fresh", () => { arrived = Date.now(); split(); tick(); });
  window.addEventListener("resize", split);
  document.fonts.ready.then(split);
  setInterval(tick, 1000);
  setInterval(() => { if (parts.length > 1) { turn = (turn + 1) % parts.length; draw(); } }, TURN);
  tick();
})();
