/** `yike doctor`: the checks of this box; `--fix` mends the safe ones and says what it changed. */
import type { Config } from '../../config/config.ts';
import type { DoctorCheck, DoctorReport } from '../../technician/doctor-judging.ts';
import { askBox } from '../box.ts';
import { type Answer, type Call, EXIT, good, table } from '../command.ts';
import { configFileOf } from '../devices/talk.ts';

const MARK = { pass: '✓', warn: '!', fail: '✗', none: '-' };

/** Asks the running store; without one it looks at what can be seen from outside. */
export async function doctor(call: Call): Promise<Answer> {
  const { fix, 'dry-run': dryRun } = call.flags;
  const asked = await askBox<DoctorReport>(call.dataDir, 'GET', '/api/diag/doctor');
  const { examineFiles } = await import('../../technician/doctor-files.ts');
  const parts = { dataDir: call.dataDir, running: asked.ok, ...(await configured(call)) };
  const found = examineFiles(parts);
  const report = asked.ok ? asked.value : await alone(call, parts.config);
  const wanted = fix === true ? found.mends : [];
  if (!dryRun) for (const { mend } of wanted) mend();
  const files = fix && !dryRun ? examineFiles({ ...parts, ...(await configured(call)) }) : found;
  // The files as they are now take the place of what the controller saw of them.
  const seen = new Set(files.checks.map(({ id }) => id));
  const checks = [...report.checks.filter(({ id }) => !seen.has(id)), ...files.checks];
  const status = worst(checks);
  const mended = wanted.map(({ id, what }) => ({ id, what }));
  const done = call.language === 'zh' ? (dryRun ? '将要' : '已改') : dryRun ? 'would' : 'done';
  const lines = [
    ...table(checks.map((check) => rowOf(check, call.language))),
    ...mended.map(({ what }) => `${done}: ${what[call.language]}`),
  ];
  const exit = status === 'ok' ? EXIT.ok : EXIT.warnings;
  return good({ status, checks, mended, dryRun: dryRun === true }, lines, exit);
}

const rowOf = (
  { status, title, value, reason, hint }: DoctorCheck,
  language: 'zh' | 'en',
): string[] => [
  `${MARK[status]} ${title[language]}`,
  reason ? `${reason} ${value[language]}` : value[language],
  hint ? `→ ${hint[language]}` : '',
];

function worst(checks: DoctorCheck[]): DoctorReport['status'] {
  const has = (status: DoctorCheck['status']) => checks.some((check) => check.status === status);
  return has('fail') ? 'fail' : has('warn') ? 'warn' : 'ok';
}

/** The store's configuration, where it is known and sound. */
async function configured(call: Call): Promise<{ configFile?: string; config?: Config }> {
  const configFile = configFileOf(call);
  if (configFile === undefined) return {};
  const { readConfig } = await import('../../config/config.ts');
  const read = readConfig(configFile);
  return { configFile, ...(read.ok && { config: read.value }) };
}

async function alone(call: Call, config: Config | undefined): Promise<DoctorReport> {
  const [{ examineBox }, { systemClock }] = await Promise.all([
    import('../../technician/doctor.ts'),
    import('../../runtime.ts'),
  ]);
  const clock = systemClock();
  return examineBox({
    dataDir: call.dataDir,
    wallMs: clock.wallMs(),
    wallQuality: clock.wallQuality(),
    ...(config && { config }),
  });
}
