/** The newest words of the conversations with head office, kept for whoever looks. */
import type { SyncLog } from '../../cloud-sync/wire.ts';
import type { Clock } from '../core/ports.ts';
import type { SyncMessage } from '../core/views/sync-views.ts';

const KEPT_MESSAGES = 100;
/** Batches that follow so closely are one line. */
const ONE_LINE_MS = 60_000;

export interface SyncJournal {
  /** Writes on to `log`, and remembers. */
  log: SyncLog;
  /** Head office now holds everything up to `seq`. */
  held(seq: number): void;
  /** Newest first. */
  messages(): SyncMessage[];
}

export function syncJournal(clock: Clock, log: SyncLog, heldSeq: number): SyncJournal {
  const kept: SyncMessage[] = [];
  let known = heldSeq;
  const add = (message: Omit<SyncMessage, 'wallMs'>) => {
    kept.unshift({ wallMs: Math.round(clock.wallMs()), ...message });
    kept.length = Math.min(kept.length, KEPT_MESSAGES);
  };
  const said = (level: SyncMessage['level'], words: string) => {
    // The same refusal over and over is one line, with its newest time.
    if (kept[0]?.words === words) kept.shift();
    add({ level, kind: 'said', words });
  };
  return {
    log: {
      info(facts, words) {
        log.info(facts, words);
        said('ok', words);
      },
      warn(facts, words) {
        log.warn(facts, words);
        said('warn', words);
      },
    },
    held(seq) {
      if (seq <= known) return;
      const [last] = kept;
      const joins = last?.kind === 'sent' && clock.wallMs() - last.wallMs < ONE_LINE_MS;
      const events = seq - known + (joins ? (last.events ?? 0) : 0);
      known = seq;
      if (joins) kept.shift();
      add({ level: 'ok', kind: 'sent', events, seq });
    },
    messages: () => [...kept],
  };
}
