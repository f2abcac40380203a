/**
 * One live view, to any number of screens: a snapshot first, then patches of its top-level keys.
 * A screen that comes back with `Last-Event-ID` gets only what it missed.
 */
import type { ServerResponse } from 'node:http';
import type { Clock } from '../core/ports.ts';

export interface LiveView {
  view(): object;
  onChange(listener: () => void): void;
}

export interface ViewStream {
  /** Serves one screen until it leaves. `lastEventId` is the header's value. */
  attach(response: ServerResponse, lastEventId: string | undefined): void;
  /** What the screens show, as JSON; put into words once a change, whoever asks. */
  text(): string;
  screens(): number;
  close(): void;
}

interface Patch {
  revision: number;
  data: string;
}

/** Enough for a screen that was away for some seconds of live weight. */
const KEPT_PATCHES = 128;
const HEARTBEAT_MS = 15_000;
/** A screen this far behind is cut; it comes back and gets a snapshot. */
const MAX_UNSENT_BYTES = 1024 * 1024;

type Keys = Map<string, string>;

const keysOf = (view: object): Keys =>
  new Map(
    Object.entries(view)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, JSON.stringify(value)]),
  );

const textOf = (keys: Keys): string =>
  `{${Array.from(keys, ([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`;

/** `{"key":new,…}` of what changed, `null` for what is gone; undefined where nothing did. */
export function patchOf(before: Keys, after: Keys): string | undefined {
  const changed: string[] = [];
  for (const [key, value] of after)
    if (before.get(key) !== value) changed.push(`${JSON.stringify(key)}:${value}`);
  for (const key of before.keys()) if (!after.has(key)) changed.push(`${JSON.stringify(key)}:null`);
  return changed.length > 0 ? `{${changed.join(',')}}` : undefined;
}

const EVENT_STREAM = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
};

/** It ends with its connection: a chunk around each message would cost more than the message. */
function beginStream(response: ServerResponse): void {
  response.removeHeader('transfer-encoding');
  response.writeHead(200, EVENT_STREAM);
}

/** The revision a screen has seen, where it is one of this boot. */
function seenRevision(lastEventId: string | undefined, boot: string): number | undefined {
  const [, tag, number] = /^(.+)-(\d+)$/.exec(lastEventId ?? '') ?? [];
  return tag === boot ? Number(number) : undefined;
}

/** What came since; undefined where that is no longer kept, or never was. */
function missedSince(
  patches: Patch[],
  revision: number,
  seen: number | undefined,
): Patch[] | undefined {
  if (seen === undefined || seen > revision) return undefined;
  const missed = patches.filter((patch) => patch.revision > seen);
  return missed.length === revision - seen ? missed : undefined;
}

const messageOf = (event: string, id: string, data: string): Buffer =>
  Buffer.from(`id: ${id}\nevent: ${event}\ndata: ${data}\n\n`);

function send(response: ServerResponse, bytes: Buffer): void {
  if (response.writableLength > MAX_UNSENT_BYTES) response.destroy();
  else response.write(bytes);
}

/** Tells every screen now and then that this end is still there; returns how to stop it. */
function beat(clock: Clock, screens: Iterable<ServerResponse>): () => void {
  const next = () =>
    clock.after(HEARTBEAT_MS, () => {
      for (const response of screens) response.write(': still here\n\n');
      cancel = next();
    });
  let cancel = next();
  return () => cancel();
}

/** `boot` tells revisions of this process from those of the one before. */
export function createViewStream(live: LiveView, clock: Clock, boot: string): ViewStream {
  const screens = new Set<ServerResponse>();
  let known = keysOf(live.view());
  let whole: string | undefined;
  let revision = 0;
  let patches: Patch[] = [];
  let waiting = false;
  let closed = false;

  const message = (event: string, number: number, data: string) =>
    messageOf(event, `${boot}-${number}`, data);

  function publish() {
    waiting = false;
    if (closed) return;
    const now = keysOf(live.view());
    const data = patchOf(known, now);
    if (!data) return;
    known = now;
    whole = undefined;
    revision += 1;
    patches = [...patches.slice(1 - KEPT_PATCHES), { revision, data }];
    const bytes = message('patch', revision, data);
    for (const response of screens) send(response, bytes);
  }

  live.onChange(() => {
    if (waiting || closed) return;
    waiting = true;
    queueMicrotask(publish);
  });

  function text(): string {
    if (waiting) publish();
    whole ??= textOf(known);
    return whole;
  }

  const stopHeartbeat = beat(clock, screens);

  return {
    screens: () => screens.size,
    text,
    attach(response, lastEventId) {
      publish();
      beginStream(response);
      const missed = missedSince(patches, revision, seenRevision(lastEventId, boot));
      if (missed)
        for (const { revision: id, data } of missed) send(response, message('patch', id, data));
      else send(response, message('snapshot', revision, text()));
      screens.add(response);
      response.on('close', () => screens.delete(response));
    },
    close() {
      closed = true;
      stopHeartbeat();
      for (const response of screens) response.end();
    },
  };
}
