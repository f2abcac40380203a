/** The lane's scanner: an article or a payment code, told apart by the screen alone. */
import { dedupe } from '../../drivers/scanner/dedupe.ts';
import type { Outcome } from '../core/ports.ts';
import { refuse } from '../core/refusals.ts';
import { tenderIsOpen } from '../core/tender.ts';
import { refusedByLedger } from '../ledger/answer.ts';
import { type LaneInside, UNKNOWN_AFTER_MS } from './inside.ts';
import { laneRefusal } from './refusals.ts';
import { itemCommand, payerCode, type Scanned } from './scan.ts';
import { laneScreen } from './view.ts';

/** Two reads of one label this close together are one hand movement, not two articles. */
const REREAD_MS = 500;

export function listenToScanner(lane: LaneInside): void {
  const { config, devices } = lane.parts;
  const isReread = dedupe(REREAD_MS);
  devices.find(config.scanner)?.onEvent((event) => {
    if (event.kind !== 'code') return;
    const screen = laneScreen(lane);
    if (isReread(event.text, screen, event.atMs)) return;
    const outcome = refusedByLedger(() =>
      screen === 'pay' ? pay(lane, event) : scanItem(lane, event),
    );
    if (!outcome.ok) lane.notify('error', outcome.refusal.message, outcome.refusal.next);
  });
}

const thisYear = ({ clock }: LaneInside['parts']) => new Date(clock.wallMs()).getUTCFullYear();

function scanItem({ basket, parts, add }: LaneInside, code: Scanned): Outcome<unknown> {
  const { ledger, ids } = parts;
  const version = basket.current()?.priceBookVersion ?? ledger.priceBookVersion();
  if (version === 0) return { ok: false, refusal: laneRefusal('PRICES_MISSING') };
  const command = itemCommand(code, ledger, version, ids('line'), thisYear(parts));
  return command.ok ? add(command.value) : command;
}

/** The intent is committed first; only then does the acquirer hear of it. */
function pay(lane: LaneInside, code: Scanned): Outcome<unknown> {
  const { basket, memory, parts } = lane;
  const { ids, devices, config } = parts;
  const payer = payerCode(code, thisYear(parts));
  if (!payer.ok) return payer;
  const terminal = devices.find(config.payment);
  if (!terminal?.current()) return { ok: false, refusal: laneRefusal('TERMINAL_OFFLINE') };
  if (isBusy(lane, terminal.id)) return refuse('PAYMENT_UNRESOLVED');
  const { channel, code: payersCode, tail } = payer.value;
  const asked = basket.decide({
    kind: 'request-tender',
    tenderId: ids('tender'),
    terminalId: terminal.id,
    channel,
    orderNo: ids(channel === 'wechat' ? 'W' : 'A').replace('-', ''),
    codeTail: tail,
  });
  if (!asked.ok) return asked;
  const sale = basket.current();
  const tender = sale?.tenders.at(-1);
  memory.overlay = 'none';
  delete memory.payMessage;
  if (sale && tender) {
    lane.payments?.submit(sale.saleId, tender, payersCode);
    lane.cancelUnknown();
    lane.cancelUnknown = parts.clock.after(UNKNOWN_AFTER_MS, lane.changed);
  }
  lane.changed();
  return asked;
}

/** One unresolved payment a terminal, whichever sale or lane it belongs to (INV-P5). */
function isBusy({ parts }: LaneInside, terminalId: string): boolean {
  const tenders = parts.ledger.unfinishedSales().flatMap((sale) => sale.tenders);
  return tenders.some((tender) => tender.terminalId === terminalId && tenderIsOpen(tender));
}
