/** The support bundle: one file with what somebody far away needs, and no secret in it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DiagDevice } from '../core/views/diag-views.ts';
import type { StatusView } from '../core/views/status-view.ts';
import { fileOf, traceOf } from '../devices/trace-view.ts';
import type { Controller } from '../main.ts';
import { type ArchivedFile, tarGz } from './archive.ts';
import type { DoctorReport } from './doctor-judging.ts';
import { redactText, secretsIn, withoutSecretNames } from './redact.ts';

const LOG_BYTES = 1024 * 1024;
/** All traces together; the newest are kept. */
const TRACE_BYTES = 12 * 1024 * 1024;

export interface SupportParts {
  controller: Pick<Controller, 'devices' | 'clock' | 'config'>;
  dataDir: string;
  status(): StatusView;
  devices(): DiagDevice[];
  doctor(): DoctorReport;
}

export interface SupportBundle {
  name: string;
  bytes: Uint8Array;
  /** What is in it, with sizes; shown before it is sent. */
  files: { name: string; size: number }[];
  /** A few hundred characters for a QR code, where nothing else leaves the store. */
  summary: string;
}

export function supportBundle(parts: SupportParts, sinceMs: number): SupportBundle {
  const { controller, dataDir } = parts;
  const { clock, config } = controller;
  const secrets = [...secretsIn(config)];
  const text = (name: string, body: string): ArchivedFile => ({
    name,
    bytes: Buffer.from(redactText(body, secrets)),
  });
  const json = (name: string, value: unknown) =>
    text(name, `${JSON.stringify(withoutSecretNames(value), undefined, 1)}\n`);
  const devices = parts.devices();
  const doctor = parts.doctor();
  const files = [
    text('README.txt', README),
    json('status.json', parts.status()),
    json('devices.json', devices),
    json('config.json', config),
    json('doctor.json', doctor),
    ...logTail(dataDir).map(({ name, body }) => text(name, body)),
    ...traces(controller, sinceMs).map(({ name, body }) => text(name, body)),
  ];
  const at = new Date(clock.wallMs()).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  return {
    name: `yike-support-${config.store.id}-${at}.tar.gz`,
    bytes: tarGz(files, clock.wallMs()),
    files: files.map(({ name, bytes }) => ({ name, size: bytes.length })),
    summary: summaryOf(config.store.id, parts.status(), devices, doctor, at),
  };
}

const README = `Yike support bundle. Secrets, keys, PINs and payment codes are taken out.
status.json   the store as the operator sees it
devices.json  every device: state, reason, counts, identity
config.json   the configuration
doctor.json   checks of the box
log/          the newest lines of the log
trace/        what was on the devices' wires: yike trace show FILE, yike trace replay FILE
`;

function logTail(dataDir: string): { name: string; body: string }[] {
  const file = join(dataDir, 'log/yike.jsonl');
  if (!existsSync(file)) return [];
  const whole = readFileSync(file);
  const tail = whole.subarray(Math.max(0, whole.length - LOG_BYTES)).toString('utf8');
  const body = whole.length > LOG_BYTES ? tail.slice(tail.indexOf('\n') + 1) : tail;
  return [{ name: 'log/yike.jsonl', body }];
}

function traces({ devices, clock }: SupportParts['controller'], sinceMs: number) {
  const kept = devices.all().filter(({ ring }) => ring.extent().lastSeq > 0);
  const share = Math.floor(TRACE_BYTES / Math.max(1, kept.length));
  return kept.map((device) => {
    const trace = traceOf(device, sinceMs, clock);
    const body = Buffer.from(fileOf(trace, 'ytrace')).toString('utf8');
    if (body.length <= share) return { name: `trace/${device.id}.ytrace`, body };
    const head = body.slice(0, body.indexOf('\n') + 1);
    const tail = body.slice(body.length - share);
    return { name: `trace/${device.id}.ytrace`, body: head + tail.slice(tail.indexOf('\n') + 1) };
  });
}

/** Verdict, then every device that is not well: for a photograph of the screen. */
function summaryOf(
  storeId: string,
  status: StatusView,
  devices: DiagDevice[],
  doctor: DoctorReport,
  at: string,
): string {
  const unwell = devices.filter(({ state }) => state !== 'ok');
  const lines = [
    `YIKE ${status.softwareVersion} ${storeId} ${at}`,
    `devices ${devices.length - unwell.length}/${devices.length} ok`,
    ...unwell.map(
      ({ id, state, reason, detail }) => `${id} ${state} ${reason ?? detail?.en ?? ''}`,
    ),
    `unsent ${status.sync.unsent} head ${status.ledger.headSeq}`,
    ...doctor.checks
      .filter((check) => check.status !== 'pass')
      .map(({ id, status: was }) => `${was} ${id}`),
  ];
  return lines
    .map((line) => line.trim().slice(0, 80))
    .join('\n')
    .slice(0, 600);
}
