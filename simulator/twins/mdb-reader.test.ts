import { describe, expect, it } from 'vitest';
import { memoryPort } from '../port.ts';
import { createSimulatedClock } from '../simulated-clock.ts';
import { hex, readGolden } from '../testing/golden.ts';
import { bridgeFrame, type CardKind, type MdbFault, startMdbReader } from './mdb-reader.ts';

function bench() {
  const clock = createSimulatedClock();
  const cable = memoryPort(clock, 115_200);
  let fault: MdbFault | undefined;
  const twin = startMdbReader(cable, { clock, fault: () => fault });
  const heard: number[] = [];
  const host = cable.connect();
  host?.onBytes((bytes) => heard.push(...bytes));
  const ask = (bytes: Uint8Array, waitMs = 60) => {
    heard.length = 0;
    host?.write(bytes);
    clock.advance(waitMs);
    return hex(Uint8Array.from(heard));
  };
  const setFault = (next?: MdbFault) => {
    fault = next;
  };
  return { clock, twin, ask, setFault };
}

const golden = readGolden('payment/golden/mdb-bridge.txt');
const toAsk = (what: string) => {
  const line = golden.find(({ direction, meaning }) => direction === 'tx' && meaning.ask === what);
  if (line === undefined) throw new Error(`the golden lost ${what}`);
  return line.bytes;
};
const answer = (wanted: string) => {
  const line = golden.find(
    ({ direction, meaning }) => direction === 'rx' && JSON.stringify(meaning).includes(wanted),
  );
  if (line === undefined) throw new Error(`the golden lost ${wanted}`);
  return line.hex;
};
const ACK = answer('"kind":"ack"');

/** A reader that is up, with a card at it. */
function withCard(card: CardKind) {
  const all = bench();
  const { ask, twin } = all;
  for (const what of ['reset', 'poll', 'setup', 'prices', 'enable']) ask(toAsk(what));
  twin.present(card);
  return all;
}

describe('the MDB reader says what the golden bytes say', () => {
  it('from reset to its identity', () => {
    const { ask } = bench();
    expect(ask(toAsk('reset'))).toBe(ACK);
    expect(ask(toAsk('poll'))).toBe(answer('"just-reset"'));
    expect(ask(toAsk('poll'))).toBe(ACK);
    expect(ask(toAsk('setup'))).toBe(answer('"config"'));
    expect(ask(toAsk('prices'))).toBe(ACK);
  });

  it('a sale: session, request, approval, success, end', () => {
    const { ask, clock, twin } = withCard('pays');
    expect(ask(toAsk('poll'))).toBe(answer('"funds":10000'));
    expect(ask(toAsk('vend'))).toBe(ACK);
    clock.advance(500);
    expect(ask(toAsk('poll'))).toBe(answer('"amount":100'));
    expect(ask(toAsk('success'))).toBe(ACK);
    expect(twin.till).toEqual({ taken: 100, givenBack: 0 });
    ask(toAsk('complete'), 500);
    expect(ask(toAsk('poll'))).toBe(answer('"end-session"}]'));
  });

  it.each(['failure', 'reset', 'complete'])(
    'money that was only approved goes back with %s',
    (what) => {
      const { ask, clock, twin } = withCard('pays');
      ask(toAsk('poll'));
      ask(toAsk('vend'));
      clock.advance(500);
      ask(toAsk('poll'));
      ask(toAsk(what));
      expect(twin.till).toEqual({ taken: 0, givenBack: 100 });
    },
  );

  it('no card, no vend; a card that may not, denied', () => {
    const { ask } = withCard('denies');
    expect(ask(toAsk('vend'))).toBe(answer('"out-of-sequence"'));
    ask(toAsk('poll'));
    ask(toAsk('vend'), 500);
    expect(ask(toAsk('poll'))).toBe(answer('[{"say":"denied"}]'));
  });
});

it('hears no frame whose LRC or CHK is wrong, and finds the next', () => {
  const { ask, twin } = bench();
  const reset = toAsk('reset');
  const spoilt = reset.map((byte, at) => (at === 5 ? byte ^ 1 : byte));
  expect(ask(spoilt)).toBe('');
  expect(ask(Uint8Array.of(0x55, ...reset))).toBe(ACK);
  expect(twin.heard()).toEqual(['10']);
});

it.each([
  ['silence', ''],
  ['late', ''],
] as const)('with the fault %s says nothing in time', (fault, wanted) => {
  const { ask, setFault } = bench();
  setFault(fault);
  expect(ask(toAsk('reset'))).toBe(wanted);
});

it('frames as the bridge does', () => {
  expect(hex(bridgeFrame([0]))).toBe(ACK);
});
