/** The checkout scale on a real serial line: seven bits and parity, kept by software. */
import { describe, expect, test, vi } from 'vitest';
import { realClock } from '../../simulator/runtime.ts';
import { startScaleToledo8217 } from '../../simulator/twins/scale-toledo-8217.ts';
import type { DeviceEvent } from '../contract.ts';
import { checkOptions } from '../options.ts';
import { seededRandom } from '../random-for-tests.ts';
import { supervise } from '../supervise.ts';
import { openWire } from '../wire/open.ts';
import { openPty, PTY_AVAILABLE } from '../wire/pty-for-tests.ts';
import { toledo8217 } from './toledo-8217.ts';

// Without the optional pseudo-terminal package there is no real port to test on (said aloud by
// wire/pty-for-tests.ts).
describe.skipIf(!PTY_AVAILABLE)('on a real serial line', () => {
  test.each([
    ['', true],
    ['?check=none', false],
  ])('the address %j is enough: 9600 7E1 is the driver’s own line', async (query, parity) => {
    const clock = realClock();
    const end = openPty();
    const port = { onBytes: end.onBytes, write: (bytes: Uint8Array) => void end.say(bytes) };
    const load = () => ({ grams: 612, moving: false, overload: false });
    const random = seededRandom(1);
    const options = { clock, random, load, fault: () => undefined, parity };
    const running = startScaleToledo8217(port, options);
    const events: DeviceEvent[] = [];
    const checked = checkOptions(toledo8217, {});
    const address = `serial:${end.path}${query}`;
    const kept = supervise({
      driver: toledo8217,
      address,
      open: () => openWire(address, toledo8217.line),
      options: checked.ok ? checked.value : {},
      clock,
      log: { debug: () => undefined, warn: () => undefined },
      random: () => 0.5,
      onEvent: (event) => void events.push(event),
      onStatus: () => undefined,
    });
    await vi.waitFor(() => expect(events.length).toBeGreaterThanOrEqual(3), {
      timeout: 15_000,
      interval: 10,
    });
    expect(events.slice(0, 3).every((event) => event.kind === 'stable')).toBe(true);
    await kept.close();
    running.close();
    end.unplug();
  });
});
