/** An ascending list of line numbers that grows without copying much. */
export class NumberList {
  length = 0;
  private values = new Uint32Array(1024);

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = new Uint32Array(this.values.length * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.length] = value;
    this.length += 1;
  }

  /** All numbers from `from` to `to`, both included. */
  pushRange(from: number, to: number): void {
    for (let value = from; value <= to; value += 1) this.push(value);
  }

  at(index: number): number | undefined {
    return index < this.length ? this.values[index] : undefined;
  }

  /** Index of the first value that is not below `value`; the length when there is none. */
  lowerBound(value: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.values[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  has(value: number): boolean {
    return this.at(this.lowerBound(value)) === value;
  }
}
