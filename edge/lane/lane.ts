/**
 * A self-checkout lane: scanner, plate, terminal and printer around one basket. The lane owns the
 * session; its page only renders `view()` and sends commands. Whatever a power cut interrupts is
 * found again in the ledger.
 */
import { type LaneConfig, millimetresPerPixel } from '../config.ts';
import type { Clock, Ids, Outcome, Text } from '../core/ports.ts';
import type { SaleCommand } from '../core/sale.ts';
import type { CommandAnswer, LaneCommand, LaneView, NoticeView } from '../core/views.ts';
import type { DeviceTable } from '../devices/devices.ts';
import { answerOnce, type Cause } from '../ledger/answer.ts';
import type { Ledger } from '../ledger/contract.ts';
import type { Log } from '../log.ts';
import type { WeighStation } from '../weighing/station.ts';
import { type Basket, createBasket } from './basket.ts';
import { carryOut } from './commands.ts';
import { createPaymentDesk, type PaymentDesk } from './payments.ts';
import { createReceiptDesk, type ReceiptDesk, type ReceiptFacts } from './receipts.ts';
import { listenToScanner } from './scanning.ts';
import { add, notify, sell } from './selling.ts';
import { laneView } from './view.ts';
import { refusedPayment } from './words.ts';

/** The paid screen goes back to the first one after this long (ux: K6). */
export const DONE_MS = 15_000;
/** After this long without an answer the shopper is told they may leave (ux: K5 unknown). */
export const UNKNOWN_AFTER_MS = 60_000;

export interface LaneParts {
  config: LaneConfig;
  storeName: Text;
  phone: string;
  /** Address by which a phone reaches this box; the page's own where left out. */
  publicUrl?: string;
  ledger: Ledger;
  devices: DeviceTable;
  station?: WeighStation;
  clock: Clock;
  ids: Ids;
  log: Log;
  receipts: ReceiptFacts;
}

/** What a lane remembers between events and may forget in a power cut. */
export interface LaneMemory {
  overlay: 'none' | 'find' | 'pay';
  notice?: NoticeView;
  /** How many notices there were, so that each has a number of its own. */
  notices?: number;
  /** What the newest act can be taken back to; 0 pieces before means the line was not there. */
  undo?: { lineId: string; quantityBefore: number };
  help?: { sinceWallMs: number };
  payMessage?: Text;
  /** A paid sale still on the screen. */
  shown?: { saleId: string };
  newestLineId?: string;
}

/** The lane as its own parts see it. */
export interface LaneInside {
  parts: LaneParts;
  basket: Basket;
  memory: LaneMemory;
  payments?: PaymentDesk;
  /** Cancels the return to the first screen, and the look at a payment without an answer. */
  cancelReturn(): void;
  cancelUnknown(): void;
  changed(): void;
  notify(level: NoticeView['level'], text: Text, next?: Text, undo?: boolean): void;
  /** Decides about the basket, starting a sale first where there is none. */
  sell(command: SaleCommand, cause?: Cause): Outcome<unknown>;
  /** The same for one article more: says on the screen what came of it, and how to undo it. */
  add(command: SaleCommand, cause?: Cause): Outcome<unknown>;
}

export interface Lane {
  id: string;
  view(): LaneView;
  onChange(listener: () => void): void;
  /** The same key twice is one command, also after a restart. */
  handle(command: LaneCommand, key: string): Promise<CommandAnswer>;
  close(): void;
}

export function createLane(parts: LaneParts): Lane {
  const { config, ledger, devices, station } = parts;
  const listeners: (() => void)[] = [];
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const lane: LaneInside = {
    parts,
    basket: createBasket(config.id, ledger),
    memory: { overlay: 'none' },
    changed,
    cancelReturn() {},
    cancelUnknown() {},
    notify: (level, text, next, undo) => notify(lane, level, text, next, undo),
    sell: (command, cause) => sell(lane, command, cause),
    add: (command, cause) => add(lane, command, cause),
  };
  const receiptDesk = openDesks(lane);
  listenToScanner(lane);
  for (const id of [config.scanner, config.scale, config.camera, config.printer, config.payment])
    devices.find(id)?.onStatus(changed);
  station?.onChange(changed);
  receiptDesk.resume(true);
  lane.payments?.resume();
  return {
    id: config.id,
    view: () => laneView(lane, millimetresPerPixel(config.panel)),
    onChange: (listener) => listeners.push(listener),
    async handle(command, key) {
      const answer = await answerOnce(ledger, command, key, (cause) =>
        carryOut(lane, command, cause, () => leaveDone(lane)),
      );
      changed();
      return answer;
    },
    close() {
      lane.cancelReturn();
      lane.cancelUnknown();
      lane.payments?.close();
      receiptDesk.close();
    },
  };
}

/** The receipt desk, and the payment desk where the lane has a terminal. */
function openDesks(lane: LaneInside): ReceiptDesk {
  const { basket, changed, parts } = lane;
  const { config, devices, ledger, clock, ids, log } = parts;
  const shared = { laneId: config.id, ledger, basket, clock, log };
  const printer = devices.find(config.printer);
  const terminal = devices.find(config.payment);
  const receiptDesk = createReceiptDesk({
    ...shared,
    ...(printer && { printer }),
    facts: parts.receipts,
    onChange: changed,
  });
  if (terminal)
    lane.payments = createPaymentDesk({
      ...shared,
      terminal,
      ids,
      onChange: (saleId) => follow(lane, receiptDesk, saleId),
    });
  return receiptDesk;
}

/** The paid sale leaves the screen. */
export function leaveDone({ memory, cancelReturn }: LaneInside): void {
  cancelReturn();
  delete memory.shown;
  delete memory.payMessage;
}

/** A payment moved on: follow it with the screen. */
function follow(lane: LaneInside, receiptDesk: ReceiptDesk, saleId: string): void {
  const { basket, memory, parts, changed } = lane;
  const sale = basket.current();
  const last = sale?.tenders.at(-1);
  if (sale?.saleId === saleId && sale.phase === 'completed') {
    memory.overlay = 'none';
    delete memory.notice;
    memory.shown = { saleId };
    basket.forget();
    parts.station?.release();
    receiptDesk.resume(false);
    lane.cancelReturn = parts.clock.after(DONE_MS, () => {
      leaveDone(lane);
      changed();
    });
  } else if (sale?.saleId === saleId && sale.phase === 'open' && last && memory.overlay !== 'pay') {
    memory.overlay = 'pay';
    memory.payMessage = refusedPayment(last.state, last.reason);
  }
  changed();
}
