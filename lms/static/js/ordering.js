// A question of order: its list is put in order with buttons, the arrow keys or by dragging. The selects stay what is
// sent; without this script they are what is filled in. A question that nobody touched stays without an answer.

class Ordering {
  constructor(root) {
    this.root = root;
    this.list = root.querySelector("[data-list]");
    this.keep = root.querySelector("[data-keep]");
    this.status = root.querySelector("[data-status]");
    root.classList.add("ordering--active");
    for (const part of root.querySelectorAll("[data-handle], [data-buttons], [data-state]")) part.hidden = false;
    for (const item of this.items) getSelect(item).hidden = true;
    root.addEventListener("click", (event) => this.click(event));
    root.addEventListener("keydown", (event) => this.press(event));
    root.addEventListener("change", () => this.read()); // also when an answer kept in the browser is put back
    this.list.addEventListener("pointerdown", (event) => this.grab(event));
    this.read();
  }

  get items() {
    return [...this.list.children];
  }

  get isAnswered() {
    const places = new Set(this.items.map(getPlace));
    return !places.has(0) && places.size === this.items.length;
  }

  // The list in the order of the selects; what has no place comes last.
  read() {
    const items = this.items;
    const sorted = [...items].sort((one, other) => (getPlace(one) || Infinity) - (getPlace(other) || Infinity) || 0);
    if (sorted.some((item, index) => item !== items[index])) this.list.append(...sorted);
    this.show();
  }

  // The selects in the order of the list.
  write() {
    this.items.forEach((item, index) => { getSelect(item).value = index + 1; });
    getSelect(this.items[0]).dispatchEvent(new Event("change", { bubbles: true }));
  }

  show() {
    this.items.forEach((item, index, { length }) => {
      item.querySelector('[data-move="up"]').setAttribute("aria-disabled", index === 0);
      item.querySelector('[data-move="down"]').setAttribute("aria-disabled", index === length - 1);
    });
    const { isAnswered } = this;
    this.root.querySelector("[data-open]").hidden = isAnswered;
    this.root.querySelector("[data-given]").hidden = !isAnswered;
    this.root.querySelector("[data-problem]")?.toggleAttribute("hidden", isAnswered);
    this.keep.setAttribute("aria-disabled", isAnswered);
  }

  // The neighbour is what is moved, so that the focus stays where it is.
  move(item, direction) {
    const neighbour = direction === "up" ? item.previousElementSibling : item.nextElementSibling;
    if (neighbour) {
      item[direction === "up" ? "after" : "before"](neighbour);
      this.write();
      item.scrollIntoView({ block: "nearest" });
    }
    this.announce(item);
  }

  announce(item) {
    const values = { item: item.querySelector("[data-text]").textContent, place: this.items.indexOf(item) + 1,
      total: this.items.length };
    this.say(this.root.dataset.textPlace.replace(/\{(\w+)\}/g, (_match, name) => values[name]));
  }

  say(text) {
    this.status.textContent = text;
  }

  click(event) {
    const button = event.target.closest("[data-move]");
    if (button) this.move(button.closest("[data-item]"), button.dataset.move);
    if (event.target.closest("[data-keep]")) {
      if (!this.isAnswered) this.write();
      this.say(this.root.querySelector("[data-given]").textContent);
    }
  }

  press(event) {
    const direction = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    const item = event.target.closest("[data-item]");
    if (!direction || !item || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.move(item, direction);
  }

  // Dragging by the handle; the list keeps hold of the pointer, because the item itself moves.
  grab(event) {
    const item = event.target.closest("[data-handle]")?.closest("[data-item]");
    if (!item || event.button) return;
    event.preventDefault();
    const before = this.items.indexOf(item);
    const drag = new AbortController();
    const { signal } = drag;
    this.list.setPointerCapture(event.pointerId);
    item.classList.add("ordering__item--dragged");
    this.list.addEventListener("pointermove", ({ clientY }) => this.drag(item, clientY), { signal });
    this.list.addEventListener("lostpointercapture", () => {
      drag.abort();
      item.classList.remove("ordering__item--dragged");
      if (this.items.indexOf(item) === before) return;
      this.write();
      this.announce(item);
    }, { signal });
  }

  drag(item, y) {
    const { previousElementSibling: previous, nextElementSibling: next } = item;
    if (previous && y < getMiddle(previous)) previous.before(item);
    else if (next && y > getMiddle(next)) next.after(item);
  }
}

const getSelect = (item) => item.querySelector("select");
const getPlace = (item) => Number(getSelect(item).value);

function getMiddle(item) {
  const { top, height } = item.getBoundingClientRect();
  return top + height / 2;
}

for (const root of document.querySelectorAll("[data-ordering]")) new Ordering(root);
