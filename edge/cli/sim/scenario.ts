/** What a scenario is given, and what it answers. */
export interface ScenarioCall {
  seed: number;
  days: number;
  /** Shoppers, seeds or stores, as the scenario counts; undefined for its own number. */
  count: number | undefined;
  dataDir: string;
  faults: string[];
  /** Scales the noise of sensors, where a scenario has some; 1 unless told. */
  noise?: number;
  /** Called the moment the store acknowledged an action, with its business key. */
  acknowledged(key: string): void;
  progress(text: { zh: string; en: string }): void;
}

export interface ScenarioResult {
  traceHash: string;
  simulatedMs: number;
  sales: number;
  violations: { invariant: string; detail: string }[];
  /** The scenario's own figures. */
  figures: Record<string, unknown>;
}
