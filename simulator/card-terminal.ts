/** The lane's card terminal, and what the next card held to it does. */
import { type CardFault, FAULTS } from './faults.ts';
import { LAYOUT } from './layout.ts';
import type { Cable } from './port.ts';
import type { Clock } from './runtime.ts';
import type { Safe } from './twins/acquirer-orders.ts';
import type { CardBehaviour, TerminalFault, TerminalTransaction } from './twins/terminal-zvt.ts';
import { startTerminalZvt } from './twins/terminal-zvt.ts';
import type { World } from './world.ts';

const BROKEN: readonly CardFault[] = [
  'silence',
  'busy',
  'wrong-check',
  'no-repeat',
  'not-reversible',
];

/** A fault of the terminal itself; the others are what the next card does. */
const isBroken = (fault: CardFault | undefined): fault is CardFault & TerminalFault =>
  fault !== undefined && BROKEN.includes(fault);

export interface CardTerminal {
  /** Every movement of money, oldest first. */
  journal: TerminalTransaction[];
  close(): void;
}

/** Puts the terminal on its cable. Its journal is in `safe`, since a bank never forgets. */
export function fitCardTerminal(
  { world, clock, port }: { world: World; clock: Clock; port: Cable },
  safe?: Safe,
): CardTerminal {
  const { id } = LAYOUT.terminal;
  const journal: TerminalTransaction[] = JSON.parse(safe?.read() ?? '[]');
  const fault = (): CardFault | undefined => {
    const now = world.faultOf(id);
    return Object.keys(FAULTS.terminal).find((name): name is CardFault => name === now);
  };
  const behaviour = (): CardBehaviour => {
    const now = fault();
    return now === undefined || isBroken(now) ? 'pays' : (now as Exclude<CardFault, TerminalFault>);
  };
  const terminal = startTerminalZvt(port, {
    ...{ clock, framing: 'serial', journal, behaviour },
    fault: () => {
      const now = fault();
      return isBroken(now) ? now : undefined;
    },
    kept: () => safe?.write(JSON.stringify(journal)),
  });
  world.addDevice({
    ...{ id, kind: 'terminal' },
    unplug: () => port.unplug(),
    plug: () => port.plug(),
  });
  return { journal, close: terminal.close };
}
