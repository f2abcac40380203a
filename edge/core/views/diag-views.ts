/** What a technician is shown of a device: on the page, on the command line, in the support bundle. */
import type { Text } from '../ports.ts';
import type { TypePlate } from '../type-plate.ts';
import type { DeviceView } from './views.ts';

/** UnifiedPOS life of a device. */
export type Lifecycle = 'closed' | 'opened' | 'claimed' | 'enabled';

export interface DiagDevice extends DeviceView {
  title: Text;
  options: Record<string, unknown>;
  /** Of a scale that sells. */
  plate?: TypePlate;
  lifecycle: Lifecycle;
  /** UnifiedPOS result code of its state: 0, or 101–115. */
  upos: number;
  /** What it can be asked: `zero`, `tare`, `unlock`, `print`, `status`, `audit`. */
  can: string[];
  /** Another one answers than the confirmed one. */
  changed?: { known: Record<string, string>; now: Record<string, string> };
  calibration?: CalibrationView;
  /** New settings on trial: kept once it answers, undone where it stays silent. */
  trial?: { state: 'waiting' | 'kept' | 'undone'; untilWallMs: number; why?: string };
  /** Another one took its place; it can be undone. */
  swapped?: { by: string; atWallMs: number };
  /** Questions that change nothing. */
  presets: { name: string; hex: string; about: Text }[];
  trace: { firstSeq: number; lastSeq: number; bytes: number };
  /** Newest thing it said, decoded. */
  live?: { event: Record<string, unknown>; ageMs: number };
}

/** What a vending machine's audit says; values in its own minor units. */
export interface AuditView {
  serialNumber?: string;
  model?: string;
  decimals: number;
  sales?: AuditCounterView;
  cash?: AuditCounterView;
  cashless?: AuditCounterView;
  soldSince?: AuditTotalView;
  selections: (AuditCounterView & {
    selection: string;
    priceMinor?: number;
    soldSince?: AuditTotalView;
  })[];
  events: { code: string; count: number }[];
  unread: string[];
}

export interface AuditTotalView {
  count: number;
  valueMinor: number;
}

export interface AuditCounterView {
  sinceStart: AuditTotalView;
}

export interface CalibrationView {
  by: string;
  atWallMs: number;
  dueWallMs: number;
  points: { appliedGrams: number; shownGrams: number }[];
  passed: boolean;
}

export type CheckLevel = 'internal' | 'external' | 'interactive';

/** `none`: this device has no such thing; that is no failure. */
export interface CheckStep {
  id: string;
  status: 'pass' | 'warn' | 'fail' | 'none';
  title: Text;
  value?: string;
  limit?: string;
  reason?: string;
  hint?: Text;
}

export interface CheckReport {
  id: string;
  level: CheckLevel;
  status: 'ok' | 'warn' | 'fail';
  /** UnifiedPOS CheckHealthText. */
  checkHealthText: string;
  steps: CheckStep[];
  atWallMs: number;
  ms: number;
}

/** One line of the monitor. */
export interface TraceLine {
  seq: number;
  /** With microseconds as its fraction. */
  atWallMs: number;
  tUs: number;
  direction: 'rx' | 'tx' | 'ev' | 'note';
  hex?: string;
  text: string;
  of?: number;
}

/** How regular a line is, over its newest frames. */
export interface TimingView {
  frames: number;
  framesPerSecond: number;
  /** From a question to the first byte after it. */
  replies: { count: number; p50Ms: number; p95Ms: number };
  /** From the 5th to the 95th percentile of the gaps between frames. */
  jitterMs: number;
  /** Gaps between frames; the last bar has no upper end. */
  gaps: { upToMs?: number; count: number }[];
}

export interface ProbeFinding {
  driver: string;
  kind: string;
  title: Text;
  address: string;
  /** `answered`: it said what only this kind says; `heard`: its frames were on the line. */
  how: 'answered' | 'heard';
  ms: number;
  identity?: Record<string, string>;
  /** A scale that sells: its type plate has to be read off it. */
  needsPlate?: true;
}

export interface ProbeReport {
  path: string;
  found: ProbeFinding[];
  /** What was tried, in order, with what came of it. */
  tried: { driver: string; line: string; result: string }[];
  ms: number;
}

/** One entry of a recorded trace, played back; `tUs` from its beginning. */
export interface ReplayLine {
  tUs: number;
  direction: string;
  text: string;
  hex?: string;
}

export interface PortView {
  path: string;
  stablePath: string;
  usb?: string;
  /** The kernel's driver, `ch341-uart`. */
  kernelDriver?: string;
  /** When it was last plugged in. */
  pluggedWallMs?: number;
  /** The device of this store that is configured there. */
  heldBy?: string;
}
