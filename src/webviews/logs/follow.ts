/** What of a scrollable element is visible. */
export interface View {
  top: number;
  width: number;
  height: number;
  /** The height of all of it. */
  whole: number;
}

/** Whether a list stays at its end. The user decides that by scrolling: away from the end, or back to it. */
export class Follow {
  follows = true;
  #top = 0;
  #width = 0;
  #height = 0;

  /** Remembers where it was scrolled to by us: any other place is the user's doing. */
  moved({ top }: View): void {
    this.#top = top;
  }

  /** Remembers in which size it was drawn. */
  drawn({ width, height }: View): void {
    this.#width = width;
    this.#height = height;
  }

  /** Takes a scroll event; true if it changed whether the end is followed. */
  scrolled(view: View, rowHeight: number): boolean {
    // A resize moves it, too, and it is drawn again anyway.
    if (view.width !== this.#width || view.height !== this.#height || Math.abs(view.top - this.#top) <= 1) return false;
    this.#top = view.top;
    const before = this.follows;
    this.follows = view.top + view.height >= view.whole - rowHeight;
    return this.follows !== before;
  }
}
