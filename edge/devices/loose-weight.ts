/** The newest weight of a scale that no lane and no counter uses yet. */
import type { WeightView } from '../core/views/views.ts';
import type { KeptDevice } from './devices.ts';

export function looseWeight(device: KeptDevice | undefined): WeightView | undefined {
  if (device?.kind !== 'scale') return undefined;
  const { plate } = device.config;
  const limits = {
    tareGrams: 0,
    divisionGrams: plate?.divisionGrams ?? 1,
    maxGrams: plate?.maxGrams ?? 0,
  };
  const event = device.lastEvent();
  const fresh = device.current() !== undefined && event !== undefined;
  if (!fresh || !('grams' in event || isWeight(event.kind))) return { kind: 'stale', ...limits };
  const grams = 'grams' in event && event.grams !== undefined ? { grams: event.grams } : {};
  return { kind: event.kind as WeightView['kind'], ...grams, ...limits };
}

const isWeight = (kind: string): boolean =>
  ['stable', 'moving', 'zero', 'underload', 'overload', 'fault', 'stale'].includes(kind);
