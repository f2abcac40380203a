/** A name for each new device by its kind: `scale-2` where there is a scale-1 already. */
export function freeNames(kinds: readonly string[], taken: readonly string[]): string[] {
  const names = new Set(taken);
  return kinds.map((kind) => {
    let number = 1;
    while (names.has(`${kind}-${number}`)) number += 1;
    names.add(`${kind}-${number}`);
    return `${kind}-${number}`;
  });
}
