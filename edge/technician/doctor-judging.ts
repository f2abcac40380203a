/** What a check of the doctor is, and how a finding becomes one. */
import type { Config } from '../config/config.ts';
import type { Text } from '../core/ports.ts';
import type { StoreReason } from '../core/store-reasons.ts';
import type { StatusView } from '../core/views/status-view.ts';

export interface DoctorCheck {
  id: string;
  status: 'pass' | 'warn' | 'fail' | 'none';
  title: Text;
  value: Text;
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

/** Figures, names and addresses are the same in both languages. */
export const bothAlike = (value: string | Text): Text =>
  typeof value === 'string' ? say(value, value) : value;

export const WELL = say('正常', 'ok');

export const judged = (
  good: boolean,
  value: string | Text,
  zh: string,
  en: string,
  bad: 'warn' | 'fail' = 'warn',
) => ({
  ...(good ? { status: 'pass' as const } : { status: bad, hint: say(zh, en) }),
  value: bothAlike(value),
});

export const none = (value = '-') => ({ status: 'none' as const, value: bothAlike(value) });
