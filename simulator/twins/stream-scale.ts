/** A scale that is never asked: it sends what it shows, on and on. */
import type { Port } from '../port.ts';
import type { LineScaleOptions } from './line-scale.ts';
import { createLineSender } from './line-scale.ts';

const PUSH_MS = 100;
/** A line in pieces is slower than the scale. */
const PUSH_SPLIT_MS = 250;

/** Sends a frame ten times a second, at once and until `close`. */
export function startStream(port: Port, options: LineScaleOptions, frame: () => Uint8Array) {
  const { fault } = options;
  let backlog: Uint8Array[] = [];
  let bursting = false;
  // Late is not slow here: the frames pile up somewhere and come all at once.
  const lineFault = () => (bursting || fault() === 'late' ? undefined : fault());
  const sender = createLineSender(port, { ...options, fault: lineFault });
  const push = (): void => {
    backlog.push(frame());
    bursting = backlog.length > 1;
    if (fault() !== 'late') {
      sender.answer(Buffer.concat(backlog));
      backlog = [];
    }
    sender.later(fault() === 'split' ? PUSH_SPLIT_MS : PUSH_MS, push);
  };
  push();
  return { close: sender.close };
}
