/** What the technician’s routes ask of the store. */

import type { Outcome } from '../core/ports.ts';
import type {
  CheckLevel,
  CheckReport,
  DiagDevice,
  PortView,
  ProbeReport,
  TimingView,
  TraceLine,
} from '../core/views/diag-views.ts';

export interface DiagAct {
  by: string;
  why?: string;
  act: string;
  grams?: number;
  lock?: number;
  forMs?: number;
  points?: { appliedGrams: number; shownGrams: number }[];
  hex?: string;
  expect?: string;
  timeoutMs?: number;
  unsafe?: boolean;
}

export interface DeviceSettings {
  driver?: string;
  address?: string;
  options?: Record<string, unknown>;
  dryRun?: boolean;
}

export interface DeviceDraft {
  id: string;
  driver: string;
  address: string;
  options?: Record<string, unknown>;
  plate?: { minGrams: number; maxGrams: number; divisionGrams: number };
}

export interface DiagFile {
  name: string;
  type: string;
  bytes: Uint8Array;
}

export interface DiagOptions {
  list(): DiagDevice[];
  show(id: string): Promise<Outcome<DiagDevice>>;
  check(id: string, level: CheckLevel): Promise<Outcome<CheckReport>>;
  /** Calls off what checks of it run; how many there were. */
  cancelCheck(id: string): Promise<Outcome<{ cancelled: number }>>;
  act(id: string, act: DiagAct): Promise<Outcome<Record<string, unknown>>>;
  add(draft: DeviceDraft, by: string): Outcome<DiagDevice>;
  remove(id: string, by: string): Promise<Outcome<object>>;
  rename(id: string, to: string, by: string): Promise<Outcome<DiagDevice>>;
  /** New settings on trial for a minute: kept once it answers. */
  configure(
    id: string,
    wanted: DeviceSettings,
    by: string,
  ): Promise<Outcome<{ changes: string[]; device: DiagDevice }>>;
  /** `id` goes on at the port of `other`, whose own entry goes. */
  swap(id: string, other: string, by: string): Promise<Outcome<DiagDevice>>;
  unswap(id: string, by: string): Promise<Outcome<DiagDevice>>;
  ports(): PortView[];
  /** What sits at a port; ends within half a second once `signal` aborts. */
  probe(path: string, all: boolean, signal: AbortSignal): Promise<Outcome<ProbeReport>>;
  lines(
    id: string,
    seq: number,
    limit: number,
  ): Promise<Outcome<{ lines: TraceLine[]; lastSeq: number }>>;
  timing(id: string): Promise<Outcome<TimingView>>;
  traceFile(
    id: string,
    format: 'ytrace' | 'pcapng' | 'txt',
    sinceMs: number,
    fromSeq?: number,
  ): Promise<Outcome<DiagFile>>;
  replay(text: string): Promise<Outcome<object>>;
  golden(text: string): Outcome<object>;
  picture(id: string): Uint8Array | undefined;
  doctor(): object;
  support(sinceMs: number): { name: string; bytes: Uint8Array; files: object[]; summary: string };
  /** Drivers to choose from, with their options. */
  drivers(): object[];
}
