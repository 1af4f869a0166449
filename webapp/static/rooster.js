// Comfort for the scoring grid: Enter and the arrows go down and up the column, and leaving asks about unsaved scores.
"use strict";

const rooster = document.querySelector("form[data-rooster]");
const vakken = [...(rooster?.querySelectorAll("[data-score]") ?? [])];
const isChanged = () => vakken.some((vak) => vak.value !== vak.defaultValue);
let leaves = false;

rooster?.addEventListener("keydown", (event) => {
  const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  const here = vakken.indexOf(event.target);
  if (!step || here < 0) return;
  event.preventDefault();
  const next = vakken[here + step] ?? (event.key === "Enter" ? rooster.querySelector(".knop-primair") : null);
  next?.focus();
  next?.select?.();
});
rooster?.addEventListener("submit", () => (leaves = true));
addEventListener("beforeunload", (event) => !leaves && isChanged() && event.preventDefault());
