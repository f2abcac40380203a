/** What a line of the `yike` command leaves on its two outputs: data on one, messages on the other. */
import type { Text } from '../core/ports.ts';
import type { Ran } from './run.ts';
import { forTerminal } from './terminal.ts';

const WHY = { zh: '原因： ', en: 'why:   ' };
const TRY = { zh: '办法： ', en: 'try:   ' };

function errorLines({ answer: { error }, language }: Ran): string[] {
  if (!error) return [];
  const code = error.upos ? `${error.code} ${error.upos}` : error.code;
  const device = error.device ? `${error.device}: ` : '';
  return [
    `yike: ${device}${error.message[language]} (${code})`,
    ...(error.reason ? [`  ${WHY[language]}${wordsIn(error.reason, language)}`] : []),
    ...error.hint[language]
      .split('\n')
      .map((line, at) => `  ${at === 0 ? TRY[language] : '       '}${line}`),
  ];
}

const wordsIn = (reason: string | Text, language: 'zh' | 'en'): string =>
  typeof reason === 'string' ? reason : reason[language];

const text = (lines: string[]): string => lines.map((line) => `${forTerminal(line)}\n`).join('');

/** Text for stdout and stderr, each line ended; `--json` prints one envelope in place of words. */
export function printed(ran: Ran): { stdout: string; stderr: string } {
  const { answer, flags, envelope } = ran;
  const data = flags.json ? [JSON.stringify(envelope)] : answer.lines;
  const took = `  took:  ${envelope.ms} ms, exit ${envelope.exit} (${envelope.schema})`;
  const lines = [...errorLines(ran), ...(flags.verbose ? [took] : [])];
  return { stdout: text(data), stderr: text(lines) };
}
