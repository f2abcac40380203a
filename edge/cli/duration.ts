/** `3s`, `500ms`, `10m`, `2h`, or a bare number of milliseconds; undefined for anything else. */
export function duration(text: string): number | undefined {
  const [, number, unit] = /^(\d{1,8})(ms|s|m|h)?$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  return Number(number) * ({ s: 1000, m: 60_000, h: 3_600_000 }[unit ?? ''] ?? 1);
}
