/** Who waits for a person in this store, in the order they called; and how long that took of late. */
export interface HelpCalls {
  begin(id: string, sinceWallMs: number): void;
  /** Over. `waitedMs` where a person came: the next ones may expect the like. */
  end(id: string, waitedMs?: number): void;
  /** How many called before, and about how many minutes it takes where that is known. */
  standing(id: string): { ahead: number; minutes?: number };
  /** Calls back when somebody's place has changed. */
  onChange(listener: () => void): void;
}

/** A call for a person, and how it stands. */
export interface HelpView {
  sinceWallMs: number;
  phone: string;
  /** How many called before. */
  ahead?: number;
  /** About how long it takes, from recent answers. */
  minutes?: number;
  /** Somebody is helping from afar. */
  remote?: true;
}

/** So many answers say how long it takes now. */
const RECENT = 9;
const MINUTE_MS = 60_000;

export function createHelpCalls(): HelpCalls {
  const waiting = new Map<string, number>();
  const listeners: (() => void)[] = [];
  let waits: number[] = [];
  const changed = () => {
    for (const listener of listeners) listener();
  };
  return {
    onChange: (listener) => listeners.push(listener),
    begin(id, sinceWallMs) {
      if (waiting.has(id)) return;
      waiting.set(id, sinceWallMs);
      changed();
    },
    end(id, waitedMs) {
      if (!waiting.delete(id)) return;
      if (waitedMs !== undefined) waits = [...waits.slice(1 - RECENT), waitedMs];
      changed();
    },
    standing(id) {
      const ahead = [...waiting.keys()].indexOf(id);
      const usual = waits.toSorted((one, other) => one - other)[Math.floor(waits.length / 2)];
      if (ahead < 0) return { ahead: 0 };
      if (usual === undefined) return { ahead };
      return { ahead, minutes: Math.max(1, Math.ceil((usual * (ahead + 1)) / MINUTE_MS)) };
    },
  };
}
