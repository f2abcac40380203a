/** Rings when a shopper calls staff, whichever room is open. */
import { useEffect, useRef } from 'preact/hooks';
import type { StatusView } from '../../core/views/status-view.ts';

const NOTES_HZ = [880, 660, 880];
const NOTE_S = 0.22;
const LOUD = 0.25;

/** Screens whose call was not there before. A call answered and made again is a new one. */
export function newCalls(
  before: ReadonlySet<string>,
  screens: StatusView['screens'],
): { fresh: string[]; now: Set<string> } {
  const now = new Set(
    screens.flatMap(({ id, helpSinceWallMs }) =>
      helpSinceWallMs === undefined ? [] : [`${id} ${helpSinceWallMs}`],
    ),
  );
  return { fresh: [...now].filter((call) => !before.has(call)), now };
}

export function useRing(screens: StatusView['screens']): void {
  const known = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const { fresh, now } = newCalls(known.current, screens);
    known.current = now;
    if (fresh.length > 0) ring();
  }, [screens]);
}

let speaker: AudioContext | undefined;

/** Three short notes; a browser that nobody has touched yet stays silent, the page shows the call. */
function ring(): void {
  speaker ??= new AudioContext();
  void speaker.resume();
  const { currentTime, destination } = speaker;
  for (const [at, frequency] of NOTES_HZ.entries()) {
    const note = speaker.createOscillator();
    const volume = speaker.createGain();
    const start = currentTime + at * NOTE_S;
    note.frequency.value = frequency;
    volume.gain.setValueAtTime(LOUD, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + NOTE_S);
    note.connect(volume).connect(destination);
    note.start(start);
    note.stop(start + NOTE_S);
  }
}
