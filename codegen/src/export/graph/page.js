"use strict";
// The address says which resource is chosen: #contactPresence. `?q=` searches when the page opens.
const diagram = document.querySelector("main svg");
const nodes = [...diagram.querySelectorAll(".node")];
const edges = [...diagram.querySelectorAll(".edge")];
const search = document.querySelector("header .search");
const count = document.querySelector("header .count");
const total = count.textContent;
const hint = document.querySelector(".hint");
document.body.classList.add("scripted");

function choose() {
  const name = location.hash.slice(1);
  const chosen = nodes.find((node) => node.dataset.name === name);
  diagram.classList.toggle("chosen", Boolean(chosen));
  const near = new Set();
  for (const edge of edges) {
    const { from, to } = edge.dataset;
    edge.classList.toggle("out", from === name);
    edge.classList.toggle("in", to === name && from !== name);
    if (from === name) near.add(to);
    if (to === name) near.add(from);
  }
  for (const node of nodes) {
    node.classList.toggle("selected", node === chosen);
    node.classList.toggle("near", near.has(node.dataset.name));
  }
  for (const article of document.querySelectorAll("article")) {
    article.classList.toggle("shown", Boolean(chosen) && article.id === name);
  }
  hint.hidden = Boolean(chosen);
  document.body.dataset.selected = chosen ? name : "";
  document.querySelector("aside").scrollTop = 0;
  if (chosen) {
    chosen.scrollIntoView({ block: "nearest", inline: "nearest" });
    scrollTo(0, 0);
  }
}

// Names that begin with what is searched come first, then names that hold it, then all else.
function matches() {
  const wanted = search.value.trim().toLowerCase();
  if (!wanted) return [];
  const rank = (node) => {
    const name = node.dataset.name.toLowerCase();
    return name.startsWith(wanted) ? 0 : name.includes(wanted) ? 1 : 2;
  };
  return nodes.filter((node) => node.dataset.words.includes(wanted)).sort((a, b) => rank(a) - rank(b));
}

function find() {
  const found = matches();
  const searched = search.value.trim() !== "";
  diagram.classList.toggle("searched", searched);
  for (const node of nodes) node.classList.toggle("match", found.includes(node));
  count.textContent = searched ? `${found.length} found` : total;
}

function step(by) {
  const found = matches();
  const among = found.length ? found : nodes;
  const at = among.indexOf(document.activeElement);
  const next = at < 0 ? (by > 0 ? 0 : among.length - 1) : (at + by + among.length) % among.length;
  among[next].focus();
}

function open(node) {
  search.value = "";
  find();
  location.hash = node.dataset.name;
}

addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== search) {
    event.preventDefault();
    search.select();
  } else if (event.key === "Enter" && document.activeElement === search && matches().length) {
    open(matches()[0]);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (document.activeElement === search || nodes.includes(document.activeElement)) {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    }
  } else if (event.key === "Escape") {
    search.value = "";
    find();
    history.replaceState(null, "", location.pathname + location.search);
    choose();
  }
});
search.addEventListener("input", find);
addEventListener("hashchange", () => {
  search.value = "";
  find();
  choose();
});
search.value = new URLSearchParams(location.search).get("q") || "";
find();
choose();
