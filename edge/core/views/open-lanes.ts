/** Which self-checkouts of this store work, for those that do not. */
export interface OpenLanes {
  /** Whether a lane can serve; one that has not said so yet cannot. */
  tell(id: string, open: boolean): void;
  /** The working lane that stands nearest to this one. */
  nearest(id: string): string | undefined;
  /** Calls back when a lane has opened or closed. */
  onChange(listener: () => void): void;
}

/** `ids` in the order in which the lanes stand, as the configuration lists them. */
export function createOpenLanes(ids: readonly string[]): OpenLanes {
  const open = new Set<string>();
  const listeners: (() => void)[] = [];
  return {
    tell(id, now) {
      if (open.has(id) === now) return;
      if (now) open.add(id);
      else open.delete(id);
      for (const listener of listeners) listener();
    },
    nearest(id) {
      const at = ids.indexOf(id);
      const far = (other: string) => Math.abs(ids.indexOf(other) - at);
      const others = ids.filter((each) => each !== id && open.has(each));
      return others.toSorted((one, other) => far(one) - far(other))[0];
    },
    onChange: (listener) => listeners.push(listener),
  };
}
