/**
 * Tells a scanner's second reading of the same label from a second, identical item: the same text
 * within `windowMs` of its last reading, on the same screen, is a re-read. Two bottles held up one
 * after the other are two items; a payment code read on the basket screen says nothing about the
 * payment screen.
 */
export function dedupe(
  windowMs: number,
): (text: string, screenState: string, atMs: number) => boolean {
  let last: { text: string; screenState: string; atMs: number } | undefined;
  return (text, screenState, atMs) => {
    const reread =
      last !== undefined &&
      last.text === text &&
      last.screenState === screenState &&
      atMs - last.atMs < windowMs;
    // A label left in front of the scanner is read on and on: each reading extends the window.
    last = { text, screenState, atMs };
    return reread;
  };
}
