// Comfort only: every page works without this file.
"use strict";

// The error summary gets the focus, so that keyboard and screen reader start at what is wrong.
document.querySelector("#foutoverzicht")?.focus();
// The question of the review has the focus, so that its letters work at once. The page stays where it is, except on a
// telephone, where the question would begin below what can be seen.
document.querySelector("[data-focus]")?.focus({ preventScroll: true });
if (matchMedia("(max-width: 40rem)").matches && document.activeElement.matches("[data-focus]")) document.querySelector("#werk")?.scrollIntoView();

// Our own sentences beside the field, in Dutch, instead of the browser's.
document.querySelectorAll("form[method=post]").forEach((form) => (form.noValidate = true));

// One press, one act: the button says that it is busy and a second press does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (form.method !== "post" || button?.hasAttribute("data-bestand")) return; // a file leaves the page as it is
  if (form.dataset.verstuurd) return event.preventDefault();
  form.dataset.verstuurd = "1";
  if (button) button.style.minWidth = `${button.offsetWidth}px`; // what stands beside it may not slide under the pointer
  if (button?.dataset.bezig) button.lastChild.textContent = button.dataset.bezig;
  button?.setAttribute("aria-disabled", "true");
});
// Back from the browser's memory: the button works again.
addEventListener("pageshow", (event) => event.persisted && location.reload());

// Menus close on Escape and on a click beside them.
const closeMenus = (except) =>
  document.querySelectorAll("details.menu[open]").forEach((menu) => menu !== except && (menu.open = false));
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const open = document.querySelector("details.menu[open]");
    closeMenus();
    open?.querySelector("summary").focus();
  }
  // Letters answer the review card, only while the focus is in it and not in a field.
  const card = event.target.closest?.("[data-toetsen=aan]");
  if (!card || event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select")) return;
  card.querySelector(`[data-toets="${CSS.escape(event.key.toLowerCase())}"]`)?.click();
});

// The review card: its letters work after half a second, so that a key held too long answers one question, not two.
document.querySelectorAll("[data-toetsen]").forEach((card) => {
  if (matchMedia("(pointer: fine)").matches) card.classList.add("met-toetsen");
  card.querySelectorAll("[data-toets]").forEach((button) => button.setAttribute("aria-keyshortcuts", button.dataset.toets));
  setTimeout(() => (card.dataset.toetsen = "aan"), 500);
});
// data-bewaar: what cannot be saved stays on the page as it is, with the reason above it.
document.querySelectorAll("form[data-bewaar]").forEach((form) =>
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter;
    if (form.dataset.bezig || !button) return;
    form.dataset.bezig = "1";
    button.setAttribute("aria-disabled", "true");
    const body = new URLSearchParams(new FormData(form, button));
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.redirected) return location.reload(); // sent elsewhere: the page itself leads there too
    if (answer?.ok) return location.assign((await answer.json()).verder);
    const said = form.querySelector("[data-mislukt]");
    said.textContent = "Uw antwoord is niet bewaard. Het staat nog gekozen: druk nog eens, of probeer het over een minuut.";
    said.hidden = false;
    button.setAttribute("aria-pressed", "true");
    button.removeAttribute("aria-disabled");
    button.focus();
    delete form.dataset.bezig;
  }),
);
// data-intussen="address": what others changed since, said every few seconds while somebody can see it.
document.querySelectorAll("[data-intussen]").forEach((part) => {
  const look = async () => {
    if (document.hidden) return;
    const answer = await fetch(part.dataset.intussen, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.redirected) return clearInterval(timer);
    const said = answer?.ok ? (await answer.json()).tekst : "";
    if (!said || said === part.firstElementChild.textContent) return;
    part.firstElementChild.textContent = said;
    part.lastElementChild.hidden = false;
    part.classList.add("intussen");
  };
  const timer = setInterval(look, 4000);
  document.addEventListener("visibilitychange", look);
});

// data-kopieer="#id": copy the text or the value of that element, and say so.
document.querySelectorAll("[data-kopieer]").forEach((button) => {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const source = document.querySelector(button.dataset.kopieer);
    await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
    button.lastChild.textContent = "Gekopieerd";
  });
});

// id + data-ververs="5": look every so many seconds whether this part of the page changed (progress, verdict on a key).
document.querySelectorAll("[id][data-ververs]").forEach((part) => {
  const again = async () => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (answer?.redirected) return location.replace(answer.url);
    const fresh = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
    if (fresh && fresh.innerHTML !== part.innerHTML) part.innerHTML = fresh.innerHTML;
    if (fresh === null || (fresh && !("ververs" in fresh.dataset))) return location.reload();
    setTimeout(again, part.dataset.ververs * 1000);
  };
  setTimeout(again, part.dataset.ververs * 1000);
});
