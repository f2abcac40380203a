/** What the store finds wrong with itself, told by the doctor under the codes of the catalogue. */
import { existsSync, readFileSync } from 'node:fs';
import { lastDayIn, ownCertificate } from '../access/certificate.ts';
import { readChecked } from '../box/ledger-checked.ts';
import type { Config } from '../config/config.ts';
import { STORE_REASONS, type StoreReason } from '../core/store-reasons.ts';
import { CERTIFICATE_WARNING_MS } from '../core/store-troubles.ts';
import { type DoctorCheck, type DoctorParts, judged, none, say, WELL } from './doctor-judging.ts';

/** By the check that tells it. */
const TROUBLES: Record<string, StoreReason[]> = {
  disk: ['DISK_LOW'],
  clock: ['CLOCK_SKEW'],
  service: ['SAFE_MODE'],
  ledger: ['LEDGER_WEAK'],
  'ledger-check': ['LEDGER_CHECK'],
  certificate: ['CERT_EXPIRING'],
  sync: ['SYNC_REFUSED', 'SYNC_DOWN'],
  recognition: ['MODEL_MISSING', 'MODEL_BROKEN', 'MODEL_SLOW'],
  payments: ['PAYMENT_OVERDUE'],
};

export function asTrouble(id: string, { status }: DoctorParts): Partial<DoctorCheck> {
  const trouble = status?.troubles.find(({ code }) => TROUBLES[id]?.includes(code));
  if (!trouble) return {};
  const { code, level, why, next } = trouble;
  const hint = say(`${why.zh}；${next.zh}`, `${why.en}; ${next.en}`);
  return { status: level === 'bad' ? 'fail' : 'warn', reason: code, hint };
}

/** Checks with one reason carry its code also where no controller runs. */
export function ofItself(id: string, status: DoctorCheck['status']): Partial<DoctorCheck> {
  const [reason, ...others] = TROUBLES[id] ?? [];
  const well = status === 'pass' || status === 'none';
  return reason === undefined || others.length > 0 || well || id === 'service' ? {} : { reason };
}

const dayOf = (wallMs: number): string => new Date(wallMs).toISOString().slice(0, 10);

/** What the nightly check found; it is on the disk also while no controller runs. */
export function lastCheck({ dataDir }: DoctorParts) {
  const checked = readChecked(dataDir);
  if (!checked) return none();
  const { title, next } = STORE_REASONS.LEDGER_CHECK;
  const day = dayOf(checked.atWallMs);
  const found = checked.reason ?? WELL;
  const value = say(`${day} ${found.zh}`, `${day} ${found.en}`);
  const [zh, en] = [`${title.zh}；${next.zh}`, `${title.en}; ${next.en}`];
  return judged(checked.ok, value, zh, en, 'fail');
}

export function certificate({ config, status, wallMs, dataDir }: DoctorParts) {
  if (!config?.listen.operator) return none();
  const lastDayMs = status?.certificate?.lastDayWallMs ?? lastDayOf(dataDir, config);
  if (lastDayMs === undefined) return none();
  const { title, next } = STORE_REASONS.CERT_EXPIRING;
  const good = lastDayMs - wallMs > CERTIFICATE_WARNING_MS;
  const [zh, en] = [`${title.zh}；${next.zh}`, `${title.en}; ${next.en}`];
  return judged(good, dayOf(lastDayMs), zh, en);
}

function lastDayOf(dataDir: string, { listen }: Config): number | undefined {
  const file = listen.operator?.certFile ?? ownCertificate(dataDir).certFile;
  return existsSync(file) ? lastDayIn(readFileSync(file, 'utf8')) : undefined;
}
