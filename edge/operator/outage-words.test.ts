/** An operator reads words, not codes; what is unknown is not hidden. */
import { expect, it } from 'vitest';
import { timelineOf } from '../core/device-timeline.ts';
import { REASONS } from '../devices/reasons.ts';
import { inWords } from './outage-words.ts';

const dayOf = (reason: string) =>
  timelineOf(
    [
      { wallMs: 100, state: 'ok' },
      { wallMs: 200, state: 'offline', reason },
      { wallMs: 300, state: 'ok' },
    ],
    100,
    400,
  );

it.each(Object.keys(REASONS))('an outage for %s says so in both languages', (reason) => {
  const [outage] = inWords(dayOf(reason)).outages;
  expect(outage).toMatchObject({ reason, fromWallMs: 200, toWallMs: 300 });
  expect(outage?.why?.zh).toMatch(/\p{Script=Han}/u);
  expect(outage?.why?.en).not.toBe('');
});

it('a code without words is shown as it is', () => {
  expect(inWords(dayOf('NEW_TROUBLE')).outages).toEqual([
    { fromWallMs: 200, toWallMs: 300, reason: 'NEW_TROUBLE' },
  ]);
});
