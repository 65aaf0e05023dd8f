/** Which rows of the screen the lines of a log take, when long lines are wrapped at a number of columns. */
export class LineLayout {
  readonly #columns: number;
  /** The row after each line. */
  readonly #ends: number[] = [];

  /** @param columns infinite for lines that are not wrapped. */
  constructor(columns: number) {
    this.#columns = Math.max(1, columns);
  }

  /** The number of lines. */
  get length(): number {
    return this.#ends.length;
  }

  /** The number of rows of all lines. */
  get rows(): number {
    return this.#ends.at(-1) ?? 0;
  }

  /** Lays out the lines from this one on anew. */
  update(from: number, widths: Iterable<number>): void {
    this.#ends.length = Math.min(from, this.#ends.length);
    let end = this.rows;
    for (const width of widths) {
      end += Math.max(1, Math.ceil(width / this.#columns));
      this.#ends.push(end);
    }
  }

  /** The row at which a line begins. */
  rowOf(line: number): number {
    return this.#ends[line - 1] ?? 0;
  }

  /** The line that takes a row; the last one for rows below. */
  lineAt(row: number): number {
    let low = 0;
    let high = Math.max(0, this.#ends.length - 1);
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ends[middle] ?? 0) > row) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

const ASCII = /^[\t -~]*$/;
/** Drawn twice as wide in fonts for code. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/gu;

/** About how many columns a text takes. */
export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  return text.length + (text.match(WIDE)?.filter((sign) => sign.length === 1).length ?? 0);
}
