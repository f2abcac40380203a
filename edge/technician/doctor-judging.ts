/** What a check of the doctor is, and how a finding becomes one. */
import type { Config } from '../config/config.ts';
import type { Text } from '../core/ports.ts';
import type { StoreReason } from '../core/store-reasons.ts';
import type { StatusView } from '../core/views/status-view.ts';

export interface DoctorCheck {
  id: string;
  status: 'pass' | 'warn' | 'fail' | 'none';
  title: Text;
  value: string;
  /** Code of the catalogue, the same one as on the status page and in an alert. */
  reason?: StoreReason;
  hint?: Text;
}

export interface DoctorReport {
  status: 'ok' | 'warn' | 'fail';
  checks: DoctorCheck[];
}

export interface DoctorParts {
  dataDir: string;
  /** Wall time, and whether it can be believed. */
  wallMs: number;
  wallQuality: 'trusted' | 'unsure';
  config?: Config;
  /** The running store, where it runs. */
  status?: StatusView;
  /** What was found elsewhere: the files of the box. */
  more?: DoctorCheck[];
}

export const say = (zh: string, en: string): Text => ({ zh, en });

export type Judge = (parts: DoctorParts) => Omit<DoctorCheck, 'id' | 'title'>;

export const judged = (
  good: boolean,
  value: string,
  zh: string,
  en: string,
  bad: 'warn' | 'fail' = 'warn',
) => (good ? { status: 'pass' as const, value } : { status: bad, value, hint: say(zh, en) });

export const none = (value = '-') => ({ status: 'none' as const, value });
