// Comfort only: every page works without this file.
"use strict";

// The error summary gets the focus, so that keyboard and screen reader start at what is wrong.
document.querySelector("#foutoverzicht")?.focus();
// The question of the review has the focus, so that its letters work at once. The page stays where it is, except on a
// telephone, where the question would begin below what can be seen.
document.querySelector("[data-focus]")?.focus({ preventScroll: true });
if (matchMedia("(max-width: 40rem)").matches && document.activeElement.matches("[data-focus]")) document.querySelector("#werk")?.scrollIntoView();

// After an act in the queue the focus is at the case that stands there next: the address says which.
document.querySelector("[data-zaken] :target")?.focus();
// After an act the focus is at what is said of it, where nothing else on the page has it.
const said = document.querySelector(".flitsen .melding");
if (said && document.activeElement === document.body) {
  said.tabIndex = -1;
  said.focus({ preventScroll: true });
}

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
const closeMenus = (except = null) =>
  document.querySelectorAll("details.menu[open]").forEach((menu) => menu.contains(except) || (menu.open = false));
document.addEventListener("click", (event) => closeMenus(event.target));

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

// data-pijlen: a row of links is one stop of Tab, the last one first; arrows, Home and End go along it.
document.querySelectorAll("[data-pijlen]").forEach((row) => {
  const links = [...row.querySelectorAll("a")];
  const stop = (at) => links.forEach((link, n) => (link.tabIndex = n === at ? 0 : -1));
  stop(links.length - 1);
  row.addEventListener("keydown", (event) => {
    const now = links.indexOf(event.target);
    const to = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: links.length - 1 }[event.key];
    if (!links[to]) return;
    event.preventDefault();
    stop(to);
    links[to].focus();
  });
});

// "/" goes to the search, from anywhere but a field.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select")) return;
  const field = document.querySelector("[data-zoek] input[type=search], .kop-zoek input");
  if (!field) return;
  event.preventDefault();
  if (field.checkVisibility()) return field.focus();
  location.assign(field.form.action); // a narrow screen: the page has a field of its own
});
// data-zoek: a list of the first that fit while somebody types; Enter without choosing goes to the page with all.
document.querySelectorAll("[data-zoek]").forEach((form) => {
  const field = form.querySelector("input[type=search]");
  const list = Object.assign(document.createElement("ul"), { id: "zoek-lijst", role: "listbox", ariaLabel: "Gevonden" });
  field.after(list);
  Object.assign(field, { role: "combobox", ariaAutoComplete: "list" });
  field.setAttribute("aria-controls", list.id);
  let timer;
  const choose = (number) => {
    [...list.children].forEach((option, n) => (option.ariaSelected = n === number));
    list.children[number]?.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", list.children[number]?.id ?? "");
  };
  const show = (rows) => {
    list.replaceChildren(...rows.map((row, n) => {
      const option = Object.assign(document.createElement("li"), { id: `${list.id}-${n}`, role: "option" });
      const under = Object.assign(document.createElement("span"), { className: "onder", textContent: row.onder });
      option.dataset.url = row.url;
      option.append(row.naam, under);
      return option;
    }));
    list.hidden = !rows.length;
    field.ariaExpanded = !list.hidden;
    choose(-1);
  };
  const look = async () => {
    const text = field.value.trim();
    const url = `${form.getAttribute("action") || location.pathname}?${new URLSearchParams({ q: text })}`;
    const answer = text.length > 1 && (await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null));
    if (text === field.value.trim()) show(answer?.ok && !answer.redirected ? await answer.json() : []);
  };
  show([]);
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, 150);
  });
  field.addEventListener("keydown", (event) => {
    const now = [...list.children].findIndex((option) => option.ariaSelected === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (list.hidden || !(step || event.key === "Escape" || (event.key === "Enter" && now >= 0))) return;
    event.preventDefault();
    if (step) choose(Math.max(-1, Math.min(list.children.length - 1, now + step)));
    else if (event.key === "Enter") location.assign(list.children[now].dataset.url);
    else show([]);
  });
  field.addEventListener("blur", () => (list.hidden = true));
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus, so the list stays
  list.addEventListener("click", (event) => location.assign(event.target.closest("[role=option]").dataset.url));
});

// data-open: this letter opens a choice, whose own letters then choose.
document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select")) return;
  const choice = document.querySelector(`details[data-open="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!choice || event.target.closest("[data-toetsen]")) return;
  choice.open = true;
  choice.querySelector("button").focus();
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
    if (answer?.redirected || answer?.status === 404) return location.reload(); // the page itself leads there, or says so
    const told = await answer?.json().catch(() => null); // also of a refusal, where the next page says why
    if (told) return location.assign(told.verder);
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
// What is folded open stays open, who stands on a link stays there, who types is left alone, and [data-zegt=id] says aloud what is new in data-nieuws.
document.querySelectorAll("[id][data-ververs]").forEach((part) => {
  const put = (fresh) => {
    if (fresh.innerHTML !== part.innerHTML && !part.querySelector("input:focus")) {
      const open = [...part.querySelectorAll("details[id][open]")].map((each) => each.id);
      const active = part.contains(document.activeElement) && document.activeElement;
      const place = !active ? "" : active.matches("details[id] > summary") ? `#${active.parentElement.id} > summary`
        : active.matches("a[href]") ? `#${part.id} a[href="${CSS.escape(active.getAttribute("href"))}"]` : "";
      part.innerHTML = fresh.innerHTML;
      open.forEach((id) => (document.getElementById(id) ?? {}).open = true);
      if (place) document.querySelector(place)?.focus({ preventScroll: true });
    }
    const said = document.querySelector(`[data-zegt=${part.id}]`);
    const news = fresh.dataset.nieuws ?? "";
    if (said && news !== part.dataset.nieuws) said.textContent = part.dataset.nieuws = news;
  };
  const again = async () => {
    const answer = !document.hidden && (await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null));
    if (answer?.redirected) return location.replace(answer.url);
    const fresh = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
    if (fresh) put(fresh);
    if (fresh === null || (fresh && !("ververs" in fresh.dataset))) return location.reload();
    setTimeout(again, part.dataset.ververs * 1000);
  };
  setTimeout(again, part.dataset.ververs * 1000);
});

// data-scheelt: what the chosen agreements would have left of the questions of a year.
document.querySelector("[data-scheelt]")?.addEventListener("change", ({ currentTarget: form }) => {
  const left = document.querySelector("[data-over]");
  if (!left) return;
  const saved = [...form.querySelectorAll("[data-minder]:checked")].reduce((sum, input) => sum + Number(input.dataset.minder), 0);
  left.textContent = form.dataset.scheelt - saved;
  document.querySelector("[data-over-mails]").textContent = Math.min(form.dataset.mails, left.textContent);
});
// Ticks and a list below an answer say more of it, so that answer is chosen along with them.
document.querySelectorAll(".kies").forEach((answer) => answer.addEventListener("change", () => {
  answer.querySelector("[type=radio]").checked = true;
  answer.parentElement.querySelectorAll("[type=checkbox]").forEach((tick) => (tick.checked &&= answer.contains(tick)));
}));

// The queue of klantenservice: what all that are chosen can have done, with their number; J and K walk, X chooses.
document.querySelectorAll("[data-zaken]").forEach((queue) => {
  const bar = document.querySelector("[data-gekozen]");
  const boxes = [...queue.querySelectorAll("[name=zaak]")];
  const all = queue.querySelector("[data-alle]");
  const show = () => {
    const chosen = boxes.filter((box) => box.checked);
    bar.hidden = !chosen.length;
    bar.querySelector("[data-aantal]").textContent = `${chosen.length} gekozen`;
    bar.querySelectorAll("[data-een]").forEach((button) => {
      button.hidden = !chosen.every((box) => box.dataset.daden.split(" ").includes(button.value));
      button.textContent = `${chosen.length} ${chosen.length === 1 ? button.dataset.een : button.dataset.meer}`;
    });
    const first = [...bar.querySelectorAll("[data-een]")].find((button) => !button.hidden);
    bar.querySelectorAll("[data-een]").forEach((button) => button.classList.toggle("knop-primair", button === first));
    all.checked = chosen.length === boxes.length;
  };
  all.hidden = document.querySelector(".toetsen-uitleg").hidden = false;
  all.addEventListener("change", () => {
    boxes.forEach((box) => (box.checked = all.checked));
    show();
  });
  queue.addEventListener("change", show);
  bar.addEventListener("reset", () => setTimeout(show)); // the boxes are cleared after the event
  addEventListener("pageshow", show);
  show();
  const links = [...queue.querySelectorAll("tbody th a")];
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=checkbox]), textarea, select")) return;
    const now = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
    const step = { j: 1, k: -1 }[event.key.toLowerCase()];
    if (step) links[Math.max(0, Math.min(links.length - 1, now < 0 ? 0 : now + step))].focus();
    else if (event.key.toLowerCase() === "x" && now >= 0) boxes[now].click();
    else return;
    event.preventDefault();
  });
});
// [ and ] go to the case, or the page of the queue, before and after this one.
document.addEventListener("keydown", (event) => {
  const rel = { "[": "prev", "]": "next" }[event.key];
  if (rel && !event.target.matches("input:not([type=checkbox]), textarea, select")) document.querySelector(`main a[rel=${rel}]`)?.click();
});
document.querySelectorAll("[data-meteen]").forEach((field) => field.addEventListener("change", () => field.form.requestSubmit()));
// data-kijkt="address": say that this case is open here, as long as somebody can see it.
document.querySelectorAll("[data-kijkt]").forEach((part) => {
  const fields = { zaak: part.dataset.zaak, csrf_token: document.querySelector("[name=csrf_token]").value };
  const say = () => document.hidden || fetch(part.dataset.kijkt, { method: "POST", body: new URLSearchParams(fields) }).catch(() => null);
  say();
  setInterval(say, 20000);
});
