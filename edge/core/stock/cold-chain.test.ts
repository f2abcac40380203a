import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COLD_START, type ColdInput, evolveCold, excursion } from './cold-chain.ts';

const MINUTE_MS = 60_000;
type Step = [minute: number, what: number | 'fault' | 'open' | 'close'];

/** Plays the steps (degrees, or what happened) and answers the excursion at `untilMinute`. */
function foundAfter(steps: Step[], untilMinute: number, keep: 'chilled' | 'frozen' = 'chilled') {
  const state = steps.reduce((now, [minute, what]) => {
    const atMs = minute * MINUTE_MS;
    const input: ColdInput =
      what === 'open' || what === 'close'
        ? { kind: 'door', atMs, open: what === 'open' }
        : what === 'fault'
          ? { kind: 'reading', atMs, fault: 'probe' }
          : { kind: 'reading', atMs, deciCelsius: Math.round(what * 10) };
    return evolveCold(now, input, keep);
  }, COLD_START);
  return excursion(state, untilMinute * MINUTE_MS);
}

describe('food is too warm', () => {
  it.each<[string, Step[], number, string | undefined]>([
    ['not at 5.0 degrees, however long', [[0, 5]], 600, undefined],
    ['not after 15 minutes at 5.1', [[0, 5.1]], 15, undefined],
    ['after more than 15 minutes at 5.1', [[0, 5.1]], 15.1, 'too-warm'],
    [
      'not where it was cold in between',
      [
        [0, 8],
        [14, 4.8],
        [15, 8],
      ],
      29,
      undefined,
    ],
    [
      'not for a minute after a shopper',
      [
        [0, 3],
        [1, 'open'],
        [2, 'close'],
        [3, 8],
      ],
      20,
      undefined,
    ],
    [
      'where it is not back within 30 minutes of closing',
      [
        [0, 3],
        [1, 'open'],
        [2, 'close'],
        [3, 8],
      ],
      32.1,
      'not-cooled-after-closing',
    ],
    [
      'not where it is back by then',
      [
        [0, 3],
        [1, 'open'],
        [2, 'close'],
        [3, 8],
        [31, 4.9],
      ],
      60,
      undefined,
    ],
    [
      'also where it is opened every ten minutes',
      [
        [0, 8],
        [1, 'open'],
        [2, 'close'],
        [11, 'open'],
        [12, 'close'],
        [20, 9],
        [21, 'open'],
        [22, 'close'],
        [30, 9],
      ],
      33,
      'too-warm',
    ],
    [
      'where it stands open and warm',
      [
        [0, 3],
        [1, 'open'],
        [5, 9],
      ],
      36,
      'left-open',
    ],
    [
      'not because a probe broke',
      [
        [0, 3],
        [1, 'fault'],
      ],
      600,
      undefined,
    ],
    [
      'also where the probe breaks while it is warm',
      [
        [0, 9],
        [5, 'fault'],
      ],
      16,
      'too-warm',
    ],
  ])('%s', (_, steps, until, expected) => {
    expect(foundAfter(steps, until)).toBe(expected);
  });

  it('frozen food above minus 15', () => {
    expect(foundAfter([[0, -18]], 600, 'frozen')).toBeUndefined();
    expect(foundAfter([[0, -14]], 16, 'frozen')).toBe('too-warm');
  });

  it('never while every reading was cold, and always where it stayed warm and shut', () => {
    const seed = Number(process.env.SEED ?? Math.trunc(Date.now()));
    const what = fc.oneof(
      fc.double({ min: -20, max: 5, noNaN: true }),
      fc.constantFrom('fault', 'open', 'close'),
    );
    fc.assert(
      fc.property(fc.array(what), (whats) => {
        const steps = whats.map((each, at): Step => [at, each as Step[1]]);
        expect(foundAfter(steps, 10_000)).toBeUndefined();
        const end = steps.length;
        expect(foundAfter([...steps, [end, 'close'], [end + 10, 12]], end + 41)).toBeDefined();
      }),
      { seed },
    );
  });
});
