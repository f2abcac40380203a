/** Time and medians of benches. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;
export const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
