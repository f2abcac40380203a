import { describe, expect, it } from 'vitest';
import { STATUS_VIEWS } from '../status.fixture.ts';
import { byTrouble } from './devices.tsx';
import { pillFacts } from './sync-pill.tsx';

describe('the sync sign', () => {
  it.each(['up', 'down', 'off'] as const)('is never green over unsent sales, link %s', (link) => {
    const facts = pillFacts({ link, unsent: 38 });
    expect(facts.level).toBe('warn');
    expect(facts.unsent).toBe(true);
  });

  it.each([
    ['up', 'ok'],
    ['down', 'warn'],
    ['off', 'off'],
  ] as const)('with nothing unsent, link %s shows %s', (link, level) => {
    expect(pillFacts({ link, unsent: 0 })).toMatchObject({ level, unsent: false });
  });
});

it('devices in trouble stand first, those switched off on purpose last', () => {
  const states = byTrouble(STATUS_VIEWS.bad?.devices ?? []).map((device) => device.state);
  expect(states).toEqual(['offline', 'warn', 'ok', 'ok', 'disabled']);
});
