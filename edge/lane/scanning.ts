/** The lane's scanner: an article or a payment code, told apart by the screen alone. */
import { dedupe } from '../../drivers/scanner/dedupe.ts';
import { readCode } from '../core/codes/label.ts';
import type { Outcome } from '../core/ports.ts';
import { refusedByLedger } from '../ledger/answer.ts';
import { showMember } from './commands.ts';
import type { LaneInside } from './inside.ts';
import { takenFromDiscarded } from './parking.ts';
import { payByCode } from './paying.ts';
import { laneRefusal } from './refusals.ts';
import { itemCommand, payerCode, type Scanned } from './scan.ts';
import { laneScreen } from './view.ts';

/** Two reads of one label this close together are one hand movement, not two articles. */
const REREAD_MS = 500;
/** What a label is refused with that lies in another basket. */
const HELD = ['LABEL_IN_BASKET', 'LABEL_NOT_LIVE'];

export function listenToScanner(lane: LaneInside): void {
  const { config, devices } = lane.parts;
  const isReread = dedupe(REREAD_MS);
  devices.find(config.scanner)?.onEvent((event) => {
    if (event.kind !== 'code') return;
    const screen = laneScreen(lane);
    lane.idling?.touch();
    if (isReread(event.text, screen, event.atMs)) return;
    const outcome = refusedByLedger(() =>
      screen === 'pay' ? pay(lane, event) : (memberIn(lane, event) ?? scanItem(lane, event)),
    );
    if (outcome.ok) return;
    const { code, message: text, next } = outcome.refusal;
    lane.notify({ level: 'error', code, text, next });
  });
}

/** A member's code on a phone or card. */
function memberIn(lane: LaneInside, { text }: Scanned): Outcome<unknown> | undefined {
  const [, number] = /^yike-member:(\d{6,20})$/.exec(text) ?? [];
  return number === undefined ? undefined : showMember(lane, number);
}

const thisYear = ({ clock }: LaneInside['parts']) => new Date(clock.wallMs()).getUTCFullYear();

/** A label in a basket that somebody said they do not want is free for whoever scans it. */
function scanItem(lane: LaneInside, code: Scanned): Outcome<unknown> {
  const outcome = addScanned(lane, code);
  if (outcome.ok || !HELD.includes(outcome.refusal.code)) return outcome;
  const { text, aimId } = code;
  const asItem = { role: 'item', thisYear: thisYear(lane.parts), ...(aimId && { aimId }) } as const;
  const { serial } = readCode(text, asItem);
  const freed = takenFromDiscarded(lane, { text, ...(serial && { serial }) });
  return freed ? addScanned(lane, code) : outcome;
}

function addScanned(lane: LaneInside, code: Scanned): Outcome<unknown> {
  const { basket, parts } = lane;
  const { ledger, ids } = parts;
  const version = basket.current()?.priceBookVersion ?? ledger.priceBookVersion();
  if (version === 0) return { ok: false, refusal: laneRefusal('PRICES_MISSING') };
  const command = itemCommand(code, ledger, version, ids('line'), thisYear(parts));
  if (!command.ok) return command;
  const added = lane.add(command.value);
  if (added.ok && command.value.kind === 'add-label')
    lane.labels?.scanned(command.value.lineId, command.value.label);
  return added;
}

function pay(lane: LaneInside, code: Scanned): Outcome<unknown> {
  const payer = payerCode(code, thisYear(lane.parts));
  return payer.ok ? payByCode(lane, payer.value) : payer;
}
