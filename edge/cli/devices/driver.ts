/** `yike driver list`. */
import { driverList as listed } from '../../../drivers/index.ts';
import { type Answer, good, table } from '../command.ts';

export async function driverList(): Promise<Answer> {
  const drivers = listed();
  const rows = drivers.map((d) => [
    ...[d.name, d.kind, d.links.join(','), d.abilities.join(',') || '-', String(d.vectors)],
    d.sources.join('; ') || '-',
  ]);
  const head = ['NAME', 'KIND', 'LINKS', 'CAN', 'VECTORS', 'SOURCES'];
  return good({ drivers }, table([head, ...rows]));
}
