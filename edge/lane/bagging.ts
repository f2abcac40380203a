/**
 * The bagging area of a lane: a second scale that should carry what was scanned. It asks calmly, it
 * never stops a scan, and after a power cut it begins anew with whatever lies there.
 */
import type { ScaleReading } from '../../drivers/contract.ts';
import type { SaleLine } from '../core/events.ts';
import type { Warrant } from '../core/person.ts';
import type { Outcome } from '../core/ports.ts';
import {
  asOwn,
  type BagAnswer,
  type BagLine,
  type BagState,
  bagAnswered,
  bagApproved,
  bagHoldsPayment,
  bagSettled,
  bagTrouble,
  emptyBag,
  extraGrams,
  MAX_BAG_GRAMS,
  unknownExcused,
  withBagLines,
} from '../core/sale/bag-check.ts';
import type { BagEventBodies } from '../core/sale/bag-events.ts';
import type { LaneView } from '../core/views/views.ts';
import type { StoreDevice } from '../devices/devices.ts';
import { ANSWER_OK, type Cause } from '../ledger/answer.ts';
import type { LaneInside } from './inside.ts';
import { type LaneRefusalCode, laneRefusal } from './refusals.ts';

/** So long a hand may take from the scanner to the bag before the screen says a word. */
const PATIENCE_MS = 4_000;
/** A piece whose weight nobody knows, and that did not show, is light: it is let be. */
const UNKNOWN_MS = 8_000;
/** A plate that does not come to rest for so long is leant on. */
const LEAN_MS = 3_000;
const EQUAL_FRAMES = 3;
const USUAL_DIVISION_GRAMS = 2;
/** Of goods whose weight the price book alone gives: the package is not in it. */
const BOOK_SHARE = 0.15;
const BOOK_GRAMS = 25;

export interface Bagging {
  view(): NonNullable<LaneView['bag']>;
  /** Whether payment waits; if so the question is on the screen from now on. */
  holdsPayment(): boolean;
  answer(answer: BagAnswer, cause: Cause): Outcome<unknown>;
  approve(warrant: Warrant, cause: Cause): Outcome<unknown>;
  /** The basket changed. */
  follow(): void;
  /** The basket was taken up with lines in it: nobody knows where its goods are. */
  adopt(): void;
  close(): void;
}

interface Bag {
  lane: LaneInside;
  scale: StoreDevice;
  divisionGrams: number;
  state: BagState;
  saleId?: string;
  /** False until the plate was seen at rest since the scale came: what lies there then belongs. */
  anchored: boolean;
  /** The newest levels of a plate at rest. */
  levels: number[];
  movingSinceMs?: number;
  leaning: boolean;
  /** The hand has had its time: a missing piece is asked for. */
  impatient: boolean;
  cancelWait(): void;
}

export function watchBag(lane: LaneInside): Bagging | undefined {
  const { devices, config } = lane.parts;
  const scale = devices.find(config.bagging);
  if (!scale) return undefined;
  const divisionGrams = scale.config.plate?.divisionGrams ?? USUAL_DIVISION_GRAMS;
  const bag: Bag = {
    ...{ lane, scale, divisionGrams, state: emptyBag(), levels: [] },
    ...{ anchored: false, leaning: false, impatient: false, cancelWait() {} },
  };
  scale.onStatus(() => {
    if (works(bag)) return;
    // Nobody saw what was bagged meanwhile: it is not asked for.
    bag.anchored = false;
    bag.state = bagApproved(bag.state);
  });
  scale.onEvent((event) => read(bag, event as ScaleReading));
  adopt(bag);
  return {
    view: () => viewOf(bag),
    holdsPayment: () => holdsPayment(bag),
    answer: (answer, cause) => answered(bag, answer, cause),
    approve: (warrant, cause) => approved(bag, warrant, cause),
    follow: () => follow(bag),
    adopt: () => adopt(bag),
    close: () => bag.cancelWait(),
  };
}

/** A scale that is not there accuses nobody. */
const works = ({ scale }: Bag) => scale.current() !== undefined;

function read(bag: Bag, { kind, grams = 0, atMs }: ScaleReading): void {
  if (kind === 'moving' || kind === 'overload') moved(bag, atMs);
  if (kind !== 'stable' && kind !== 'zero') return;
  delete bag.movingSinceMs;
  bag.levels = [...bag.levels.slice(1 - EQUAL_FRAMES), kind === 'zero' ? 0 : grams];
  const level = bag.levels.at(-1) ?? 0;
  const calm = bag.levels.every((each) => Math.abs(each - level) <= bag.divisionGrams);
  if (bag.levels.length < EQUAL_FRAMES || !calm) return;
  const known = bag.anchored && level === bag.state.levelGrams && !bag.leaning;
  bag.leaning = false;
  if (!known) settled(bag, level);
}

function moved(bag: Bag, atMs: number): void {
  bag.levels = [];
  bag.movingSinceMs ??= atMs;
  if (bag.leaning || atMs - bag.movingSinceMs < LEAN_MS) return;
  bag.leaning = true;
  bag.lane.changed();
}

function settled(bag: Bag, level: number): void {
  const { lane, divisionGrams } = bag;
  if (bag.saleId === undefined) {
    bag.anchored = true;
    bag.state = emptyBag(level);
    return;
  }
  if (!bag.anchored) {
    bag.anchored = true;
    bag.state = asOwn({ ...bag.state, levelGrams: level });
    return;
  }
  const { state, learned } = bagSettled(bag.state, level, divisionGrams);
  bag.state = state;
  if (learned) lane.parts.pieceWeights?.learn(learned.sku, learned.grams);
  lane.changed();
}

function follow(bag: Bag): void {
  const sale = bag.lane.basket.current();
  if (sale?.saleId !== bag.saleId) {
    bag.state = emptyBag(bag.state.levelGrams);
    delete bag.saleId;
    if (sale) bag.saleId = sale.saleId;
  }
  if (sale?.phase !== 'open') return;
  const before = bag.state.awaited.length;
  const lines = sale.lines.map((line) => bagLine(bag, line));
  bag.state = withBagLines(bag.state, lines, bag.divisionGrams);
  if (bag.state.awaited.length > before) wait(bag);
}

function adopt(bag: Bag): void {
  follow(bag);
  bag.state = bagApproved(bag.state);
}

function wait(bag: Bag): void {
  const { clock } = bag.lane.parts;
  bag.impatient = false;
  bag.cancelWait();
  bag.cancelWait = clock.after(PATIENCE_MS, () => {
    bag.impatient = true;
    bag.lane.changed();
    bag.cancelWait = clock.after(UNKNOWN_MS - PATIENCE_MS, () => {
      bag.state = unknownExcused(bag.state);
      bag.lane.changed();
    });
  });
}

/** Weighed goods come with their container; pieces weigh what was learned, or what the book says. */
function bagLine({ lane, divisionGrams }: Bag, line: SaleLine): BagLine {
  const { lineId, sku, name, picture, weighing, quantity } = line;
  const about = { lineId, sku, name, picture };
  if (weighing) {
    const grams = weighing.netGrams + weighing.tareGrams;
    const toleranceGrams = Math.ceil(Math.max(3 * divisionGrams, grams * 0.02));
    return { piece: { ...about, grams, toleranceGrams }, quantity: 1 };
  }
  const { ledger, pieceWeights } = lane.parts;
  const learned = pieceWeights?.of(sku);
  if (learned) return { piece: { ...about, ...learned }, quantity };
  const grams = ledger.item(ledger.priceBookVersion(), sku)?.unitGrams;
  if (grams === undefined) return { piece: { ...about, toleranceGrams: 0 }, quantity };
  const toleranceGrams = Math.ceil(Math.max(BOOK_GRAMS, grams * BOOK_SHARE));
  return { piece: { ...about, grams, toleranceGrams }, quantity };
}

function viewOf(bag: Bag): NonNullable<LaneView['bag']> {
  const { state, divisionGrams, saleId } = bag;
  if (saleId === undefined || !works(bag)) return {};
  const differenceGrams = extraGrams(state);
  if (bag.leaning) return { trouble: { kind: 'lean', differenceGrams } };
  const trouble = bagTrouble(state, divisionGrams);
  if (!trouble || (trouble.kind === 'place' && !bag.impatient)) return {};
  const { kind, piece } = trouble;
  const { name, picture = '', sku = '' } = piece ?? {};
  return { trouble: { kind, differenceGrams, ...(name && { name, picture, sku }) } };
}

function holdsPayment(bag: Bag): boolean {
  const { state, divisionGrams } = bag;
  if (bag.saleId === undefined || !works(bag)) return false;
  if (!bagHoldsPayment(state, divisionGrams)) return false;
  const { quietAtGrams: _, ...asking } = state;
  bag.state = asking;
  bag.impatient = true;
  return true;
}

function answered(bag: Bag, answer: BagAnswer, cause: Cause): Outcome<unknown> {
  if (bag.saleId === undefined || !works(bag)) return no('NO_BAG');
  const before = bag.state;
  const after = bagAnswered(before, answer, bag.divisionGrams);
  if (answer === 'own-bag' && after.ownGrams - before.ownGrams > MAX_BAG_GRAMS)
    return no('BAG_HEAVY');
  const [waiting] = before.awaited;
  tell(bag, { answer, ...(waiting && { lineId: waiting.lineId }) }, cause);
  bag.state = after;
  return { ok: true, value: undefined };
}

function approved(bag: Bag, { by, reason }: Warrant, cause: Cause): Outcome<unknown> {
  if (bag.saleId === undefined || !works(bag)) return no('NO_BAG');
  tell(bag, { answer: 'approved', by, reason }, cause);
  bag.state = bagApproved(bag.state);
  return { ok: true, value: undefined };
}

type Said = Omit<BagEventBodies['BagChecked'], 'saleId' | 'differenceGrams'>;

/** On the disk before the screen says so. */
function tell({ lane, state, saleId = '' }: Bag, said: Said, cause: Cause): void {
  const { ledger, config } = lane.parts;
  const body = { saleId, ...said, differenceGrams: extraGrams(state) };
  const command = { ...cause, answer: ANSWER_OK };
  ledger.append({ source: config.id, events: [{ type: 'BagChecked', body }], command });
}

const no = (code: LaneRefusalCode): Outcome<never> => ({ ok: false, refusal: laneRefusal(code) });
