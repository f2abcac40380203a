/**
 * A self-checkout lane: scanner, plate, terminal and printer around one basket. The lane owns the
 * session; its page only renders `view()` and sends commands. Whatever a power cut interrupts is
 * found again in the ledger.
 */
import { millimetresPerPixel } from '../config/config.ts';
import type { Warrant } from '../core/person.ts';
import type { AttendantCommand } from '../core/sale/attendant.ts';
import { orderPatienceOf } from '../core/views/comfort.ts';
import type { CommandAnswer, LaneCommand, LaneView } from '../core/views/views.ts';
import { answerOnce } from '../ledger/answer.ts';
import { attend } from './attending.ts';
import { watchBag } from './bagging.ts';
import { createBasket } from './basket.ts';
import { noteFitness, watchFitness } from './closing.ts';
import { carryOut } from './commands.ts';
import { follow } from './follow.ts';
import { watchIdle } from './idling.ts';
import { type LaneInside, type LaneParts, leaveDone, policyOf } from './inside.ts';
import { watchLabels } from './label-check.ts';
import { watchAllParked } from './parking.ts';
import { repricerOf } from './pricing.ts';
import { createReceiptDesk, type ReceiptDesk } from './receipts.ts';
import { listenToScanner } from './scanning.ts';
import { add, notify, sell } from './selling.ts';
import { createTerminals } from './terminals.ts';
import { laneView } from './view.ts';

export interface Lane {
  id: string;
  view(): LaneView;
  onChange(listener: () => void): void;
  /** The same key twice is one command, also after a restart. */
  handle(command: LaneCommand, key: string): Promise<CommandAnswer>;
  /** An act of staff, with who and why; the same key twice is one act. */
  attend(command: AttendantCommand, warrant: Warrant, key: string): Promise<CommandAnswer>;
  /** Prices or pictures are others now: its screen is drawn again; a basket keeps its prices. */
  repriced(): void;
  /** Goes on with whatever the ledger says is owed. */
  resume(): void;
  close(): void;
}

export function createLane(parts: LaneParts): Lane {
  const { config, ledger, devices, station } = parts;
  const listeners: (() => void)[] = [];
  const changed = () => {
    lane.bagging?.follow();
    noteFitness(lane);
    for (const listener of listeners) listener();
  };
  const lane: LaneInside = {
    parts,
    basket: createBasket(config.id, ledger, repricerOf(parts)),
    memory: { overlay: 'none' },
    changed,
    parkedTimers: new Map(),
    cancelReturn() {},
    cancelUnknown() {},
    notify: (notice) => notify(lane, notice),
    sell: (command, cause) => sell(lane, command, cause),
    add: (command, cause) => add(lane, command, cause),
  };
  const receiptDesk = openDesks(lane);
  const bagging = watchBag(lane);
  if (bagging) lane.bagging = bagging;
  const labels = watchLabels(lane);
  if (labels) lane.labels = labels;
  listenToStore(lane);
  listenToScanner(lane);
  for (const id of screenDevices(config)) devices.find(id)?.onStatus(changed);
  station?.onChange(changed);
  receiptDesk.resume(true);
  lane.payments?.resume();
  watchAllParked(lane);
  noticePeople(lane);
  return {
    id: config.id,
    view: () => laneView(lane, millimetresPerPixel(config.panel)),
    onChange: (listener) => listeners.push(listener),
    async handle(command, key) {
      lane.idling?.touch();
      const answer = await answerOnce(ledger, command, key, (cause) =>
        carryOut(lane, command, cause, () => leaveDone(lane)),
      );
      changed();
      return answer;
    },
    attend: (command, warrant, key) => attendOnce(lane, command, warrant, key),
    repriced: changed,
    resume: () => lane.payments?.resume(),
    close() {
      lane.cancelReturn();
      lane.cancelUnknown();
      lane.idling?.close();
      lane.bagging?.close();
      lane.labels?.close();
      for (const cancel of lane.parkedTimers.values()) cancel();
      lane.payments?.close();
      receiptDesk.close();
    },
  };
}

/** The devices whose state the shopper's screen shows. */
const screenDevices = (config: LaneParts['config']) => {
  const { scanner, scale, bagging, camera, printer, payment, card } = config;
  return [scanner, scale, bagging, camera, printer, payment, card];
};

/** What happens elsewhere in the store and shows on this screen. */
function listenToStore(lane: LaneInside): void {
  lane.parts.calls?.onChange(() => lane.memory.help && lane.changed());
  watchFitness(lane);
}

/** Whoever moves what lies on the plate is there. */
function noticePeople(lane: LaneInside): void {
  const { station } = lane.parts;
  lane.idling = watchIdle(lane);
  station?.onChange(() => {
    if (station.view().weight.kind === 'moving') lane.idling?.touch();
  });
}

async function attendOnce(
  lane: LaneInside,
  command: AttendantCommand,
  warrant: Warrant,
  key: string,
): Promise<CommandAnswer> {
  const asked = { ...command, warrant };
  const answer = await answerOnce(lane.parts.ledger, asked, key, (cause) =>
    attend(lane, command, warrant, cause),
  );
  lane.changed();
  return answer;
}

/** The receipt desk, and the desks of the lane's terminals. */
function openDesks(lane: LaneInside): ReceiptDesk {
  const { basket, changed, parts } = lane;
  const { config, devices, ledger, clock, ids, log } = parts;
  const shared = { laneId: config.id, ledger, basket, clock, log };
  const printer = devices.find(config.printer);
  const receiptDesk = createReceiptDesk({
    ...shared,
    ...(printer && { printer }),
    facts: parts.receipts,
    onChange: changed,
  });
  lane.receipts = receiptDesk;
  lane.payments = createTerminals(parts, {
    ...{ ...shared, ids },
    payerMs: () => policyOf(lane).orderMs * orderPatienceOf(lane.memory),
    onChange: (saleId) => follow(lane, saleId),
  });
  return receiptDesk;
}
