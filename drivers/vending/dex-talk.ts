/**
 * One audit over DEX/UCS, from the first ENQ to the last EOT. We say who we are and the machine
 * says who it is, whichever of the two began; then it sends its audit block by block:
 *
 *   05 → 10 30 · who → 10 31 · 04, and once more the other way round
 *   05 → 10 30 · block → 10 31 · block → 10 30 · … · last block → ack · 04
 *
 * A spoilt block is answered with NAK once the line is quiet; ENQ in between asks for our last
 * acknowledgement again. Times: 5 s for an answer, 50 ms from hearing to speaking.
 */
import { type ByteWire, type DriverContext, WireError } from '../contract.ts';
import { deadline } from '../deadline.ts';
import { say, type Text } from '../say.ts';
import { ACK, type DexItem, dexDecoder, ENQ, EOT, helloFrame, NAK } from './dex-codec.ts';

const ENQ_MS = 1000;
const ENQ_TRIES = 5;
const ANSWER_MS = 5000;
const TURN_MS = 50;
const QUIET_MS = 150;
const TRIES = 3;
/** Spoilt blocks in one audit before it is given up. */
const MOST_SPOILT = 20;
const MOST_BLOCKS = 4000;

export interface DexOptions {
  commId: string;
  revision: string;
  crcXor: number;
}

/** The blocks' texts in order, or where it ended and after how many. */
export type Transfer =
  | { ok: true; blocks: string[] }
  | { ok: false; reason: 'no-answer' | 'broken' | 'closed'; at: Text; blocks: string[] };

export interface DexTalk {
  /** @param heard told after every block, with all there are so far */
  transfer(heard: (blocks: readonly string[]) => void): Promise<Transfer>;
  /** Runs of noise so far. */
  noise(): number;
}

interface Link {
  wire: ByteWire;
  context: DriverContext;
  options: DexOptions;
  decoder: ReturnType<typeof dexDecoder>;
  inbox: DexItem[];
  waiting: ((item: DexItem | undefined) => void) | undefined;
  busy: boolean;
  noise: number;
}

/** @param began the machine began to speak by itself, while nobody was reading it */
export function dexTalk(
  wire: ByteWire,
  context: DriverContext,
  options: DexOptions,
  began: () => void,
): DexTalk {
  const link: Link = {
    ...{ wire, context, options, decoder: dexDecoder(options.crcXor) },
    ...{ inbox: [], waiting: undefined, busy: false, noise: 0 },
  };
  wire.onBytes((bytes) => {
    for (const item of link.decoder.push(bytes)) hear(link, item);
    if (!link.busy && link.inbox.some(({ kind }) => kind === 'enq')) began();
  });
  context.signal.addEventListener('abort', () => link.waiting?.(undefined));
  return {
    async transfer(heard) {
      link.busy = true;
      try {
        return await transfer(link, heard);
      } finally {
        link.busy = false;
        link.inbox = [];
      }
    },
    noise: () => link.noise,
  };
}

function hear(link: Link, item: DexItem): void {
  if (item.kind === 'discarded') {
    link.noise++;
    link.context.count('CommunicationErrorCount');
  } else link.context.alive();
  const { waiting } = link;
  if (waiting !== undefined) waiting(item);
  // Nobody reads: only a machine that begins is of interest, and that is soon over.
  else if (link.busy || item.kind === 'enq') link.inbox.push(item);
}

/** The next item, or undefined after `limitMs` or where the connection is over. */
function take(link: Link, limitMs: number): Promise<DexItem | undefined> {
  const { clock, signal } = link.context;
  const waitingItem = link.inbox.shift();
  if (waitingItem !== undefined || signal.aborted) return Promise.resolve(waitingItem);
  return new Promise((resolve) => {
    const cancel = deadline(clock, limitMs, () => end(undefined));
    const end = (item: DexItem | undefined): void => {
      cancel();
      link.waiting = undefined;
      resolve(item);
    };
    link.waiting = end;
  });
}

/**
 * The next item; after noise only what carries a check counts, once the line is quiet `discarded`.
 */
async function next(link: Link, limitMs: number): Promise<DexItem | undefined> {
  let item = await take(link, limitMs);
  if (item?.kind !== 'discarded') return item;
  const spoilt = item;
  while (item !== undefined) {
    if (item.kind === 'block' || item.kind === 'hello') return item;
    item = await take(link, QUIET_MS);
  }
  return spoilt;
}

async function send(link: Link, bytes: Uint8Array): Promise<void> {
  const { context, wire, decoder } = link;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      cancel();
      context.signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = context.clock.after(TURN_MS, end);
    context.signal.addEventListener('abort', end);
    if (context.signal.aborted) end();
  });
  // Half a frame is forgotten: what comes next answers this.
  decoder.end();
  try {
    await wire.write(bytes, ANSWER_MS);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
  }
}

async function transfer(link: Link, heard: (blocks: readonly string[]) => void): Promise<Transfer> {
  const stopped = (at: Text): Transfer => {
    const reason = link.context.signal.aborted ? 'closed' : 'no-answer';
    return { ok: false, reason, at, blocks: [] };
  };
  const begun = await begin(link);
  if (begun === undefined) return stopped(say('没有应答 ENQ', 'No answer to ENQ'));
  const known =
    begun === 'ours'
      ? (await introduce(link)) && (await asked(link)) && (await meet(link))
      : (await meet(link)) && (await begin(link)) === 'ours' && (await introduce(link));
  if (!known) return stopped(say('握手没有完成', 'The handshake was not finished'));
  return receive(link, heard);
}

/** `ours`: the machine lets us speak. `theirs`: it insists on speaking first. */
async function begin(link: Link): Promise<'ours' | 'theirs' | undefined> {
  if (link.inbox.some(({ kind }) => kind === 'enq')) {
    link.inbox = [];
    return 'theirs';
  }
  for (let tries = 0; tries < ENQ_TRIES && !link.context.signal.aborted; tries++) {
    await send(link, ENQ);
    let item = await next(link, ENQ_MS);
    if (item?.kind === 'ack0') return 'ours';
    if (item?.kind !== 'enq') continue;
    // Both began at once: it gives way, or asks once more.
    item = await next(link, ENQ_MS);
    if (item?.kind === 'ack0') return 'ours';
    if (item?.kind === 'enq') return 'theirs';
  }
  return undefined;
}

async function introduce(link: Link): Promise<boolean> {
  const { commId, revision, crcXor } = link.options;
  for (let tries = 0; tries < TRIES; tries++) {
    await send(link, helloFrame(commId, revision, crcXor));
    const item = await next(link, ANSWER_MS);
    if (item === undefined) return false;
    if (item.kind !== 'ack1') continue;
    await send(link, EOT);
    return true;
  }
  return false;
}

const asked = async (link: Link): Promise<boolean> => (await next(link, ANSWER_MS))?.kind === 'enq';

/** It was let speak, and says who it is. */
async function meet(link: Link): Promise<boolean> {
  await send(link, ACK[0]);
  for (let tries = 0; tries < TRIES; tries++) {
    const item = await next(link, ANSWER_MS);
    if (item === undefined || item.kind === 'eot') return false;
    if (item.kind === 'hello') {
      await send(link, ACK[1]);
      return (await next(link, ANSWER_MS))?.kind === 'eot';
    }
    await send(link, item.kind === 'enq' ? ACK[0] : NAK);
  }
  return false;
}

const CUT = say('断线', 'the line was cut');
const SILENT = say('没有声音', 'silence');

async function receive(link: Link, heard: (blocks: readonly string[]) => void): Promise<Transfer> {
  const blocks: string[] = [];
  const ended = (reason: 'no-answer' | 'broken' | 'closed', why: Text): Transfer => {
    const count = blocks.length;
    const at = say(`${count} 块之后${why.zh}`, `${why.en} after ${count} blocks`);
    return { ok: false, reason, at, blocks };
  };
  let turn: 0 | 1 = 0;
  let spoilt = 0;
  while (blocks.length < MOST_BLOCKS && spoilt < MOST_SPOILT) {
    const item = await next(link, ANSWER_MS);
    if (item === undefined)
      return link.context.signal.aborted ? ended('closed', CUT) : ended('no-answer', SILENT);
    if (item.kind === 'eot') return ended('broken', say('机器停止', 'it stopped'));
    if (item.kind === 'enq') await send(link, ACK[turn]);
    else if (item.kind === 'block') {
      // The same once more: our acknowledgement was lost.
      if (item.text !== blocks.at(-1)) turn = turn === 0 ? 1 : 0;
      blocks.push(item.text);
      heard(blocks);
      await send(link, ACK[turn]);
      if (!item.last) continue;
      await next(link, ANSWER_MS);
      return { ok: true, blocks };
    } else {
      spoilt++;
      await send(link, NAK);
    }
  }
  return ended('broken', say('坏块太多', 'too many bad blocks'));
}
