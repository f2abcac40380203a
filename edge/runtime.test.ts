import { afterEach, describe, expect, it } from 'vitest';
import { liveIn, localDayOf, localTimeOf } from './runtime.ts';

const own = process.env.TZ;
afterEach(() => {
  if (own === undefined) delete process.env.TZ;
  else process.env.TZ = own;
});

/** Every nine days over twelve years: both sides of each change to summer time and back. */
const INSTANTS = Array.from({ length: 480 }, (_, n) => 1_577_836_800_000 + n * 788_400_000);

describe('the local time of a store', () => {
  it('is the same whether the process lives there or not', () => {
    const known = ['Asia/Shanghai', 'Pacific/Chatham', 'America/New_York', 'Australia/Lord_Howe'];
    for (const zone of [...known, 'europe/berlin']) {
      const [day, time] = [localDayOf(zone), localTimeOf(zone)];
      process.env.TZ = 'UTC';
      const abroad = INSTANTS.map((at) => [day(at), time(at)]);
      liveIn(zone);
      expect(process.env.TZ).toBe(known.includes(zone) ? zone : 'UTC');
      const home = INSTANTS.map((at) => [day(at), time(at)]);
      expect(home, zone).toEqual(abroad);
    }
  });

  it('of 15:04 in Shanghai on 23 November 2026 reads so', () => {
    liveIn('Asia/Shanghai');
    const at = Date.UTC(2026, 10, 23, 7, 4, 59);
    expect(localTimeOf('Asia/Shanghai')(at)).toBe('2026-11-23 15:04');
    expect(localDayOf('Asia/Shanghai')(at)).toBe('2026-11-23');
    expect(localTimeOf('Europe/Berlin')(at)).toBe('2026-11-23 08:04');
  });
});
