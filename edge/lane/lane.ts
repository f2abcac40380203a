/**
 * A self-checkout lane: scanner, plate, terminal and printer around one basket. The lane owns the
 * session; its page only renders `view()` and sends commands. Whatever a power cut interrupts is
 * found again in the ledger.
 */
import type { DeviceEvent } from '../../drivers/contract.ts';
import { dedupe } from '../../drivers/scanner/dedupe.ts';
import { type LaneConfig, millimetresPerPixel } from '../config.ts';
import type { SaleLine } from '../core/events.ts';
import type { Clock, Ids, Outcome, Refusal, Text } from '../core/ports.ts';
import { refuse } from '../core/refusals.ts';
import type { SaleCommand } from '../core/sale.ts';
import { tenderIsOpen } from '../core/tender.ts';
import type { CommandAnswer, LaneCommand, LaneView, NoticeView } from '../core/views.ts';
import type { DeviceTable } from '../devices/devices.ts';
import { answerOnce, type Cause, refusedByLedger } from '../ledger/answer.ts';
import type { Ledger } from '../ledger/contract.ts';
import type { Log } from '../log.ts';
import type { WeighStation } from '../weighing/station.ts';
import { type Basket, createBasket } from './basket.ts';
import { carryOut } from './commands.ts';
import { createPaymentDesk, type PaymentDesk } from './payments.ts';
import { createReceiptDesk, type ReceiptDesk, type ReceiptFacts } from './receipts.ts';
import { laneRefusal } from './refusals.ts';
import { itemCommand, payerCode, type Scanned } from './scan.ts';
import { laneScreen, laneView } from './view.ts';
import { addedText, refusedPayment, twiceText } from './words.ts';

/** Two reads of one label this close together are one hand movement, not two articles. */
const REREAD_MS = 500;
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
  const { config, ledger, devices, clock, ids, log, station } = parts;
  const listeners: (() => void)[] = [];
  const basket = createBasket(config.id, ledger);
  const memory: LaneMemory = { overlay: 'none' };
  const terminal = devices.find(config.payment);
  const printer = devices.find(config.printer);
  let notices = 0;
  let cancelReturn = () => {};
  let cancelUnknown = () => {};

  const changed = () => {
    for (const listener of listeners) listener();
  };
  const inside: LaneInside = {
    parts,
    basket,
    memory,
    changed,
    notify(level, text, next, undo) {
      notices += 1;
      memory.notice = { id: notices, level, text, ...(next && { next }), ...(undo && { undo }) };
      changed();
    },
    sell(command, cause) {
      if (!basket.current()) {
        const version = ledger.priceBookVersion();
        if (version === 0) return { ok: false, refusal: laneRefusal('PRICES_MISSING') };
        leaveDone();
        const started = basket.decide({
          kind: 'start',
          saleId: ids('sale'),
          laneId: config.id,
          priceBookVersion: version,
        });
        if (!started.ok) return started;
      }
      const outcome = basket.decide(command, cause);
      if (outcome.ok) changed();
      return outcome;
    },
    add(command, cause) {
      const before = basket.current()?.lines ?? [];
      const sold = inside.sell(command, cause);
      if (sold.ok) announce(before);
      return sold;
    },
  };

  function leaveDone() {
    cancelReturn();
    delete memory.shown;
    delete memory.payMessage;
  }

  /** A payment or receipt moved on: follow it with the screen. */
  function followed(saleId: string) {
    const sale = basket.current();
    if (sale?.saleId === saleId) {
      const last = sale.tenders.at(-1);
      if (sale.phase === 'completed') {
        memory.overlay = 'none';
        delete memory.notice;
        memory.shown = { saleId };
        basket.forget();
        station?.release();
        receiptDesk.resume(false);
        cancelReturn = clock.after(DONE_MS, () => {
          leaveDone();
          changed();
        });
      } else if (sale.phase === 'open' && last && memory.overlay !== 'pay') {
        memory.overlay = 'pay';
        memory.payMessage = refusedPayment(last.state, last.reason);
      }
    }
    changed();
  }

  const receiptDesk: ReceiptDesk = createReceiptDesk({
    laneId: config.id,
    ledger,
    basket,
    ...(printer && { printer }),
    clock,
    log,
    facts: parts.receipts,
    onChange: changed,
  });
  if (terminal)
    inside.payments = createPaymentDesk({
      laneId: config.id,
      ledger,
      basket,
      terminal,
      clock,
      ids,
      log,
      onChange: followed,
    });

  const isReread = dedupe(REREAD_MS);
  function scanned(event: DeviceEvent) {
    if (event.kind !== 'code') return;
    const screen = laneScreen(inside);
    if (isReread(event.text, screen, event.atMs)) return;
    const outcome = refusedByLedger(() => (screen === 'pay' ? pay(event) : scanItem(event)));
    if (!outcome.ok) refuseAloud(outcome.refusal);
  }

  const thisYear = () => new Date(clock.wallMs()).getUTCFullYear();

  function scanItem(code: Scanned): Outcome<unknown> {
    const version = basket.current()?.priceBookVersion ?? ledger.priceBookVersion();
    if (version === 0) return { ok: false, refusal: laneRefusal('PRICES_MISSING') };
    const command = itemCommand(code, ledger, version, ids('line'), thisYear());
    return command.ok ? inside.add(command.value) : command;
  }

  /** One line more, or one more of a line. */
  function announce(before: SaleLine[]) {
    const known = new Map(before.map((line) => [line.lineId, line.quantity]));
    const lines = basket.current()?.lines ?? [];
    const line = lines.find(({ lineId, quantity }) => known.get(lineId) !== quantity);
    if (!line) return;
    const quantityBefore = known.get(line.lineId) ?? 0;
    memory.newestLineId = line.lineId;
    memory.overlay = 'none';
    memory.undo = { lineId: line.lineId, quantityBefore };
    const text = quantityBefore > 0 ? twiceText(line.quantity) : addedText(line.name);
    inside.notify('info', text, undefined, true);
  }

  /** One unresolved payment a terminal, whichever sale or lane it belongs to (INV-P5). */
  const terminalBusy = () =>
    ledger
      .unfinishedSales()
      .flatMap((sale) => sale.tenders)
      .some((tender) => tender.terminalId === terminal?.id && tenderIsOpen(tender));

  function pay(code: Scanned): Outcome<unknown> {
    const payer = payerCode(code, thisYear());
    if (!payer.ok) return payer;
    if (!terminal?.current()) return { ok: false, refusal: laneRefusal('TERMINAL_OFFLINE') };
    if (terminalBusy()) return refuse('PAYMENT_UNRESOLVED');
    const prefix = payer.value.channel === 'wechat' ? 'W' : 'A';
    const asked = basket.decide({
      kind: 'request-tender',
      tenderId: ids('tender'),
      terminalId: terminal.id,
      channel: payer.value.channel,
      orderNo: ids(prefix).replace('-', ''),
      codeTail: payer.value.tail,
    });
    if (!asked.ok) return asked;
    const sale = basket.current();
    const tender = sale?.tenders.at(-1);
    memory.overlay = 'none';
    delete memory.payMessage;
    if (sale && tender) {
      inside.payments?.submit(sale.saleId, tender, payer.value.code);
      cancelUnknown();
      cancelUnknown = clock.after(UNKNOWN_AFTER_MS, changed);
    }
    changed();
    return asked;
  }

  function refuseAloud(refusal: Refusal) {
    inside.notify('error', refusal.message, refusal.next);
  }

  devices.find(config.scanner)?.onEvent(scanned);
  for (const id of [config.scanner, config.scale, config.camera, config.printer, config.payment])
    devices.find(id)?.onStatus(changed);
  station?.onChange(changed);
  receiptDesk.resume(true);
  inside.payments?.resume();

  return {
    id: config.id,
    view: () => laneView(inside, millimetresPerPixel(config.panel)),
    onChange: (listener) => listeners.push(listener),
    async handle(command, key) {
      const answer = await answerOnce(ledger, command, key, (cause) =>
        carryOut(inside, command, cause, leaveDone),
      );
      changed();
      return answer;
    },
    close() {
      cancelReturn();
      cancelUnknown();
      inside.payments?.close();
      receiptDesk.close();
    },
  };
}
