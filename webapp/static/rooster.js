// Comfort for a column of fields, as scores and addresses: Enter and the arrows go down and up, Ctrl+Enter saves, typing
// in the search hides the other rows, and leaving asks about what was not saved.
"use strict";

const rooster = document.querySelector("form[data-rooster]");
const vakken = [...(rooster?.querySelectorAll("[data-vak]") ?? [])];
const isChanged = () => vakken.some((vak) => vak.value !== (vak.dataset.bewaard ?? vak.defaultValue));
let leaves = false;

rooster?.addEventListener("keydown", (event) => {
  const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  const seen = vakken.filter((vak) => vak.offsetParent); // not what is folded or filtered away
  const here = seen.indexOf(event.target);
  if (!step || here < 0) return;
  event.preventDefault();
  const save = rooster.querySelector(".knop-primair");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return rooster.requestSubmit(save);
  const next = seen[here + step] ?? (event.key === "Enter" ? save : null);
  next?.focus();
  next?.select?.();
});
rooster?.addEventListener("submit", () => (leaves = true));
addEventListener("beforeunload", (event) => !leaves && isChanged() && event.preventDefault());

const zoek = document.querySelector("form[data-filtert]");
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
zoek?.addEventListener("submit", (event) => event.preventDefault());
zoek?.addEventListener("input", () => {
  const words = plain(zoek.querySelector("input").value).split(" ");
  for (const row of rooster.querySelectorAll("tbody tr")) {
    row.hidden = !words.every((word) => plain(row.querySelector("th").textContent).includes(word));
    if (!row.hidden && words[0]) row.closest("details")?.setAttribute("open", "");
  }
});
