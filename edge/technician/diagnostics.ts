/** Wires the technician's tools to a running store, for its page and its socket. */
import type { Camera } from '../../drivers/contract.ts';
import { DRIVERS } from '../../drivers/index.ts';
import type { Clock, Outcome } from '../core/ports.ts';
import type { TimingView } from '../core/views/diag-views.ts';
import type { StatusView } from '../core/views/status-view.ts';
import type { ActRequest } from '../devices/acts.ts';
import { unknownDevice } from '../devices/devices.ts';
import { timingOf } from '../devices/timing.ts';
import {
  fileOf,
  goldenText,
  replayText,
  type TraceFormat,
  traceLines,
  traceOf,
} from '../devices/trace-view.ts';
import type { Controller } from '../main.ts';
import type { DiagAct, DiagFile, DiagOptions } from '../server/diag-options.ts';
import { examineBox } from './doctor.ts';
import { examineFiles } from './doctor-files.ts';
import { takeUpHandled } from './handled-directly.ts';
import { supportBundle } from './support.ts';
import { technician } from './technician.ts';

export interface DiagnosticsParts {
  controller: Controller;
  dataDir: string;
  clock: Clock;
  configFile?: string;
  status(): StatusView;
}

/** Newest entries of a ring that its timing is told from. */
const TIMED = 600;
const TYPES: Record<TraceFormat, string> = {
  ytrace: 'application/jsonl',
  pcapng: 'application/x-pcapng',
  txt: 'text/plain; charset=utf-8',
};

export function diagnostics(parts: DiagnosticsParts): DiagOptions {
  const { controller, clock, dataDir, configFile, status } = parts;
  takeUpHandled(dataDir, (events) => controller.ledger.append({ source: 'store', events }));
  const tools = technician({ controller, ...(configFile && { configFile }) });
  const doctor = () => {
    const { config } = controller;
    const files = { dataDir, config, running: true, ...(configFile && { configFile }) };
    return examineBox({
      ...{ dataDir, config, status: status(), more: examineFiles(files).checks },
      ...{ wallMs: clock.wallMs(), wallQuality: clock.wallQuality() },
    });
  };
  return {
    ...tools,
    act: (id: string, act: DiagAct) => tools.act(id, act as ActRequest),
    ...tracing(tools, clock),
    golden: goldenText,
    picture: (id) => tools.device(id)?.current<Camera>()?.latest?.(2000)?.jpeg,
    doctor,
    support: (sinceMs) =>
      supportBundle({ controller, dataDir, status, devices: tools.list, doctor }, sinceMs),
    drivers: () =>
      DRIVERS.map(({ name, kind, title, links, line, options }) => ({
        ...{ name, kind, title, links, options: options.properties },
        ...(line && { line }),
      })),
  };
}

function tracing(tools: ReturnType<typeof technician>, clock: Clock) {
  return {
    async lines(id: string, seq: number, limit: number) {
      const device = tools.device(id);
      if (!device) return unknownDevice(id);
      const lines = traceLines(device, seq, Math.min(limit, 2000), clock);
      return { ok: true as const, value: { lines, lastSeq: device.ring.extent().lastSeq } };
    },
    async traceFile(
      id: string,
      format: TraceFormat,
      sinceMs: number,
      fromSeq?: number,
    ): Promise<Outcome<DiagFile>> {
      const device = tools.device(id);
      if (!device) return unknownDevice(id);
      const bytes = fileOf(traceOf(device, sinceMs, clock, fromSeq), format);
      return { ok: true, value: { name: `${id}.${format}`, type: TYPES[format], bytes } };
    },
    async timing(id: string): Promise<Outcome<TimingView>> {
      const device = tools.device(id);
      if (!device) return unknownDevice(id);
      return { ok: true, value: timingOf(device.ring.newest(TIMED)) };
    },
    replay: (text: string) => replayText(text, undefined, { lines: true }),
  };
}
