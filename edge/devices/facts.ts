/** What is known of every device for longer than this process lives, in one small file. */
import type { DeviceIdentity } from '../../drivers/contract.ts';
import type { DeviceConfig } from '../config/config.ts';

export interface DeviceFacts {
  /** The one a person, or the first connection, took for good. */
  identity?: DeviceIdentity;
  /** Another one answered; nothing is weighed with it until a person confirms it. */
  changed?: DeviceIdentity;
  confirmed?: { by: string; atWallMs: number };
  disabled?: { by: string; why: string; atWallMs: number };
  calibration?: Calibration;
  /** Another one took its place; what was before, so that it can be undone. */
  swapped?: Swapped;
}

export interface Swapped {
  by: string;
  atWallMs: number;
  /** Configuration of the one that went, and of the one that came under its own name. */
  before: DeviceConfig;
  other: DeviceConfig;
  identity?: DeviceIdentity;
  calibration?: Calibration;
}

export interface Calibration {
  by: string;
  atWallMs: number;
  /** Due again then. */
  dueWallMs: number;
  /** What lay on the plate and what it said, in grams. */
  points: { appliedGrams: number; shownGrams: number }[];
  passed: boolean;
}

/** Where the text is kept; a write returns once it is on the disk. */
export interface FactsFile {
  read(): string | undefined;
  write(text: string): void;
}

export interface FactsBook {
  of(id: string): DeviceFacts;
  change(id: string, change: (facts: DeviceFacts) => DeviceFacts): void;
  /** Which other device of the store has this number. */
  owner(serialNumber: string, otherThan: string): string | undefined;
  rename(from: string, to: string): void;
  forget(id: string): void;
}

/** Throws where the file is there and is no facts file: a lock that was on may not fall off. */
export function openFacts(file: FactsFile | undefined): FactsBook {
  const text = file?.read();
  const facts = new Map<string, DeviceFacts>(
    text === undefined ? [] : Object.entries(JSON.parse(text) as Record<string, DeviceFacts>),
  );
  const save = (): void =>
    file?.write(`${JSON.stringify(Object.fromEntries(facts), undefined, 1)}\n`);
  return {
    of: (id) => facts.get(id) ?? {},
    change(id, change) {
      const before = facts.get(id) ?? {};
      const after = change(before);
      if (JSON.stringify(before) === JSON.stringify(after)) return;
      facts.set(id, after);
      save();
    },
    owner: (serialNumber, otherThan) =>
      [...facts].find(
        ([id, { identity }]) => id !== otherThan && identity?.serialNumber === serialNumber,
      )?.[0],
    rename(from, to) {
      const known = facts.get(from);
      if (known === undefined) return;
      facts.delete(from);
      facts.set(to, known);
      save();
    },
    forget(id) {
      if (facts.delete(id)) save();
    },
  };
}

/** What tells one device from another; firmware may change in place. */
const TELLING = ['serialNumber', 'model', 'manufacturer', 'usb'] as const;

/** `serialNumber A1 → B2`; empty where nothing both sides tell differs. */
export function differences(known: DeviceIdentity, told: DeviceIdentity): string[] {
  return TELLING.flatMap((name) => {
    const [was, is] = [known[name], told[name]];
    return was === undefined || is === undefined || was === is ? [] : [`${name} ${was} → ${is}`];
  });
}

const knowsSomething = (identity: DeviceIdentity): boolean =>
  TELLING.some((name) => identity[name] !== undefined);

/**
 * Why the device that answered as `told` may not be used; undefined where it may. The first one is
 * taken as it is; once another was seen the lock stays, also for one that says nothing of itself,
 * until the known one is back or a person confirms.
 */
export function admission(book: FactsBook, id: string, told: DeviceIdentity): string | undefined {
  const { identity, changed } = book.of(id);
  if (identity === undefined) {
    if (knowsSomething(told)) book.change(id, (facts) => ({ ...facts, identity: { ...told } }));
    return undefined;
  }
  const differing = differences(identity, told);
  if (differing.length > 0) {
    book.change(id, (facts) => ({ ...facts, changed: { ...told } }));
    return wordsOf(book, id, differing, told);
  }
  if (changed === undefined) return undefined;
  if (!TELLING.some((name) => identity[name] !== undefined && identity[name] === told[name]))
    return wordsOf(book, id, differences(identity, changed), changed);
  book.change(id, ({ changed: _, ...facts }) => facts);
  return undefined;
}

/** What differs; and whose number it is, where two cables of the store were swapped. */
function wordsOf(
  book: FactsBook,
  id: string,
  differing: string[],
  { serialNumber }: DeviceIdentity,
): string {
  const owner = serialNumber === undefined ? undefined : book.owner(serialNumber, id);
  return `${differing.join(', ')}${owner === undefined ? '' : ` = ${owner}`}`;
}

/** The one that answered is the right one from now on; what was calibrated was another. */
export function confirmed(facts: DeviceFacts, by: string, atWallMs: number): DeviceFacts {
  const { changed, calibration: _, ...kept } = facts;
  if (changed === undefined) return facts;
  return { ...kept, identity: changed, confirmed: { by, atWallMs } };
}
