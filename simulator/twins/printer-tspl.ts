/**
 * A label printer on its cable: draws what it is told into its image buffer, prints it on PRINT,
 * takes its time for that, and stands still without labels or with its head open.
 *
 *   ESC ! ?   answered at reception, one byte: 00 ready, 01 head open, 02 jam, 04 out of paper,
 *             08 out of ribbon (or sums of these), 10 paused, 20 printing, 80 another error
 *
 * Source: TSC, TSPL/TSPL2 Programming Manual. `odd-status` answers a byte that the table has not.
 */
import type { PrinterFault } from '../faults.ts';
import type { Port } from '../port.ts';
import type { Clock } from '../runtime.ts';
import { createLabelImage, type PrintedLabel } from './label.ts';
import { createLines, type LabelOperation, readLine } from './tspl-commands.ts';

const REAL_TIME = [0x1b, 0x21, 0x3f];
const MM_PER_SECOND = 100;
const START_MS = 150;
const ANSWER_MS = 2;
const ODD_STATUS = 0x52;

export type LabelFault = PrinterFault | 'jam' | 'ribbon-out' | 'paused';

export interface LabelPrinterOptions {
  clock: Clock;
  fault: () => LabelFault | undefined;
  onLabel: (label: PrintedLabel) => void;
  dotsPerMm?: number;
  /** Labels left on the roll. */
  roll?: number;
}

const STATUS: Partial<Record<LabelFault, number>> = {
  'cover-open': 0x01,
  jam: 0x02,
  cutter: 0x80,
  'paper-out': 0x04,
  'ribbon-out': 0x08,
  paused: 0x10,
  'odd-status': ODD_STATUS,
};

/** Puts the printer on its cable. */
export function startPrinterTspl(port: Port, options: LabelPrinterOptions) {
  const { clock, fault, onLabel, dotsPerMm = 8 } = options;
  const image = createLabelImage(dotsPerMm);
  const unknown: string[] = [];
  const timers = new Set<() => void>();
  let left = options.roll ?? 1000;
  let queue: LabelOperation[] = [];
  let busy = false;
  let seen = 0;

  const later = (delayMs: number, fn: () => void) => {
    const cancel = clock.after(delayMs, () => {
      timers.delete(cancel);
      fn();
    });
    timers.add(cancel);
  };
  const broken = () => {
    const now = fault();
    return now === undefined ? undefined : STATUS[now];
  };
  const stopped = () => left <= 0 || (broken() ?? ODD_STATUS) !== ODD_STATUS;
  const status = () => broken() ?? (left <= 0 ? 0x04 : busy || queue.length > 0 ? 0x20 : 0x00);
  const printOn = () => {
    while (!busy && !stopped()) {
      const operation = queue.shift();
      if (!operation) return;
      if (operation.op !== 'print') image.take(operation);
      else printOne(operation.copies);
    }
  };
  const printOne = (copies: number) => {
    if (copies <= 0) return;
    busy = true;
    const label = image.print();
    later(START_MS + (image.heightMm() / MM_PER_SECOND) * 1000, () => {
      busy = false;
      // What stops it in the middle of a label spoils that one: it comes again.
      if (stopped()) queue.unshift({ op: 'print', copies });
      else {
        left--;
        onLabel(label);
        if (copies > 1) queue.unshift({ op: 'print', copies: copies - 1 });
      }
      printOn();
    });
  };
  const takeByte = createLines((line) => {
    const operation = readLine(line);
    if (operation.op === 'unknown') unknown.push(operation.line);
    queue.push(operation);
  });
  port.onBytes((bytes) => {
    if (fault() === 'silence') return;
    for (const byte of bytes) {
      if (byte === REAL_TIME[seen]) seen++;
      else {
        seen = byte === REAL_TIME[0] ? 1 : 0;
        if (seen === 0) takeByte(byte);
      }
      if (seen < REAL_TIME.length) continue;
      seen = 0;
      const answer = Uint8Array.of(status());
      later(ANSWER_MS, () => port.write(answer));
    }
    printOn();
  });
  return {
    /** Lines this printer did not know: a driver should leave none. */
    unknown: (): readonly string[] => unknown,
    /** A person put something right or wrong. */
    faultChanged(): void {
      if (fault() === undefined && left <= 0) left = options.roll ?? 1000;
      printOn();
    },
    close(): void {
      for (const cancel of timers) cancel();
      timers.clear();
      queue = [];
    },
  };
}
