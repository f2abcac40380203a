/** The store's two conversations with head office: events up, prices down. Off where none is set. */
import { createDownlink } from '../../cloud-sync/downlink.ts';
import { refuse } from '../../cloud-sync/errors.ts';
import { watchSkew } from '../../cloud-sync/skew.ts';
import { askStanding, type Standing } from '../../cloud-sync/standing.ts';
import { createUplink } from '../../cloud-sync/uplink.ts';
import type { RequestWire } from '../../drivers/contract.ts';
import { ioClock } from '../../drivers/wire/io-clock.ts';
import { openHttpWire } from '../../drivers/wire/request.ts';
import type { Config } from '../config/config.ts';
import type { Clock, Outcome, Random } from '../core/ports.ts';
import type { StatusView } from '../core/views/status-view.ts';
import type { SyncMessage } from '../core/views/sync-views.ts';
import type { Ledger } from '../ledger/contract.ts';
import type { Log } from '../log.ts';
import { syncJournal } from './sync-journal.ts';

export interface Synchronising {
  status(): Omit<StatusView['sync'], 'priceBookVersion'>;
  /** Something was appended: send it soon. */
  nudge(): void;
  /** A person wants both tried now. */
  tryNow(): void;
  /** What head office holds of this store, asked for now. */
  standing(): Promise<Outcome<Standing>>;
  /** What was said last, newest first. */
  messages(): SyncMessage[];
  close(): Promise<void>;
}

export interface SynchroniseParts {
  config: Config;
  ledger: Ledger;
  clock: Clock;
  random: Random;
  log: Log;
  openHeadOffice?: (url: string) => RequestWire;
  onChange(): void;
}

const openOverHttp = (url: string): RequestWire => openHttpWire(url, ioClock);

/** Starts both conversations, or none where the configuration names no head office. */
export function startSynchronising(parts: SynchroniseParts): Synchronising {
  const { config, ledger, clock, random, log, openHeadOffice = openOverHttp, onChange } = parts;
  const storeId = config.store.id;
  if (!config.headOffice) return workingAlone(ledger);
  const { url, token } = config.headOffice;
  const wire = openHeadOffice(url);
  const journal = syncJournal(clock, log, ledger.acked());
  const { send, skewMs } = watchSkew(wire.request, clock);
  const asking = { storeId, token, send, clock };
  const shared = { ...asking, random, log: journal.log, onChange };
  const uplink = createUplink({
    ...shared,
    source: ledger,
    onChange() {
      journal.held(ledger.acked());
      onChange();
    },
  });
  const downlink = createDownlink({
    ...shared,
    version: ledger.publishedVersion,
    activate: ledger.activatePriceBook,
    onHeard: uplink.heard,
  });
  return {
    status() {
      const up = uplink.status();
      const down = downlink.status();
      const { link } = up.unsent > 0 ? up : down;
      const skew = skewMs();
      return { ...down, ...up, link, ...(skew !== undefined && { skewMs: skew }) };
    },
    nudge: uplink.nudge,
    tryNow() {
      uplink.tryNow();
      downlink.nudge();
    },
    standing: () => askStanding(asking),
    messages: journal.messages,
    async close() {
      const ended = Promise.all([uplink.close(), downlink.close()]);
      await wire.close();
      await ended;
    },
  };
}

function workingAlone(ledger: Ledger): Synchronising {
  return {
    status() {
      const [ackedSeq, headSeq] = [ledger.acked(), ledger.head().seq];
      return { link: 'off', unsent: headSeq - ackedSeq, ackedSeq, headSeq };
    },
    nudge() {},
    tryNow() {},
    standing: async () => refuse('NO_HEAD_OFFICE'),
    messages: () => [],
    async close() {},
  };
}
