// Long lists: only what can be seen, and a little more, is in the document.

/** Rows above and below what can be seen, so that scrolling finds them there. */
const SPARE = 12;

/** Rows of one height in `host`, which lies in the element `scroller` that scrolls. */
class LongList {
  /** `row(index)` makes the element of a row. */
  constructor(scroller, host, row) {
    this.scroller = scroller;
    this.host = host;
    this.row = row;
    this.count = 0;
    this.made = new Map();
    /** A row that stays in the document wherever the list is scrolled to: the current one. */
    this.pinned = -1;
    this.asked = false;
    const later = () => this.later();
    scroller.addEventListener('scroll', later, { passive: true });
    this.watch = new ResizeObserver(later);
    this.watch.observe(scroller);
  }

  /** Stops listening; the elements go with their parent. */
  end() {
    this.watch.disconnect();
    this.count = 0;
  }

  later() {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      this.show();
    });
  }

  get height() {
    return parseFloat(getComputedStyle(this.host).getPropertyValue('--row')) || 64;
  }

  /** Shows `count` rows, all made anew. */
  fill(count) {
    this.count = count;
    this.made.forEach((made) => made.remove());
    this.made.clear();
    this.show();
  }

  /** Makes the row at `index` anew, if it is in the document. */
  renew(index) {
    const old = this.made.get(index);
    if (!old) return;
    const made = this.row(index);
    made.style.top = old.style.top;
    old.replaceWith(made);
    this.made.set(index, made);
  }

  renewAll() {
    [...this.made.keys()].forEach((index) => this.renew(index));
  }

  /** Puts into the document what can be seen. */
  show() {
    if (!this.host.isConnected) return;
    const height = this.height;
    this.host.style.height = `${this.count * height}px`;
    const above = this.offset();
    const from = Math.max(0, Math.floor((this.scroller.scrollTop - above) / height) - SPARE);
    const to = Math.min(this.count, Math.ceil((this.scroller.scrollTop - above + this.scroller.clientHeight) / height) + SPARE);
    for (const [index, made] of this.made) {
      if ((index < from || index >= to) && index !== this.pinned) {
        made.remove();
        this.made.delete(index);
      }
    }
    for (let index = from; index < to; index++) this.make(index, height);
    if (this.pinned >= 0 && this.pinned < this.count) this.make(this.pinned, height);
  }

  make(index, height) {
    let made = this.made.get(index);
    if (!made) {
      made = this.row(index);
      this.made.set(index, made);
      // Readers go by the order of the elements.
      const next = [...this.made.keys()].filter((other) => other > index).reduce((one, other) => Math.min(one, other), Infinity);
      this.host.insertBefore(made, next === Infinity ? null : this.made.get(next));
    }
    made.style.top = `${index * height}px`;
  }

  /** Where the rows begin, from the top of what scrolls. */
  offset() {
    return this.host.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top + this.scroller.scrollTop - this.scroller.clientTop;
  }

  /** Scrolls so that the row at `index` can be seen; `covered` is what something covers at the top. */
  reveal(index, covered = 0) {
    const height = this.height;
    const top = this.offset() + index * height;
    const view = this.scroller.clientHeight;
    if (top - covered < this.scroller.scrollTop) this.scroller.scrollTop = top - covered;
    else if (top + height > this.scroller.scrollTop + view) this.scroller.scrollTop = top + height - view;
    this.pinned = index;
    this.show();
  }
}
