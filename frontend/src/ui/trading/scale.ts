export interface Mark {
  key: string;
  price: number;
}

export interface Placed<M extends Mark> {
  mark: M;
  /** Where its line is drawn. */
  y: number;
  /** Where its words stand: as near to the line as the others leave room. */
  labelY: number;
}

/** The span of prices that shows every mark, with a little air. */
export function spanOf(marks: readonly Mark[]): [low: number, high: number] {
  const prices = marks.map(({ price }) => price);
  const [low, high] = [Math.min(...prices), Math.max(...prices)];
  const air = (high - low || high || 1) * 0.06;
  return [low - air, high + air];
}

/** Marks from the top down, each with a line at its price and words at least `gap` apart, within 0 and `height`. */
export function placed<M extends Mark>(
  marks: readonly M[],
  [low, high]: [low: number, high: number],
  height: number,
  gap: number,
): Placed<M>[] {
  const y = (price: number) => ((high - price) / (high - low)) * height;
  const sorted = marks.map((mark) => ({ mark, y: y(mark.price) })).sort((a, b) => a.y - b.y);
  const labels: number[] = [];
  for (const each of sorted) labels.push(Math.max(each.y, (labels.at(-1) ?? gap / 2 - gap) + gap));
  let bottom = height - gap / 2;
  for (let index = labels.length - 1; index >= 0; index -= 1) {
    labels[index] = Math.min(labels[index] ?? 0, bottom);
    bottom = (labels[index] ?? 0) - gap;
  }
  return sorted.map((each, index) => ({ ...each, labelY: labels[index] ?? each.y }));
}
