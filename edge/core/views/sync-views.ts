/** What the operator's page shows of the two conversations with head office. */
export interface SyncMessage {
  wallMs: number;
  level: 'ok' | 'warn';
  /** `sent` with how many and up to which seq, or what was said, in both languages at once. */
  kind: 'sent' | 'said';
  events?: number;
  seq?: number;
  words?: string;
}

/** GET /api/sync/room: what this box knows by itself. */
export interface SyncRoomView {
  /** Newest first. */
  messages: SyncMessage[];
  room: {
    freeBytes: number;
    /** What the ledger grows by in a day at the pace of its newest events; absent before there is one. */
    bytesPerDay?: number;
    /** Whole days until the disk is full at that pace. */
    days?: number;
  };
}

/** GET /api/sync/standing: what head office holds of this store, asked for now. */
export interface StandingView {
  epoch: number;
  headSeq: number;
  quarantined: { epoch: number; seq: number; reason: string }[];
  /** Its clock less ours. */
  skewMs?: number;
  roundTripMs: number;
}
