/** A clock that begins in the past and moves only when told. */
export function pastClock(startMs: number) {
  let nowMs = 0;
  return {
    monoMs: () => nowMs,
    wallMs: () => startMs + nowMs,
    wallQuality: () => 'trusted' as const,
    after: () => () => {},
    advance(ms: number) {
      nowMs += ms;
    },
  };
}
